//! The executor of a command line.

use alloc::sync::Arc;
use core::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};

use crate::backend::Backend;
#[cfg(feature = "store")]
use crate::cli::asked::Asked;
use crate::cli::caught_failures::CaughtFailures;
#[cfg(feature = "store")]
use crate::cli::store_summary::StoreSummary;
use crate::error::Error;
use crate::executor::auto::{Auto, most_threads};
use crate::graph::{Execute, Executor, Frame, Graph, PartialFrame, RawGraph};
use crate::observe::Observed;
use crate::progress::Progress;
use crate::record::Recorder;
use crate::stop::Stop;
#[cfg(feature = "store")]
use crate::store::Store;

/// Where tasks run.
#[derive(Debug, Default, Args)]
pub(super) struct WorkerOptions {
    /// The executor [default: DAG_BACKEND, or the best available]
    #[arg(long, value_name = "NAME", value_parser = backends())]
    backend: Option<Backend>,
    /// The number of threads, for rayon and for each rank of mpi [default: DAG_THREADS, or one per core for rayon and
    /// one for mpi]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=most_threads() as u64))]
    threads: Option<usize>,
}

impl WorkerOptions {
    /// The requested executor.
    pub(super) fn choose(&self) -> Result<Auto, Error> {
        Auto::from_options(self.backend, self.threads)
    }
}

/// Parses a backend. The help and errors list all of them.
fn backends() -> impl TypedValueParser<Value = Backend> {
    PossibleValuesParser::new(Backend::ALL.map(Backend::name)).try_map(|name| name.parse::<Backend>())
}

/// What the runs of a command line report to.
#[derive(Debug, Default)]
pub(super) struct Observers {
    pub(super) recorder: Option<Arc<Recorder>>,
    pub(super) progress: Option<Progress>,
    pub(super) caught: Option<Arc<CaughtFailures>>,
    #[cfg(feature = "store")]
    pub(super) summary: Option<Arc<StoreSummary>>,
}

type Three = ((Option<Arc<Recorder>>, Option<Progress>), Option<Arc<CaughtFailures>>);
#[cfg(feature = "store")]
type All = (Three, Option<Arc<StoreSummary>>);
#[cfg(not(feature = "store"))]
type All = Three;

impl Observers {
    fn all(self) -> All {
        let three = ((self.recorder, self.progress), self.caught);
        #[cfg(feature = "store")]
        return (three, self.summary);
        #[cfg(not(feature = "store"))]
        three
    }
}

/// The executor that the user of a command line has chosen: an [`Auto`] with the requested observers.
#[derive(Debug)]
#[must_use = "an executor does nothing until a graph is run on it"]
pub struct CliExecutor {
    auto: Auto<Observed<All>>,
    /// In place of runs.
    #[cfg(feature = "store")]
    asked: Option<Arc<Asked>>,
}

impl CliExecutor {
    /// The kind of executor.
    pub fn backend(&self) -> Backend {
        self.auto.backend()
    }

    pub(super) fn new(auto: Auto, observers: Observers, stop: &Stop, deadline: Option<Duration>) -> Self {
        let auto = auto.observe(observers.all()).stop_when(stop);
        CliExecutor {
            auto: match deadline {
                Some(deadline) => auto.deadline(deadline),
                None => auto,
            },
            #[cfg(feature = "store")]
            asked: None,
        }
    }

    /// Runs graphs with this store, if there is one.
    #[cfg(feature = "store")]
    pub(super) fn store(self, store: Option<&Store>) -> Self {
        match store {
            Some(store) => CliExecutor { auto: self.auto.store(store), ..self },
            None => self,
        }
    }

    /// Runs nothing, and asks.
    #[cfg(feature = "store")]
    pub(super) fn asking(self, asked: &Arc<Asked>) -> Self {
        CliExecutor { asked: Some(Arc::clone(asked)), ..self }
    }
}

/// Whether this process prints: on MPI, rank 0 does.
pub(super) fn speaks(auto: &Auto) -> bool {
    #[cfg(feature = "mpi")]
    if auto.backend() == Backend::Mpi {
        // MPI is initialised already: this is another handle.
        return crate::executor::mpi::Mpi::init().is_ok_and(|mpi| mpi.rank() == 0);
    }
    let _ = auto;
    true
}

// The bounds are those of `Auto`.
impl<G: Graph> Executor<G> for CliExecutor where for<'run> Frame<'run, G>: Sync {}

impl<G: RawGraph> Execute<G> for CliExecutor
where
    for<'run> Frame<'run, G>: Sync,
{
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if let Some(asked) = &self.asked {
            return Err(asked.ask(frame));
        }
        self.auto.execute(frame)
    }

    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if let Some(asked) = &self.asked {
            return Err(asked.ask(frame));
        }
        self.auto.execute_partial(frame)
    }

    fn refuse(&self, error: Error) -> Error {
        <Auto<_> as Execute<G>>::refuse(&self.auto, error)
    }
}
