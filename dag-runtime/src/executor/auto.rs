//! The choice of an executor when the program runs.

use alloc::format;
use alloc::string::String;
#[cfg(feature = "rayon")]
use {super::rayon, ::rayon::ThreadPool, alloc::sync::Arc};
#[cfg(feature = "mpi")]
use {crate::executor::mpi::Mpi, crate::slot::Codecs};

#[cfg(feature = "std")]
use super::cost_overrides::CostOverrides;
use super::options::{Options, options};
use super::serial;
use crate::backend::{Backend, UnknownBackend};
#[cfg(feature = "std")]
use crate::costs::Costs;
use crate::error::Error;
#[cfg(feature = "store")]
use crate::graph::KeptGraph;
use crate::graph::{Execute, Executor, Frame, Graph, Job, PartialFrame, RawGraph};
use crate::observe::{Monitor, Unobserved};

/// An executor whose backend is chosen when the program runs.
///
/// [`Auto::new`] takes the best backend that is compiled in: `mpi` with the feature `mpi`, in a process that
/// `mpiexec` or `srun` has started as one of several ranks of MPI; or else `rayon` with the feature `rayon`; or else `serial`. Two
/// environment variables override this:
///
/// | variable | value |
/// |---|---|
/// | `DAG_BACKEND` | `serial`, `rayon` or `mpi` |
/// | `DAG_THREADS` | how many threads a pool of its own has; by default it is rayon's current one, and on each rank of MPI one thread |
///
/// Every graph that `Auto` runs must be one that any backend can run: its outputs are `Send + Sync`.
///
/// # Examples
///
/// ```
/// use dag_runtime::{Auto, dag, task};
///
/// #[task]
/// fn answer() -> u32 { 42 }
///
/// dag! { graph Ask -> answer { answer } }
///
/// assert_eq!(Ask.run(&Auto::new()?)?, 42);
///
/// let auto = Auto::named("serial", None)?;
/// assert_eq!(Ask.run(&auto)?, 42);
/// assert_eq!(auto.backend().to_string(), "serial");
///
/// let error = Auto::named("parallel", None).unwrap_err();
/// assert!(error.to_string().starts_with("`parallel` is not known"));
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an executor does nothing until a graph is run on it"]
pub struct Auto<M = Unobserved> {
    choice: Choice,
    options: Options<M>,
    #[cfg(feature = "std")]
    overrides: CostOverrides,
}

options!(Auto {
    choice,
    #[cfg(feature = "std")]
    overrides
});

#[derive(Clone, Debug)]
enum Choice {
    Serial,
    /// On this pool, or on the current one.
    #[cfg(feature = "rayon")]
    Rayon(Option<Arc<ThreadPool>>),
    #[cfg(feature = "mpi")]
    Mpi(Mpi),
}

/// The most threads that a pool may have.
#[cfg(feature = "cli")]
pub(crate) fn most_threads() -> usize {
    #[cfg(feature = "rayon")]
    return rayon::most_threads();
    #[cfg(not(feature = "rayon"))]
    usize::MAX
}

impl Auto {
    /// Takes the backend that the environment asks for, or the best one. Without the feature `std` the
    /// environment is not read.
    ///
    /// # Errors
    ///
    /// Fails if the environment asks for a backend that is unknown or not compiled in, or for a
    /// number of threads that is not a number, is 0, or cannot be started.
    pub fn new() -> Result<Self, Error> {
        Auto::from_variables(None, None, variable)
    }

    /// Takes what the options of a program ask for; for options that are not set, what the environment asks for, as with
    /// [`Auto::new`].
    ///
    /// ```
    /// # use dag_runtime::{Auto, Backend};
    /// // As the options were given, or not. `Backend` implements `FromStr`, by which clap reads it.
    /// let (backend, threads) = (Some(Backend::Serial), None);
    /// assert_eq!(Auto::from_options(backend, threads)?.backend(), Backend::Serial);
    /// # Ok::<(), dag_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Auto::new`] and [`Auto::named`].
    pub fn from_options(backend: Option<Backend>, threads: Option<usize>) -> Result<Self, Error> {
        Auto::from_variables(backend, threads, variable)
    }

    /// As [`Auto::from_options`], with this environment. An empty variable counts as unset.
    pub(super) fn from_variables(
        backend: Option<Backend>,
        threads: Option<usize>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let threads = match (threads, variable("DAG_THREADS")) {
            (None, Some(text)) => match text.parse() {
                #[cfg(feature = "rayon")]
                Ok(threads) if threads > rayon::most_threads() => {
                    return Err(Error::setup(format!("`DAG_THREADS={text}` is {}", rayon::too_many()), None));
                }
                Ok(threads) if threads > 0 => Some(threads),
                _ => {
                    let reason = "is not a number of threads: it has to be 1 or more";
                    return Err(Error::setup(format!("`DAG_THREADS={text}` {reason}"), None));
                }
            },
            (said, _) => said,
        };
        match (backend, variable("DAG_BACKEND")) {
            (Some(backend), _) => Auto::choose(backend, backend.name(), threads),
            (None, Some(name)) => Auto::parse(&name, &format!("DAG_BACKEND={name}"), threads),
            (None, None) => {
                let best = if is_in_job(variable) { Backend::Mpi } else { BEST };
                Auto::choose(best, best.name(), threads)
            }
        }
    }

    /// Takes the backend of this name, `serial`, `rayon` or `mpi`, on a pool of its own with `threads` threads, or
    /// on the current pool. `serial` runs on the calling thread and ignores `threads`. On `mpi` each
    /// rank has `threads` threads, or one. The environment is not read.
    ///
    /// # Errors
    ///
    /// Fails if the backend is unknown or not compiled in, or if a pool of this many threads cannot be started.
    pub fn named(backend: &str, threads: Option<usize>) -> Result<Self, Error> {
        Auto::parse(backend, backend, threads)
    }

    /// The backend called `name`. `asked` is what the user wrote.
    fn parse(name: &str, asked: &str, threads: Option<usize>) -> Result<Self, Error> {
        let unknown = |_: UnknownBackend| {
            Error::setup(format!("`{asked}` is not known: the backends are {}", Backend::NAMES), None)
        };
        let backend = name.parse().map_err(unknown)?;
        Auto::choose(backend, asked, threads)
    }

    /// This backend. `asked` is what the user wrote.
    fn choose(backend: Backend, asked: &str, threads: Option<usize>) -> Result<Self, Error> {
        // Some features use neither.
        let _ = (asked, threads);
        let choice = match backend {
            Backend::Serial => Choice::Serial,
            #[cfg(feature = "rayon")]
            Backend::Rayon => {
                let pool = threads.map(rayon::start_pool).transpose()?;
                Choice::Rayon(pool.map(Arc::new))
            }
            #[cfg(feature = "mpi")]
            Backend::Mpi => Choice::Mpi(Mpi::init()?.threads(threads.unwrap_or(1))),
            #[cfg(not(all(feature = "rayon", feature = "mpi")))]
            missing => {
                let reason = format!("`{asked}` needs the feature `{missing}` of dag-runtime");
                return Err(Error::setup(reason, None));
            }
        };
        Ok(Auto {
            choice,
            options: Options::DEFAULT,
            #[cfg(feature = "std")]
            overrides: CostOverrides::NONE,
        })
    }
}

/// The default backend.
const BEST: Backend = if cfg!(feature = "rayon") { Backend::Rayon } else { Backend::Serial };

/// Whether a launcher of MPI has started this process as one of several. Reads the variables of Open MPI, of MPICH
/// and its derivatives, of Slurm's PMI, and of PMIx, by which any launcher may start ranks.
pub(super) fn is_in_job(variable: impl Fn(&str) -> Option<String>) -> bool {
    if !cfg!(feature = "mpi") {
        return false;
    }
    let size = |name: &str| variable(name).and_then(|size| size.parse::<u32>().ok());
    if let Some(size) = size("OMPI_COMM_WORLD_SIZE").or_else(|| size("PMI_SIZE")) {
        return size > 1;
    }
    // PMIx does not tell the number of ranks. Slurm tells it for the step that `srun` has started; its other variables are
    // also set for serial processes in a job script. If the number is not known, a job of one rank does no harm.
    let is_rank = ["PMIX_RANK", "PMIX_NAMESPACE"].into_iter().all(|name| variable(name).is_some());
    is_rank && size("SLURM_STEP_NUM_TASKS").is_none_or(|size| size > 1)
}

/// An environment variable, if it is set.
fn variable(name: &str) -> Option<String> {
    #[cfg(feature = "std")]
    return std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    #[cfg(not(feature = "std"))]
    {
        let _ = name;
        None
    }
}

impl<M> Auto<M> {
    /// The backend that was chosen.
    pub fn backend(&self) -> Backend {
        match self.choice {
            Choice::Serial => Backend::Serial,
            #[cfg(feature = "rayon")]
            Choice::Rayon(_) => Backend::Rayon,
            #[cfg(feature = "mpi")]
            Choice::Mpi(_) => Backend::Mpi,
        }
    }

    /// The number of threads that run tasks; on MPI those of this rank. Starts rayon's global pool if that is the current pool.
    pub fn threads(&self) -> usize {
        match &self.choice {
            Choice::Serial => 1,
            #[cfg(feature = "rayon")]
            Choice::Rayon(pool) => rayon::threads(pool.as_deref()),
            #[cfg(feature = "mpi")]
            Choice::Mpi(mpi) => mpi.threads_of_rank(),
        }
    }

    /// Orders tasks by measured costs, in place of those that the graph states, as for the executors `Rayon` and
    /// `Mpi`. On `serial` the order does not depend on costs.
    #[cfg(feature = "std")]
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    pub fn costs(self, costs: &Costs) -> Self {
        Auto { overrides: self.overrides.with(costs), ..self }
    }
}

#[cfg(feature = "store")]
impl<M: Monitor + Sync> Auto<M> {
    /// Runs a graph with `keep`, if there is a store.
    #[cfg_attr(
        not(feature = "mpi"),
        expect(clippy::extra_unused_type_parameters, reason = "only ranks ask for codecs of slots")
    )]
    fn run_kept<G: RawGraph>(&self, graph: &(dyn KeptGraph + Sync)) -> Option<Result<(), Error>> {
        let Options { keep_going, ref monitor } = self.options;
        let store = monitor.store()?;
        match &self.choice {
            Choice::Serial => Some(serial::run_kept(graph, store, monitor, keep_going)),
            #[cfg(feature = "rayon")]
            Choice::Rayon(pool) => {
                let place = rayon::RunPlace::inside(pool.as_deref());
                Some(rayon::run_kept(place, graph, store, monitor, keep_going, &self.overrides))
            }
            #[cfg(feature = "mpi")]
            Choice::Mpi(mpi) => {
                let mpi = mpi.clone().with(Options { keep_going, monitor }, self.overrides.clone());
                Some(mpi.run_kept(graph, <G::Slots as Codecs>::CODECS, store))
            }
        }
    }
}

// The bounds are those of all backends, compiled in or not: a feature must not exclude a graph.
impl<G: Graph, M: Monitor + Sync> Executor<G> for Auto<M> where for<'run> Frame<'run, G>: Sync {}

impl<G: RawGraph, M: Monitor + Sync> Execute<G> for Auto<M>
where
    for<'run> Frame<'run, G>: Sync,
{
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(result) = self.run_kept::<G>(frame) {
                return result;
            }
        }
        let Options { keep_going, ref monitor } = self.options;
        match &self.choice {
            Choice::Serial => {
                if const { G::IS_LIMITED } {
                    serial::check_limits(frame)?;
                }
                serial::run(frame, monitor, Backend::Serial, 0, keep_going)
            }
            #[cfg(feature = "rayon")]
            Choice::Rayon(pool) => {
                let place = rayon::RunPlace::inside(pool.as_deref());
                if const { G::IS_LIMITED } {
                    return rayon::run_limited(place, frame, monitor, keep_going, &self.overrides);
                }
                rayon::run(place, frame, monitor, keep_going, &self.overrides)
            }
            #[cfg(feature = "mpi")]
            Choice::Mpi(mpi) => {
                let mpi = mpi.clone().with(Options { keep_going, monitor }, self.overrides.clone());
                mpi.run(frame, <G::Slots as Codecs>::CODECS)
            }
        }
    }

    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(result) = self.run_kept::<G>(frame) {
                return result;
            }
        }
        let Options { keep_going, ref monitor } = self.options;
        let job: &(dyn Job + Sync) = frame;
        match &self.choice {
            Choice::Serial => {
                if const { G::IS_LIMITED } {
                    serial::check_limits(job)?;
                }
                serial::run(&job, monitor, Backend::Serial, 0, keep_going)
            }
            #[cfg(feature = "rayon")]
            Choice::Rayon(pool) => {
                let place = rayon::RunPlace::inside(pool.as_deref());
                if const { G::IS_LIMITED } {
                    return rayon::run_limited(place, job, monitor, keep_going, &self.overrides);
                }
                rayon::run(place, &job, monitor, keep_going, &self.overrides)
            }
            #[cfg(feature = "mpi")]
            Choice::Mpi(mpi) => {
                let mpi = mpi.clone().with(Options { keep_going, monitor }, self.overrides.clone());
                mpi.run(job, <G::Slots as Codecs>::CODECS)
            }
        }
    }

    fn refuse(&self, error: Error) -> Error {
        #[cfg(feature = "mpi")]
        if let Choice::Mpi(mpi) = &self.choice {
            return mpi.refuse_run(G::RAW_TABLE.graph(), error);
        }
        error
    }
}
