//! What was measured of a graph's tasks, for the runs and plans that come after.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::costs::Costs;
use crate::plan::costs::Names;
use crate::plan::priorities::Priorities;
use crate::table::{Adjacency, Table, Urgency, View};

/// Costs of all tasks of a graph, and the order in which runs prefer tasks by them.
#[derive(Debug)]
#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
pub(crate) struct Measured {
    #[cfg(feature = "mpi")]
    figures: Arc<Figures>,
    priorities: Priorities,
    /// Of each task, those that depend on it, the most urgent one first.
    successors: Vec<u32>,
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl Measured {
    pub(crate) fn new(view: &View, figures: Arc<Figures>) -> Self {
        let lists = view.lists();
        let priorities = Priorities::new(view, &figures.costs);
        let mut successors = lists.successors.items.to_vec();
        for ends in lists.successors.starts.windows(2) {
            let of_one = &mut successors[ends[0] as usize..ends[1] as usize];
            of_one.sort_unstable_by_key(|&task| priorities.ranks[task as usize]);
        }
        Measured {
            #[cfg(feature = "mpi")]
            figures,
            priorities,
            successors,
        }
    }

    /// The order, in the graph of this view.
    pub(crate) fn urgency(&self, view: &View) -> Urgency<'_> {
        Urgency {
            by_priority: &self.priorities.by_priority,
            ranks: &self.priorities.ranks,
            successors: Adjacency { starts: view.lists().successors.starts, items: &self.successors },
        }
    }

    #[cfg(feature = "mpi")]
    pub(crate) fn figures(&self) -> &Arc<Figures> {
        &self.figures
    }
}

/// What is known of all tasks, in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Figures {
    /// In nanoseconds.
    pub(crate) costs: Vec<u64>,
    /// How many elements there are where a task runs once for each, or else 1.
    pub(crate) elements: Vec<u64>,
    /// How large outputs are; 0 where that is not known.
    pub(crate) bytes: Vec<u64>,
}

impl Figures {
    /// Those of a graph, by what was measured of some of its tasks. Names that the graph has not say nothing.
    ///
    /// What was not measured is taken to be as the mean of those of its family that were. Where none were,
    /// its cost is that in the table, in nanoseconds by the mean of all tasks that were measured.
    pub(crate) fn of(table: &'static Table, measured: &Costs) -> Self {
        let names = Names::of(table);
        let costs = spread(table, names.resolve(measured).values);
        let known = |task: usize| costs[task].map(u128::from);
        let written = |task: usize| u128::from(table.view().place(task as u32).line.cost);
        let measured_tasks = || (0..table.len()).filter(|&task| costs[task].is_some());
        let time: u128 = measured_tasks().filter_map(known).sum();
        let units: u128 = measured_tasks().map(written).sum();
        let scaled = |task| match units {
            0 => written(task),
            // What this cannot hold is more than a cost can be.
            units => written(task).saturating_mul(time).div_ceil(units),
        };
        let cost = |task| u64::try_from(known(task).unwrap_or_else(|| scaled(task))).unwrap_or(u64::MAX);
        let counts = names.resolve(measured.elements()).values;
        let elements = |task: usize| match table.view().place(task as u32).line.each {
            true => counts[task].unwrap_or(1),
            false => 1,
        };
        Figures {
            costs: (0..table.len()).map(cost).collect(),
            elements: (0..table.len()).map(elements).collect(),
            bytes: spread(table, names.resolve(measured.bytes()).values)
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect(),
        }
    }
}

/// Fills what is not known of members of a family with the mean of what is.
fn spread(table: &'static Table, mut values: Vec<Option<u64>>) -> Vec<Option<u64>> {
    for line in table.lines() {
        let members = &mut values[line.first as usize..][..line.len()];
        let (mut sum, mut count) = (0_u128, 0_u128);
        for value in members.iter().flatten() {
            sum += u128::from(*value);
            count += 1;
        }
        if let Some(mean) = sum.checked_div(count) {
            let mean = mean as u64;
            members.iter_mut().for_each(|value| *value = Some(value.unwrap_or(mean)));
        }
    }
    values
}

#[cfg(test)]
mod tests;
