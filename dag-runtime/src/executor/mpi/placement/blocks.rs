//! The placement in blocks.

use alloc::vec;
use alloc::vec::Vec;

use super::Model;
use crate::graph::ANYWHERE;

impl Model<'_> {
    /// Cuts each level of the graph, in listing order, into contiguous parts of equal cost.
    pub(super) fn blocks(&self) -> Vec<u32> {
        let len = self.view.len();
        let depths = self.view.depths();
        let mut totals = vec![0_u64; self.levels()];
        for task in 0..len {
            let total = &mut totals[depths[task] as usize];
            *total = total.saturating_add(self.costs[task]);
        }
        let mut before = vec![0_u64; totals.len()];
        let mut homes = vec![ANYWHERE; len];
        for task in 0..len {
            let level = depths[task] as usize;
            let middle = before[level].saturating_add(self.costs[task] / 2);
            before[level] = before[level].saturating_add(self.costs[task]);
            homes[task] = match self.pin(task) {
                ANYWHERE => share(middle, totals[level], self.ranks),
                pin => pin,
            };
        }
        homes
    }

    fn levels(&self) -> usize {
        self.view.depths().iter().max().map_or(0, |&depth| depth as usize + 1)
    }

    /// Whether it is known without a simulation that no placement is faster than these blocks by more than a 256th. That
    /// is so where levels are so wide that ranks could run them one after the other.
    pub(super) fn is_near_optimum_by_levels(&self, blocks: &[u32]) -> bool {
        self.pins.is_empty() && self.delays.is_empty() && self.is_near_work(self.by_levels(blocks))
    }

    /// How long these blocks take at most, if each level begins when what the one before has made is everywhere.
    fn by_levels(&self, blocks: &[u32]) -> u64 {
        /// The block of a level that was begun last, and the cost of its largest one.
        #[derive(Clone, Copy)]
        struct Level {
            home: u32,
            block: u64,
            largest: u64,
        }
        let depths = self.view.depths();
        let mut levels = vec![Level { home: ANYWHERE, block: 0, largest: 0 }; self.levels()];
        let mut sum = 0_u64;
        for (task, &home) in blocks.iter().enumerate() {
            let cost = self.costs[task];
            // What has to run on rank 0 is beside the blocks.
            if self.on_rank_0.contains(&(task as u32)) {
                sum = sum.saturating_add(cost);
                continue;
            }
            let level = &mut levels[depths[task] as usize];
            level.block = if level.home == home { level.block.saturating_add(cost) } else { cost };
            level.home = home;
            level.largest = level.largest.max(level.block);
        }
        let levels = levels.iter().filter(|level| level.home != ANYWHERE);
        levels.fold(sum, |sum, level| sum.saturating_add(level.largest).saturating_add(self.delay))
    }
}

/// In which of this many equal parts of a whole something is.
fn share(part: u64, whole: u64, parts: u32) -> u32 {
    let share = match part.checked_mul(parts.into()) {
        Some(product) => product / whole,
        None => (u128::from(part) * u128::from(parts) / u128::from(whole)) as u64,
    };
    share.min(u64::from(parts) - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::super::uses::Uses;
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use, View};

    /// A stencil of this many steps and cells, the last of which cost more.
    fn stencil(steps: u32, cells: u32, last: u64) -> &'static View {
        let cost = |i| if i % cells + 3 > cells { last } else { 1 };
        let nodes = (0..steps * cells).map(|i| Line { cost: cost(i), ..Line::EMPTY }).collect();
        let edges = (cells..steps * cells).flat_map(|i| {
            let (x, before) = (i % cells, i - cells);
            let range = before - u32::from(x > 0)..=before + u32::from(x + 1 < cells);
            range.map(move |to| RawEdge { node: i, to, how: Use::Borrow, ..RawEdge::EMPTY })
        });
        Table::leak("Stencil", nodes, edges.collect()).view()
    }

    #[test]
    fn blocks_of_wide_levels_need_no_simulation() {
        for (steps, cells, last, ranks, expected) in [
            (30, 2000, 1, 2, true),
            (30, 2000, 1, 3, true),
            (30, 2000, 5000, 2, false),
            (60, 20, 1, 2, false),
        ] {
            let view = stencil(steps, cells, last);
            let uses = Uses::new(view);
            let model = Model::new(view, &uses, None, ranks, (&[], &[]));
            let blocks = model.blocks();
            assert_eq!(model.is_near_optimum_by_levels(&blocks), expected, "{steps} x {cells} x {last}");
            let by_levels = model.by_levels(&blocks);
            let simulated = model.simulated(blocks);
            assert!(simulated.makespan <= by_levels, "{} > {by_levels}", simulated.makespan);
            if expected {
                assert!(model.is_near_optimum(simulated.makespan));
            }
        }
    }

    #[test]
    fn what_runs_on_rank_0_counts_by_itself() {
        let view = stencil(2, 8, 1);
        let uses = Uses::new(view);
        let model = Model::new(view, &uses, None, 2, (&[], &[1, 5]));
        // 64 for each cell: two of these, three of the six others beside them, four of the next level; and two messages.
        assert_eq!(model.by_levels(&model.blocks()), 64 * (2 + 3 + 4) + 2 * 8);
    }
}
