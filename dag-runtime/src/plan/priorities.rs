//! Priorities of tasks by other costs than those in the table.

use alloc::vec;
use alloc::vec::Vec;

use crate::ordered::sort_by_key;
use crate::table::{Adjacency, MANY_READERS, View};

/// The priorities of all tasks: see [`Urgency`](crate::table::Urgency).
#[derive(Debug)]
pub(super) struct Priorities {
    pub(super) by_priority: Vec<u32>,
    /// The position of each task in `by_priority`.
    pub(super) ranks: Vec<u32>,
    pub(super) work: u64,
    pub(super) critical_path_length: u64,
}

impl Priorities {
    /// The priorities in a graph whose tasks have these costs.
    pub(super) fn new(view: &View, costs: &[u64]) -> Self {
        let bottom_levels = bottom_levels(view.serial_order(), view.columns().dependencies, costs);
        let is_dropped = |output: u32| view.reader_count(output) != u32::MAX;
        let frees = |task: u32| {
            let mut reads = view.reads_of(task).iter();
            reads.any(|&output| is_dropped(output) && view.reader_count(output) < MANY_READERS)
        };
        let mut by_priority: Vec<u32> = (0..costs.len() as u32).collect();
        sort_by_key(&mut by_priority, |&task| (!bottom_levels[task as usize], u64::from(!frees(task))));
        // Tasks that only add outputs come last, except for the first of them.
        let adds = |task: u32| is_dropped(task) && view.reader_count(task) > 0 && !frees(task);
        let first = by_priority.iter().copied().find(|&task| adds(task));
        let (back, stay) = by_priority.into_iter().partition(|&task| adds(task) && Some(task) != first);
        let (back, mut by_priority): (Vec<u32>, Vec<u32>) = (back, stay);
        by_priority.extend(back);
        Priorities {
            critical_path_length: bottom_levels.into_iter().max().unwrap_or(0),
            ranks: ranks(&by_priority),
            by_priority,
            work: costs.iter().fold(0, |work, &cost| work.saturating_add(cost)),
        }
    }

    /// The same tasks in another order.
    pub(super) fn in_order(self, order: &[u32]) -> Self {
        Priorities { by_priority: order.to_vec(), ranks: ranks(order), ..self }
    }
}

/// The position of each task in an order.
fn ranks(order: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; order.len()];
    for (rank, &task) in order.iter().enumerate() {
        ranks[task as usize] = rank as u32;
    }
    ranks
}

/// For each task, the cost of the most costly path from it (included) to a task without dependents. `order` has each
/// task after its dependencies.
pub(super) fn bottom_levels(order: &[u32], dependencies: Adjacency<'_>, costs: &[u64]) -> Vec<u64> {
    let mut bottom_levels = vec![0_u64; costs.len()];
    for &task in order.iter().rev() {
        // So far, the highest bottom level of its successors, all of which come later in the order.
        let level = costs[task as usize].saturating_add(bottom_levels[task as usize]);
        bottom_levels[task as usize] = level;
        for &dependency in dependencies.of(task) {
            let before = &mut bottom_levels[dependency as usize];
            *before = level.max(*before);
        }
    }
    bottom_levels
}
