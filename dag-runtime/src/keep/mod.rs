//! Runs with a store: outputs that are found there, and what is then not needed.
//!
//! Before the first task, [`plan`] decides what is done with each one, from the keys of its task and of all that it depends on
//! ([`keys`]). The executor schedules as ever. It runs a [`KeptJob`], which calls a task, or puts its output into its slot, or
//! does nothing. All edges stay, so the rules of slots hold as in any run.

mod counts;
mod explain;
mod files;
mod job;
mod keys;
mod monitor;
mod plan;
#[cfg(feature = "mpi")]
mod ranks;

use crate::error::Error;
use crate::graph::KeptGraph;
use crate::observe::Monitor;
use crate::store::Store;

pub(crate) use counts::Counts;
pub use explain::{ExplainedTask, Explanation, Outlook};
pub(crate) use job::KeptJob;
pub(crate) use monitor::KeptMonitor;
#[cfg(feature = "mpi")]
pub(crate) use ranks::{Findings, News, Place, RankJob, RankPlan};

/// Runs a graph with a store: `execute` runs the job that it is given, and reports to the monitor that it is given.
///
/// # Errors
///
/// Those of `execute`.
pub(crate) fn run<J: KeptGraph + ?Sized, M: Monitor + ?Sized>(
    graph: &J,
    store: &Store,
    monitor: &M,
    execute: impl FnOnce(&KeptJob<'_, J>, &KeptMonitor<'_, M>) -> Result<(), Error>,
) -> Result<(), Error> {
    let counts = Counts::new(store);
    let job = KeptJob::new(graph, store, &counts);
    let result = execute(&job, &KeptMonitor::new(monitor, &counts));
    end(store, result)
}

/// Ends a run: waits until all is written.
///
/// # Errors
///
/// That of the run. One that has made outputs again has not those of the graph.
pub(crate) fn end(store: &Store, result: Result<(), Error>) -> Result<(), Error> {
    store.flush();
    #[cfg(feature = "cli")]
    if let (Some(rerun), Ok(())) = (store.rerun(), &result) {
        rerun.complete();
        return Err(Error::setup("outputs were made again, and not those of the graph".into(), None));
    }
    result
}
