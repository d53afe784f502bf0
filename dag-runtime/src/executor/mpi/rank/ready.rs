//! The tasks that can run now.

use alloc::collections::BinaryHeap;
use core::cmp::Reverse;

use crate::executor::mpi::placement::Order;

/// Tasks all of whose inputs are there, by the order of the plan. Each is in it once at most.
pub(super) struct Ready<'run> {
    order: &'run Order,
    positions: BinaryHeap<Reverse<u32>>,
}

impl<'run> Ready<'run> {
    pub(super) fn new(order: &'run Order, tasks: &[u32]) -> Self {
        Ready { order, positions: tasks.iter().map(|&task| Reverse(order.position(task))).collect() }
    }

    #[inline]
    pub(super) fn push(&mut self, task: u32) {
        self.positions.push(Reverse(self.order.position(task)));
    }

    /// The most urgent one.
    #[inline]
    pub(super) fn peek(&self) -> Option<u32> {
        self.positions.peek().map(|&Reverse(position)| self.order.task(position))
    }

    /// The position of the most urgent one in the order of the plan.
    pub(super) fn first_position(&self) -> Option<u32> {
        self.positions.peek().map(|&Reverse(position)| position)
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<u32> {
        self.positions.pop().map(|Reverse(position)| self.order.task(position))
    }

    pub(super) fn remove(&mut self, task: u32) {
        let position = self.order.position(task);
        self.positions.retain(|&Reverse(other)| other != position);
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.positions.len()
    }
}
