//! The choice of a backend on the command line.

use clap::Args;
use dag_runtime::{Auto, Error};

/// The options of an example that choose what runs its tasks.
#[derive(Clone, Debug, Default, Args)]
pub struct Backend {
    /// What runs the tasks: serial or rayon [default: what DAG_BACKEND says, or the best there is]
    #[arg(long, value_name = "NAME")]
    pub backend: Option<String>,
    /// The number of threads, for rayon [default: what DAG_THREADS says, or one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

impl Backend {
    /// The executor that was asked for.
    ///
    /// # Errors
    ///
    /// Fails where there is no such backend, or no pool of so many threads.
    pub fn executor(&self) -> Result<Auto, Error> {
        match (self.backend.as_deref(), self.threads) {
            (None, None) => Auto::new(),
            (None, threads) => Auto::named("rayon", threads),
            (Some(name), threads) => Auto::named(name, threads),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(name: Option<&str>, threads: Option<usize>) -> Result<(String, usize), String> {
        let options = Backend { backend: name.map(str::to_owned), threads };
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
}
