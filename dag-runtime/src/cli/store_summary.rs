//! What runs had to do with their store, for the user.

use alloc::format;
use alloc::string::String;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::io::Write;

use crate::cli::byte_size::ByteSize;
use crate::observe::{Observer, RunSummary, TaskEvent};
use crate::record::Time;

/// An observer that counts which outputs were found, and which were not.
#[derive(Debug, Default)]
pub(super) struct StoreSummary {
    /// Tasks with `keep` that started.
    started: AtomicU64,
    hits: AtomicU64,
    /// Tasks with `keep` that were not needed.
    kept_not_needed: AtomicU64,
    not_needed: AtomicU64,
    other_builds: AtomicU64,
    bytes_read: AtomicU64,
    bytes_written: AtomicU64,
    nanoseconds_waited: AtomicU64,
}

fn add(to: &AtomicU64, count: u64) {
    to.fetch_add(count, Ordering::Relaxed);
}

impl StoreSummary {
    /// Prints what there was.
    pub(super) fn print(&self, err: &mut dyn Write) {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (hits, not_needed, others) = (get(&self.hits), get(&self.not_needed), get(&self.other_builds));
        let misses = get(&self.started).saturating_sub(hits + get(&self.kept_not_needed));
        let others = if others > 0 { format!(" ({others} from another build)") } else { String::new() };
        let (read, written) = (ByteSize(get(&self.bytes_read)), ByteSize(get(&self.bytes_written)));
        let waited = Time(Duration::from_nanos(get(&self.nanoseconds_waited)));
        let [hit, miss] = [(hits, "hit", "hits"), (misses, "miss", "misses")]
            .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }));
        let _ = writeln!(
            err,
            "store: {hit}{others}, {miss}, {not_needed} not needed; {read} read, {written} written, {waited} waited for the disk"
        );
    }
}

impl Observer for StoreSummary {
    fn started(&self, event: &TaskEvent<'_>) {
        add(&self.started, event.task.keeps().into());
    }

    fn hit(&self, _: &TaskEvent<'_>) {
        add(&self.hits, 1);
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        add(&self.not_needed, 1);
        add(&self.kept_not_needed, event.task.keeps().into());
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        add(&self.other_builds, run.store.other_builds as u64);
        add(&self.bytes_read, run.store.bytes_read);
        add(&self.bytes_written, run.store.bytes_written);
        add(&self.nanoseconds_waited, run.store.waited.as_nanos() as u64);
    }
}
