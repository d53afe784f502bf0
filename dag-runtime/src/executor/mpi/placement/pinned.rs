//! The placement that a graph states.

use alloc::vec::Vec;
use core::cmp::Reverse;

use super::inputs::Inputs;
use super::{Model, total};
use crate::graph::ANYWHERE;

impl Model<'_> {
    /// The ranks of all tasks, where the graph gives one to all but a few whose cost is small: these run where most of what
    /// they wait for is.
    pub(super) fn pinned(&self) -> Option<Vec<u32>> {
        if self.pins.is_empty() {
            return None;
        }
        let mut homes: Vec<u32> = (0..self.view.len()).map(|task| self.pin(task)).collect();
        let is_free = |homes: &[u32], task: u32| homes[task as usize] == ANYWHERE;
        let free = (0..homes.len() as u32).filter(|&task| is_free(&homes, task));
        let cost = free.map(|task| self.costs[task as usize]).fold(0, u64::saturating_add);
        if cost > total(&self.costs) / 256 {
            return None;
        }
        if cost == 0 {
            return Some(homes);
        }
        let mut inputs = Inputs::new(self.ranks);
        for &task in self.view.columns().order {
            if !is_free(&homes, task) {
                continue;
            }
            inputs.clear();
            self.uses.of(task).iter().for_each(|&other| inputs.add(homes[other as usize], 0, 0));
            let most = inputs.homes.iter().max_by_key(|&&home| (inputs.count_on(home), Reverse(home)));
            homes[task as usize] = most.copied().unwrap_or(0);
        }
        Some(homes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::uses::Uses;
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    /// The ranks of 600 tasks, the last of which reads ten others.
    fn pinned(pin: impl Fn(u32) -> u32, cost: u64) -> Option<Vec<u32>> {
        let cost = |i| if i == 599 { cost } else { 1 };
        let nodes = (0..600).map(|i| Line { cost: cost(i), ..Line::EMPTY }).collect();
        let edges = (589..599).map(|to| RawEdge { node: 599, to, how: Use::Borrow, ..RawEdge::EMPTY });
        let view = Table::leak("Pinned", nodes, edges.collect()).view();
        let pins: Vec<u32> = (0..600).map(pin).collect();
        let uses = Uses::new(view);
        Model::new(view, &uses, None, 3, (&pins, &[])).pinned()
    }

    #[test]
    fn tasks_run_where_the_graph_says() {
        let on = |task| u32::from(task > 592);
        assert_eq!(pinned(on, 1), Some((0..600).map(on).collect::<Vec<_>>()));
    }

    #[test]
    fn a_task_without_a_rank_runs_where_most_of_its_inputs_are() {
        for (first, most) in [(591, 2), (594, 1), (597, 1)] {
            let on = |task| if task < first { 1 } else { 2 };
            let homes = pinned(|task| if task == 599 { ANYWHERE } else { on(task) }, 1).unwrap();
            assert!((0..599).all(|task| homes[task as usize] == on(task)));
            assert_eq!(homes[599], most, "from {first} on");
        }
    }

    #[test]
    fn what_costs_much_has_a_choice() {
        assert_eq!(pinned(|task| if task == 599 { ANYWHERE } else { 0 }, 100), None);
        assert_eq!(pinned(|task| if task % 2 == 0 { ANYWHERE } else { 0 }, 1), None);
    }
}
