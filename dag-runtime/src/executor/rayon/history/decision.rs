//! How a run starts, from what is known of its lines. The README of `executor/rayon` has the argument.

use super::line_times::LineTimes;
use super::wide_positions::WideLine;

/// How a run starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Decision {
    /// One thread runs all tasks, unless they take longer than expected.
    Serial,
    /// One thread runs this many tasks. The rest is dynamic.
    SerialUpTo(u32),
    /// Dynamic from the start.
    Dynamic,
    /// By a static schedule, if there is one for this graph; otherwise dynamic.
    Static,
}

/// A static schedule pays if tasks take no more than this on average: beside longer tasks, the cost of a hand-over to another
/// thread does not count.
const STATIC_TASK: u64 = 5_000;

/// A static schedule pays if the work that can be shared takes more than this many times what it costs to share it: if no other
/// thread comes, the owner first waits for one.
const STATIC_WORK: u64 = 32;

/// A run is shared if the work that can be shared takes more than this many times what that costs at best. Beside a busy core
/// nobody may come, and on an idle machine a shared run of that much work saves little.
const SHARED_WORK: u64 = 4;

/// How the next run starts, where it costs `sharing_cost` to share one. `lines` has, for each line, the number of its tasks,
/// its times and its wide positions.
pub(super) fn decide<'a>(
    lines: impl Iterator<Item = (usize, &'a LineTimes, WideLine)> + Clone,
    sharing_cost: u32,
    can_be_static: bool,
) -> Decision {
    let (mut tasks, mut work, mut is_known) = (0, 0_u64, true);
    let (mut dynamic, mut by_schedule) = (0_u64, 0_u64);
    let mut first_long = u32::MAX;
    let wide_tasks: u32 = lines.clone().map(|(_, _, wide)| wide.count).sum();
    let shared_for_nothing = u64::from(sharing_cost) + HandOver::DYNAMIC.cost(wide_tasks);
    for (len, times, wide) in lines {
        let typical = u64::from(times.typical());
        tasks += len as u64;
        work = work.saturating_add(typical.saturating_mul(len as u64));
        let nanos = typical.saturating_mul(wide.count.into());
        dynamic = dynamic.saturating_add(HandOver::DYNAMIC.shareable(nanos, wide.count));
        by_schedule = by_schedule.saturating_add(HandOver::STATIC.shareable(nanos, wide.count));
        let suspicion = times.suspicion(sharing_cost).map_or(0, u64::from);
        if !times.is_short(sharing_cost) || suspicion > shared_for_nothing {
            first_long = first_long.min(wide.first);
            is_known &= !times.is_unknown();
        }
    }
    let is_large = by_schedule > STATIC_WORK * u64::from(sharing_cost);
    if can_be_static && is_known && is_large && work / tasks <= STATIC_TASK {
        return Decision::Static;
    }
    if dynamic > allowance(sharing_cost) {
        return Decision::Dynamic;
    }
    match first_long {
        u32::MAX => Decision::Serial,
        0 => Decision::Dynamic,
        first_long => Decision::SerialUpTo(first_long),
    }
}

/// What each task of a graph costs more in a shared run, for which threads exchange cache lines, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct HandOver(u64);

impl HandOver {
    /// In a static run: a thread publishes one number now and then.
    pub(super) const STATIC: Self = HandOver(80);

    /// In a dynamic run: tasks are counted and published. So much, too, are times longer that were measured in such a run.
    pub(super) const DYNAMIC: Self = HandOver(250);

    /// For this many tasks.
    fn cost(self, tasks: u32) -> u64 {
        self.0 * u64::from(tasks)
    }

    /// What other threads can save at most, of `tasks` tasks that take `nanos` together.
    pub(super) fn shareable(self, nanos: u64, tasks: u32) -> u64 {
        nanos.saturating_sub(self.cost(tasks))
    }
}

/// How long tasks that can be shared may take together on one thread.
pub(super) fn allowance(sharing_cost: u32) -> u64 {
    SHARED_WORK * u64::from(sharing_cost)
}
