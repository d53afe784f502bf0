//! How many tasks a thread runs between two readings of the clock.

/// The most tasks between two readings of the clock.
const MAX_TASKS: u32 = 16;

/// The same while tasks are tiny: beside these it takes long to read the clock.
const MAX_TINY_TASKS: u32 = 64;

/// A task that takes less is tiny, in nanoseconds.
const TINY: u64 = 20;

/// The number of tasks after a stretch of `tasks` tasks that took `nanos`. The stretch as a whole is taken for the time of
/// each task in it, so it should be short even beside the cost of sharing.
#[inline]
pub(crate) fn tasks_after(tasks: u32, nanos: u64, sharing_cost: u32) -> u32 {
    let most = if nanos < TINY * u64::from(tasks) { MAX_TINY_TASKS } else { MAX_TASKS };
    let next = match u64::from(sharing_cost) {
        cost if nanos < cost / 4 => 2 * tasks,
        cost if nanos > cost / 2 => tasks / 2,
        _ => tasks,
    };
    next.clamp(1, most)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn stretches(task: u64) -> Vec<u32> {
        let mut tasks = 1;
        (0..8)
            .map(|_| {
                let now = tasks;
                tasks = tasks_after(tasks, u64::from(tasks) * task, 8000);
                now
            })
            .collect()
    }

    #[test]
    fn short_tasks_are_measured_together() {
        assert_eq!(stretches(10), [1, 2, 4, 8, 16, 32, 64, 64]);
        assert_eq!(stretches(50), [1, 2, 4, 8, 16, 16, 16, 16]);
        assert_eq!(stretches(200), [1, 2, 4, 8, 16, 16, 16, 16]);
        assert_eq!(stretches(3000), [1; 8]);
    }

    #[test]
    fn a_long_stretch_is_followed_by_shorter_ones() {
        assert_eq!(tasks_after(16, 5000, 8000), 8);
        assert_eq!(tasks_after(64, 3000, 8000), 16);
    }
}
