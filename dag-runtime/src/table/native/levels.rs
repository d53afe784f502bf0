//! Bottom levels, as few bytes as they fit in.

use alloc::vec;
use alloc::vec::Vec;

use super::lists::List;
use crate::table::Totals;
use crate::table::view::{BottomLevels, TaskLines};

/// The bottom level of each task.
#[derive(Debug)]
pub(super) enum Levels {
    Short(Vec<u32>),
    Long(Vec<u64>),
}

impl Default for Levels {
    fn default() -> Self {
        Levels::Short(Vec::new())
    }
}

/// A number that costs are added in.
pub(super) trait Level: Copy + Ord + Default + Into<u64> {
    /// A cost, which fits.
    fn of(cost: u64) -> Self;

    fn plus(self, other: Self) -> Self;
}

impl Level for u32 {
    fn of(cost: u64) -> Self {
        cost as u32
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl Level for u64 {
    fn of(cost: u64) -> Self {
        cost
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl Levels {
    /// Computes the work and the length of the critical path, too, and fills successors, of which the counts are known.
    pub(super) fn new(
        lines: TaskLines<'_>,
        order: &[u32],
        dependencies: &List,
        successors: &mut List,
        totals: &mut Totals,
    ) -> Self {
        successors.make_room(dependencies.items.len());
        totals.work = lines.work();
        if fits(totals.work) {
            let levels = accumulate::<u32>(lines, order, totals.in_order, dependencies, successors);
            totals.critical_path_length = levels.iter().copied().max().unwrap_or(0).into();
            return Levels::Short(levels);
        }
        let levels = accumulate::<u64>(lines, order, totals.in_order, dependencies, successors);
        totals.critical_path_length = levels.iter().copied().max().unwrap_or(0);
        if fits(totals.critical_path_length) {
            Levels::Short(levels.into_iter().map(|level| level as u32).collect())
        } else {
            Levels::Long(levels)
        }
    }

    pub(super) fn column(&self) -> BottomLevels<'_> {
        match self {
            Levels::Short(levels) => BottomLevels::Short(levels),
            Levels::Long(levels) => BottomLevels::Long(levels),
        }
    }
}

fn fits(cost: u64) -> bool {
    u32::try_from(cost).is_ok()
}

fn accumulate<L: Level>(
    lines: TaskLines<'_>,
    order: &[u32],
    in_order: bool,
    dependencies: &List,
    successors: &mut List,
) -> Vec<L> {
    let mut levels = vec![L::default(); order.len()];
    let mut complete = |task: usize, cost: L| {
        // So far, the highest bottom level of its successors, all of which come later in the order.
        let level = levels[task].plus(cost);
        levels[task] = level;
        for &dependency in dependencies.of(task) {
            successors.push_front(dependency, task as u32);
            let before = &mut levels[dependency as usize];
            *before = level.max(*before);
        }
    };
    if in_order {
        for line in lines.all().iter().rev() {
            let (first, cost) = (line.first as usize, L::of(line.cost));
            (first..first + line.len()).rev().for_each(|task| complete(task, cost));
        }
    } else {
        order.iter().rev().for_each(|&task| complete(task as usize, L::of(lines.of(task as usize).cost)));
    }
    levels
}
