//! The choice of a backend on the command line.

use std::cell::OnceCell;

use clap::Args;
use dag_runtime::{Auto, Error};

/// The options of an example that choose what runs its tasks.
#[derive(Clone, Debug, Default, Args)]
pub struct Backend {
    /// What runs the tasks: serial, rayon or mpi [default: what DAG_BACKEND says, or the best there is]
    #[arg(long, value_name = "NAME")]
    pub backend: Option<String>,
    /// The number of threads, for rayon and for each rank of mpi [default: what DAG_THREADS says, or one a
    /// core for rayon and one for mpi]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// What was chosen. It is kept for as long as the options: MPI ends with the last handle of it.
    #[arg(skip)]
    chosen: OnceCell<Auto>,
}

impl Backend {
    /// The executor of this name, on so many threads.
    #[must_use]
    pub fn named(backend: &str, threads: Option<usize>) -> Self {
        Backend { backend: Some(backend.to_owned()), threads, chosen: OnceCell::new() }
    }

    /// The executor that was asked for, the same one each time.
    ///
    /// # Errors
    ///
    /// Fails where there is no such backend, or no pool of so many threads.
    pub fn executor(&self) -> Result<Auto, Error> {
        if let Some(chosen) = self.chosen.get() {
            return Ok(chosen.clone());
        }
        let executor = Auto::from_options(self.backend.as_deref(), self.threads)?;
        Ok(self.chosen.get_or_init(|| executor).clone())
    }

    /// Whether this process says what was found: on MPI, where all ranks find the same, rank 0 does.
    #[must_use]
    pub fn speaks(&self) -> bool {
        self.place().is_none_or(|(rank, _)| rank == 0)
    }

    /// The executor in words: `serial`, `rayon, 2 threads`, `mpi, 4 ranks`.
    ///
    /// # Errors
    ///
    /// Those of [`Backend::executor`].
    pub fn describe(&self) -> Result<String, Error> {
        let executor = self.executor()?;
        let (name, threads) = (executor.backend(), executor.threads());
        let counted =
            |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        Ok(match self.place() {
            Some((_, ranks)) if threads == 1 => format!("{name}, {}", counted(ranks, "rank")),
            Some((_, ranks)) => format!("{name}, {} of {threads} threads", counted(ranks, "rank")),
            None if name == dag_runtime::Backend::Serial => name.to_string(),
            None => format!("{name}, {}", counted(threads, "thread")),
        })
    }

    /// On MPI, this process's rank, and how many there are.
    fn place(&self) -> Option<(usize, usize)> {
        let chosen = self.chosen.get()?;
        #[cfg(feature = "mpi")]
        if chosen.backend() == dag_runtime::Backend::Mpi {
            // MPI runs already: this is one more handle of it.
            let mpi = dag_runtime::Mpi::init().ok()?;
            return Some((mpi.rank(), mpi.ranks()));
        }
        let _ = chosen;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(name: Option<&str>, threads: Option<usize>) -> Result<(String, usize), String> {
        let options = Backend { backend: name.map(str::to_owned), threads, chosen: OnceCell::new() };
        let auto = options.executor().map_err(|error| error.to_string())?;
        Ok((auto.backend().to_string(), auto.threads()))
    }

    #[test]
    fn names_and_threads_choose() {
        assert_eq!(chosen(Some("serial"), None), Ok(("serial".to_owned(), 1)));
        assert_eq!(chosen(Some("rayon"), Some(3)), Ok(("rayon".to_owned(), 3)));
        assert_eq!(chosen(None, Some(2)), Ok(("rayon".to_owned(), 2)));
        assert!(chosen(Some("parallel"), None).unwrap_err().contains("`parallel` is not known"));
    }

    #[test]
    fn executors_are_described() {
        let described = |name, threads| Backend::named(name, threads).describe().unwrap();
        assert_eq!(described("serial", Some(3)), "serial");
        assert_eq!(described("rayon", Some(1)), "rayon, 1 thread");
        assert_eq!(described("rayon", Some(3)), "rayon, 3 threads");
    }

    #[test]
    fn a_process_on_its_own_speaks() {
        let options = Backend::named("serial", None);
        assert!(options.speaks(), "before there is an executor");
        let _executor = options.executor().unwrap();
        assert!(options.speaks());
    }
}
