use alloc::string::{String, ToString};

use crate::backend::Backend;
use crate::executor::auto::{Auto, is_in_job};

fn environment(backend: &'static str, threads: &'static str) -> Result<Auto, String> {
    with_options(None, None, backend, threads)
}

/// As the options of a program say, in an environment.
fn with_options(
    backend: Option<Backend>,
    threads: Option<usize>,
    variable_backend: &'static str,
    variable_threads: &'static str,
) -> Result<Auto, String> {
    Auto::from_variables(backend, threads, |name| match name {
        "DAG_BACKEND" => Some(variable_backend.into()),
        "DAG_THREADS" => Some(variable_threads.into()),
        ours if ours.starts_with("DAG_") => panic!("`{ours}` is no variable of ours"),
        // Those by which launchers of MPI are known.
        _ => None,
    })
    .map_err(|error| error.to_string())
}

#[test]
fn options_come_before_the_environment() {
    let auto = with_options(Some(Backend::Serial), Some(2), "omp", "none").unwrap();
    assert_eq!(auto.backend(), Backend::Serial);
}

#[test]
fn takes_serial_whatever_the_threads() {
    for auto in [environment("serial", "3").unwrap(), Auto::named("serial", None).unwrap()] {
        assert_eq!(auto.backend(), Backend::Serial);
        assert_eq!(auto.threads(), 1);
    }
}

#[test]
fn says_what_is_wrong() {
    for (threads, reason) in [
        ("0", "`DAG_THREADS=0` is not a number of threads: it has to be 1 or more"),
        ("two", "`DAG_THREADS=two` is not a number of threads: it has to be 1 or more"),
    ] {
        assert_eq!(environment("serial", threads).unwrap_err(), reason);
    }
    #[cfg(feature = "rayon")]
    {
        let many = environment("rayon", "100000").unwrap_err();
        assert!(many.starts_with("`DAG_THREADS=100000` is too many: a pool has at most "), "{many}");
    }
    let error = Auto::named("omp", None).unwrap_err();
    assert_eq!((error.task(), error.graph(), error.is_panic()), (None, None, false));
}

#[test]
fn a_job_has_several_ranks_and_a_launcher_that_is_known() {
    let job = |variable: &'static str, ranks: &'static str| {
        is_in_job(|name| (name == variable).then(|| ranks.to_string()))
    };
    let with_mpi = cfg!(feature = "mpi");
    assert_eq!(job("OMPI_COMM_WORLD_SIZE", "2"), with_mpi);
    assert_eq!(job("PMI_SIZE", "16"), with_mpi);
    assert!(!job("PMI_SIZE", "1") && !job("PMI_SIZE", "many") && !job("OMPI_MCA_btl", "2"));
}

#[test]
fn ranks_that_srun_starts_by_pmix_are_a_job() {
    let job = |variables: &[(&str, &str)]| {
        is_in_job(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string()))
    };
    let pmix = [("PMIX_NAMESPACE", "slurm.pmix.17.0"), ("PMIX_RANK", "3"), ("SLURM_PROCID", "3")];
    let with_mpi = cfg!(feature = "mpi");
    assert_eq!(job(&[&pmix[..], &[("SLURM_STEP_NUM_TASKS", "4")]].concat()), with_mpi);
    assert_eq!(job(&pmix), with_mpi);
    assert!(!job(&[&pmix[..], &[("SLURM_STEP_NUM_TASKS", "1")]].concat()));
    // Open MPI's own launcher knows, whatever step it was started in.
    assert!(!job(&[&pmix[..], &[("SLURM_STEP_NUM_TASKS", "4"), ("OMPI_COMM_WORLD_SIZE", "1")]].concat()));
    // A job script, and a step without an MPI.
    let script =
        [("SLURM_PROCID", "0"), ("SLURM_NTASKS", "64"), ("SLURM_LOCALID", "0"), ("SLURM_JOB_ID", "17")];
    assert!(!job(&script));
    assert!(!job(&[&script[..], &[("SLURM_STEP_NUM_TASKS", "64"), ("SLURM_STEP_ID", "0")]].concat()));
}

#[cfg(not(feature = "mpi"))]
#[test]
fn says_what_mpi_needs() {
    assert_eq!(
        environment("mpi", "").unwrap_err(),
        "`DAG_BACKEND=mpi` needs the feature `mpi` of dag-runtime"
    );
}

#[cfg(feature = "rayon")]
mod with_rayon {
    use super::*;

    #[test]
    fn takes_rayon_by_itself() {
        let auto = Auto::from_variables(None, None, |_| None).unwrap();
        assert_eq!(auto.backend(), Backend::Rayon);
        assert_eq!(auto.threads(), rayon::current_num_threads());
        assert_eq!(environment("", "3").unwrap().threads(), 3);
        assert_eq!(environment("rayon", "").unwrap().threads(), rayon::current_num_threads());
    }

    #[test]
    fn what_no_option_says_the_environment_does() {
        assert_eq!(with_options(Some(Backend::Rayon), None, "", "3").unwrap().threads(), 3);
        let auto = with_options(None, Some(2), "rayon", "3").unwrap();
        assert_eq!((auto.backend(), auto.threads()), (Backend::Rayon, 2));
    }

    #[test]
    fn says_what_there_is() {
        let error = environment("omp", "").unwrap_err();
        let expected = "`DAG_BACKEND=omp` is not known: the backends are `serial`, `rayon` and";
        assert!(error.starts_with(expected), "{error}");
        assert_eq!(
            Auto::named("rayon", Some(0)).unwrap_err().to_string(),
            "a pool of 0 threads can run nothing: it needs 1 or more"
        );
    }
}

#[cfg(not(feature = "rayon"))]
mod without_rayon {
    use super::*;

    #[test]
    fn takes_serial_by_itself() {
        assert_eq!(Auto::from_variables(None, None, |_| None).unwrap().backend(), Backend::Serial);
    }

    #[test]
    fn names_the_feature() {
        assert_eq!(
            environment("rayon", "2").unwrap_err(),
            "`DAG_BACKEND=rayon` needs the feature `rayon` of dag-runtime"
        );
        assert_eq!(
            environment("omp", "").unwrap_err(),
            "`DAG_BACKEND=omp` is not known: the backends are `serial` and, with the features of \
             these names of dag-runtime, `rayon` and `mpi`"
        );
    }
}
