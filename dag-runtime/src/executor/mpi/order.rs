//! In which order ranks prefer tasks: those first from which it is the longest way to the end, where what goes
//! to another rank takes its time too.
//!
//! So of tasks that are alike, one whose output another rank waits for comes before one that is read here only, and
//! the message is on its way while the others run.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::plan::Uses;

/// All tasks, the most urgent one first.
#[derive(Debug)]
pub(super) struct Order {
    tasks: Vec<u32>,
    /// Where each task stands there.
    positions: Vec<u32>,
}

impl Order {
    /// That of tasks with these costs on these ranks. In `sorted` each comes after what it waits for; `delay` is how
    /// long the output of one takes to another rank.
    pub(super) fn new(
        sorted: &[u32],
        uses: &Uses,
        homes: &[u32],
        costs: &[u64],
        delay: impl Fn(u32) -> u64,
    ) -> Self {
        let mut levels = vec![0_u64; costs.len()];
        for &task in sorted.iter().rev() {
            // So far, the highest of those that wait for it, all of which come later.
            let level = levels[task as usize].saturating_add(costs[task as usize]);
            levels[task as usize] = level;
            for &before in uses.of(task) {
                let crosses = homes[before as usize] != homes[task as usize];
                let level = level.saturating_add(if crosses { delay(before) } else { 0 });
                levels[before as usize] = level.max(levels[before as usize]);
            }
        }
        let mut tasks: Vec<u32> = (0..costs.len() as u32).collect();
        // Stable, so that those of one level stay in order, and take no time where there are few levels.
        tasks.sort_by_key(|&task| Reverse(levels[task as usize]));
        let mut positions = vec![0; costs.len()];
        for (position, &task) in tasks.iter().enumerate() {
            positions[task as usize] = position as u32;
        }
        Order { tasks, positions }
    }

    /// The task at a position: at 0 the most urgent one.
    #[inline]
    pub(super) fn task(&self, position: u32) -> u32 {
        self.tasks[position as usize]
    }

    /// The position of a task.
    #[inline]
    pub(super) fn position(&self, task: u32) -> u32 {
        self.positions[task as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Node, RawEdge, Table, Use};

    /// Three steps of a stencil of four cells, in two blocks.
    fn order(costs: &[u64; 12]) -> Order {
        let nodes = costs.iter().map(|_| Node { cost: 1, ..Node::EMPTY }).collect();
        let before =
            |i: u32| (i - 4).saturating_sub(u32::from(!i.is_multiple_of(4)))..=i - 4 + u32::from(i % 4 < 3);
        let edge = |node, to| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY };
        let edges = (4..12).flat_map(|i| before(i).map(move |to| edge(i, to))).collect();
        let view = Table::leak("Stencil", nodes, edges).view();
        let homes: Vec<u32> = (0..12).map(|i| i % 4 / 2).collect();
        Order::new(view.lists().order, &Uses::new(view), &homes, costs, |_| 1)
    }

    #[test]
    fn of_tasks_that_are_alike_those_come_first_that_others_wait_for() {
        let order = order(&[64; 12]);
        assert_eq!(
            (0..12).map(|k| order.task(k)).collect::<Vec<_>>(),
            [1, 2, 0, 3, 5, 6, 4, 7, 8, 9, 10, 11]
        );
        assert!((0..12).all(|task| order.task(order.position(task)) == task));
    }

    #[test]
    fn a_longer_way_counts_for_more_than_a_message() {
        let mut costs = [64; 12];
        costs[0] = 100;
        assert_eq!(order(&costs).task(0), 0);
    }
}
