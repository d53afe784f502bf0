//! When a run is short enough for one thread, or for a static schedule.

use std::time::Duration;

use crate::executor::deadline::allowance;

/// One thread may be enough if a parallel run takes no more than this for each task.
const SERIAL_TASK: Duration = Duration::from_micros(1);

/// A static schedule pays if the tasks take no more than this each, on all threads together: beside longer tasks, the cost
/// of a hand-over to another thread does not count.
const STATIC_TASK: Duration = Duration::from_micros(5);

/// Whether a parallel run of `tasks` tasks was so short that one thread may be as fast.
pub(super) fn is_short(took: Duration, base: Duration, tasks: u32) -> bool {
    took <= allowance(base, SERIAL_TASK, tasks)
}

/// Whether a static schedule may pay, where a parallel run takes this long. Not if nothing is known of parallel runs.
pub(super) fn suits_static(parallel: Duration, threads: u32, tasks: u32) -> bool {
    !parallel.is_zero() && parallel.saturating_mul(threads) <= STATIC_TASK.saturating_mul(tasks)
}
