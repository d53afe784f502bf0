//! In which order ranks prefer tasks: those first from which it is the longest way to the end, where what goes
//! to another rank takes its time too.
//!
//! So of tasks that are alike, one whose output another rank waits for comes before one that is read here only, and
//! the message is on its way while the others run.

use alloc::vec;
use alloc::vec::Vec;

use super::uses::Uses;

/// All tasks, the most urgent one first.
#[derive(Debug)]
pub(crate) struct Order {
    tasks: Vec<u32>,
    /// Where each task stands there.
    positions: Vec<u32>,
}

impl Order {
    /// That of tasks with these costs on these ranks. In `sorted` each comes after what it waits for; `delay` is how
    /// long the output of one takes to another rank.
    pub(super) fn new(
        sorted: &[u32],
        uses: &Uses<'_>,
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
        let tasks = by_descending(&levels);
        let mut positions = vec![0; costs.len()];
        for (position, &task) in tasks.iter().enumerate() {
            positions[task as usize] = position as u32;
        }
        Order { tasks, positions }
    }

    /// All tasks, the most urgent one first.
    pub(super) fn tasks(&self) -> &[u32] {
        &self.tasks
    }

    /// The task at a position: at 0 the most urgent one.
    #[inline]
    pub(crate) fn task(&self, position: u32) -> u32 {
        self.tasks[position as usize]
    }

    /// The position of a task.
    #[inline]
    pub(crate) fn position(&self, task: u32) -> u32 {
        self.positions[task as usize]
    }
}

/// The numbers of these levels, the highest one first; those of equal levels by number.
///
/// A stable radix sort of the distances from the highest level, by 11 bits at a time: as many passes as these need.
fn by_descending(levels: &[u64]) -> Vec<u32> {
    const BITS: u32 = 11;
    let highest = levels.iter().copied().max().unwrap_or(0);
    let widest = levels.iter().map(|&level| highest - level).max().unwrap_or(0);
    let mut sorted: Vec<u32> = (0..levels.len() as u32).collect();
    let mut other = vec![0; if widest == 0 { 0 } else { levels.len() }];
    let mut shift = 0;
    while shift < u64::BITS && widest >> shift != 0 {
        let digit = |task: u32| ((highest - levels[task as usize]) >> shift) as usize % (1 << BITS);
        let mut ends = [0_u32; 1 << BITS];
        sorted.iter().for_each(|&task| ends[digit(task)] += 1);
        let mut end = 0;
        for next in &mut ends {
            end += core::mem::replace(next, end);
        }
        for &task in &sorted {
            let end = &mut ends[digit(task)];
            other[*end as usize] = task;
            *end += 1;
        }
        core::mem::swap(&mut sorted, &mut other);
        shift += BITS;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    /// Three steps of a stencil of four cells, in two blocks.
    fn order(costs: &[u64; 12]) -> Order {
        let nodes = costs.iter().map(|_| Line { cost: 1, ..Line::EMPTY }).collect();
        let before =
            |i: u32| (i - 4).saturating_sub(u32::from(!i.is_multiple_of(4)))..=i - 4 + u32::from(i % 4 < 3);
        let edge = |node, to| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY };
        let edges = (4..12).flat_map(|i| before(i).map(move |to| edge(i, to))).collect();
        let view = Table::leak("Stencil", nodes, edges).view();
        let homes: Vec<u32> = (0..12).map(|i| i % 4 / 2).collect();
        Order::new(view.columns().order, &Uses::new(view), &homes, costs, |_| 1)
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
    fn levels_of_any_size_are_sorted() {
        let mut seed = 1_u64;
        for bits in [0, 1, 5, 11, 12, 40, 64] {
            let random = |_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                seed.checked_shr(64 - bits).unwrap_or(0)
            };
            let levels: Vec<u64> = (0..1000).map(random).collect();
            let mut expected: Vec<u32> = (0..1000).collect();
            expected.sort_by_key(|&task| core::cmp::Reverse(levels[task as usize]));
            assert_eq!(by_descending(&levels), expected, "of {bits} bits");
        }
        assert!(by_descending(&[]).is_empty());
    }

    #[test]
    fn a_longer_way_counts_for_more_than_a_message() {
        let mut costs = [64; 12];
        costs[0] = 100;
        assert_eq!(order(&costs).task(0), 0);
    }
}
