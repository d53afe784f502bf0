//! Runs that one thread ends as fast as several.

use std::time::Duration;

use crate::executor::deadline::allowance;

/// Where a task of a shared run takes more of its time, one thread will not do.
const SMALL: Duration = Duration::from_micros(1);

/// Where a task of a run takes more, on all threads together, what it costs to hand it to one does not count.
const LISTED: Duration = Duration::from_micros(5);

/// What a task costs in a run whose tasks are shared as they become ready, beside one on one thread.
const STATE: Duration = Duration::from_nanos(10);

/// Whether a shared run of `tasks` tasks that took so long may be as fast on one thread.
pub(super) fn is_small(took: Duration, base: Duration, tasks: u32) -> bool {
    took <= allowance(base, SMALL, tasks)
}

/// Whether the tasks of shared runs that take so long are worth being put in lists. Nothing is known of none.
pub(super) fn is_for_lists(shared: Duration, threads: u32, tasks: u32) -> bool {
    !shared.is_zero() && shared.saturating_mul(threads) <= LISTED.saturating_mul(tasks)
}

/// What one worker may take for all tasks of a run that could be shared, where shared ones take `shared` without lists: what
/// it takes to be ready for that, `base` and some for each task, is saved where it is not.
pub(super) fn alone_limit(shared: Duration, base: Duration, tasks: u32) -> Duration {
    (shared - shared / 20).saturating_add(allowance(base, STATE, tasks))
}
