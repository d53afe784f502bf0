//! Runs with a store.

mod differ;
mod elements;
mod failures;
mod hits;
mod killed;
mod late;
mod unreadable;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use dag_runtime::mpi::Mpi;
use dag_runtime::{Observer, RunSummary, StoreSummary};

use super::failures::agree;
pub use killed::killed;

/// All that is asked of runs with a store. The argument is a folder that all ranks share.
pub fn keep(mpi: Mpi, arguments: &[&str]) {
    let folders = Folders { root: Path::new(arguments[0]), next: AtomicU32::new(0) };
    hits::hits(&mpi, &folders);
    late::late(&mpi, &folders);
    elements::elements(&mpi, &folders);
    unreadable::unreadable(&mpi, &folders);
    failures::failures(&mpi, &folders);
    differ::differ(&mpi, &folders);
}

/// New folders for stores, the same ones on all ranks.
struct Folders<'a> {
    root: &'a Path,
    next: AtomicU32,
}

impl Folders<'_> {
    fn next(&self) -> PathBuf {
        self.root.join(self.next.fetch_add(1, SeqCst).to_string())
    }
}

/// What has become of the tasks of a run on all ranks, by the summary of rank 0: how many have finished, were found, were not
/// needed, were not wanted and have failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ends {
    finished: usize,
    hits: usize,
    not_needed: usize,
    failed: usize,
    skipped: usize,
}

impl Ends {
    const fn of(finished: usize, hits: usize, not_needed: usize) -> Self {
        Ends { finished, hits, not_needed, failed: 0, skipped: 0 }
    }
}

/// Takes notes of how a run has ended.
#[derive(Default)]
struct Summary(Mutex<(Ends, StoreSummary)>);

impl Summary {
    fn take(self) -> (Ends, StoreSummary) {
        self.0.into_inner().unwrap()
    }
}

impl Observer for Summary {
    fn run_ended(&self, run: &RunSummary<'_>) {
        let &RunSummary { finished, hits, not_needed, failed, skipped, .. } = run;
        *self.0.lock().unwrap() = (Ends { finished, hits, not_needed, failed, skipped }, run.store);
    }
}

/// Runs a graph with a store, and says what has become of its tasks; on ranks but the first one, nothing.
macro_rules! run {
    ($mpi:expr, $store:expr, $graph:expr) => {{
        let mpi: &dag_runtime::Mpi = $mpi;
        let summary = $crate::cases::keep::Summary::default();
        let result = $graph.run(&mpi.clone().store($store).observe(&summary));
        (result, (mpi.rank() == 0).then_some(summary.take()))
    }};
}
use run;

/// Waits for all ranks.
fn meet(mpi: &Mpi) {
    agree(mpi, "here");
}

/// All files of a folder, and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
