//! Measured costs of a graph's tasks, for later runs and plans.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::costs::Costs;
use crate::plan::costs::Names;
use crate::plan::priorities::Priorities;
use crate::table::{Adjacency, Table, Urgency, View, sort_by_rank};

/// Costs of all tasks of a graph, and the priorities that follow from them.
#[derive(Debug)]
#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
pub(crate) struct Measured {
    figures: Arc<Figures>,
    priorities: Priorities,
    /// The dependents of each task, the most urgent one first.
    successors: Vec<u32>,
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl Measured {
    pub(crate) fn new(view: &View, figures: Arc<Figures>) -> Self {
        let columns = view.columns();
        let priorities = Priorities::new(view, &figures.costs);
        let mut successors = columns.successors.items.to_vec();
        for ends in columns.successors.starts.windows(2) {
            let of_one = &mut successors[ends[0] as usize..ends[1] as usize];
            sort_by_rank(&priorities.ranks, of_one);
        }
        Measured { figures, priorities, successors }
    }

    /// The priorities, in the graph of this view.
    pub(crate) fn urgency<'run>(&'run self, view: &'run View) -> Urgency<'run> {
        Urgency {
            by_priority: &self.priorities.by_priority,
            ranks: &self.priorities.ranks,
            successors: Adjacency { starts: view.columns().successors.starts, items: &self.successors },
        }
    }

    pub(crate) fn figures(&self) -> &Arc<Figures> {
        &self.figures
    }
}

/// Measured or estimated figures of all tasks, in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Figures {
    /// In nanoseconds.
    pub(crate) costs: Vec<u64>,
    /// The number of elements of a task with `each`, otherwise 1.
    pub(crate) elements: Vec<u64>,
    /// The sizes of outputs; 0 if unknown.
    pub(crate) bytes: Vec<u64>,
}

impl Figures {
    /// The figures of a graph from measurements of some of its tasks. Unknown names are ignored.
    ///
    /// A task that was not measured gets the mean of the measured members of its family. If there are none, its cost is
    /// the one in the table, scaled to nanoseconds by the mean of all measured tasks.
    pub(crate) fn of(table: &Table, measured: &Costs) -> Self {
        let names = Names::of(table);
        let costs = spread(table, names.resolve(measured).values);
        let known = |task: usize| costs[task].map(u128::from);
        let written = |task: usize| u128::from(table.view().place(task as u32).line.cost);
        let measured_tasks = || (0..table.len()).filter(|&task| costs[task].is_some());
        let time: u128 = measured_tasks().filter_map(known).sum();
        let units: u128 = measured_tasks().map(written).sum();
        let scaled = |task| match units {
            0 => written(task),
            // If this saturates, the result exceeds the largest cost anyway.
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

/// Fills unknown values of a family's members with the mean of the known ones.
fn spread(table: &Table, mut values: Vec<Option<u64>>) -> Vec<Option<u64>> {
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
