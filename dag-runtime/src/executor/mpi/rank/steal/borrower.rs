//! The rank that borrows: the task is another rank's.

use crate::error::guard;
use crate::executor::mpi::protocol::message::{Kind, Record};
use crate::executor::mpi::rank::RankRun;
use crate::executor::mpi::rank::dependencies::InputState;
use crate::executor::mpi::rank::elements::{Borrowed, ElementTask, Lent, Remaining, Role};

impl RankRun<'_> {
    /// This rank is lent a task, or elements of one, with this many inputs to follow.
    pub(crate) fn accept_loan(&mut self, task: u32, inputs: u32, lent: &[u8]) {
        self.announce_busy();
        match Lent::read(lent) {
            None => {
                self.dependencies.borrow(task, inputs);
                self.expect_inputs(task);
            }
            Some(lent) => {
                self.dependencies.borrow(task, inputs + u32::from(lent.by_value));
                if lent.is_first {
                    self.expect_inputs(task);
                }
                self.elements.borrow(task, Borrowed { lent, elements: None });
            }
        }
        self.start_borrowed(task);
    }

    /// Holds what a task on loan reads, and has it wait for what this rank is sent anyway.
    fn expect_inputs(&mut self, task: u32) {
        for &output in self.reads_of(task) {
            let keeps = self.context.plan().keeps(self.context.rank, output);
            if keeps && !self.outputs.is_present(output) {
                if self.steal.retained.is_missed(output) {
                    self.dependencies.block(task);
                } else {
                    self.dependencies.add(task);
                    self.steal.retained.wait(output, task);
                }
            }
            self.outputs.hold(output);
        }
    }

    /// What a task on loan reads has come, or cannot be decoded.
    pub(crate) fn borrowed_input(&mut self, task: u32, is_there: bool) {
        if !is_there {
            self.dependencies.block(task);
        }
        self.dependencies.remove(task);
        self.start_borrowed(task);
    }

    /// An output is here that tasks on loan may wait for.
    #[inline]
    pub(crate) fn retained_is_there(&mut self, output: u32) {
        if self.steal.retained.has_waiting() {
            let waiting = self.steal.retained.is_there(output);
            waiting.into_iter().for_each(|task| self.borrowed_input(task, true));
        }
    }

    /// It will never be.
    pub(crate) fn retained_will_not_be(&mut self, output: u32) {
        if self.context.plan().retained[output as usize] {
            let waiting = self.steal.retained.will_not_be(output);
            waiting.into_iter().for_each(|task| self.borrowed_input(task, false));
        }
    }

    /// Elements by value have come.
    pub(crate) fn borrowed_elements(&mut self, source: u32, output: u32, task: u32, bytes: &[u8]) {
        let decoded = self.outputs.decode_value(source, output, bytes);
        let is_there = decoded.is_ok();
        match decoded {
            Ok(decoded) => {
                if let Some(borrowed) = self.elements.borrowed_mut(task) {
                    borrowed.elements = Some(decoded);
                }
            }
            Err(failure) => self.output_failed(output, failure),
        }
        self.borrowed_input(task, is_there);
    }

    /// Starts a task on loan whose inputs are there. Gives it back if all were heard of, and some will never be there.
    fn start_borrowed(&mut self, task: u32) {
        let has_elements = self.elements.contains(task);
        match self.dependencies.inputs(task) {
            InputState::Missing => {}
            InputState::Complete if has_elements => self.requeue(task),
            InputState::Complete => self.ready.push(task),
            InputState::Blocked if has_elements => self.return_elements_unfinished(task, false),
            InputState::Blocked => self.return_unfinished(task, false),
        }
    }

    /// A task on loan has run: its output goes back.
    pub(crate) fn return_output(&mut self, task: u32) {
        match self.outputs.payload(task) {
            Ok(payload) => {
                self.tell_news(self.context.home(task), task);
                self.send(self.context.home(task), Record::of(Kind::Returned, task), &payload);
                self.release_reads(task);
            }
            Err(failure) => {
                self.output_failed(task, failure);
                self.return_unfinished(task, true);
            }
        }
        self.release_unread(task);
    }

    /// A task on loan has failed, or does not run.
    pub(crate) fn return_unfinished(&mut self, task: u32, failed: bool) {
        self.write_unfinished(task, failed);
        self.release_reads(task);
    }

    fn write_unfinished(&mut self, task: u32, failed: bool) {
        let record = Record { detail: failed.into(), ..Record::of(Kind::Unfinished, task) };
        self.connection.write(self.context.home(task), record, &[]);
    }

    /// All elements on loan have run: their outputs go back.
    pub(crate) fn return_elements(&mut self, task: u32) {
        let Some(elements) = self.elements.get_mut(task) else { return };
        let (Role::Borrowed(borrowed), Some(state)) = (&elements.role, &elements.state) else { return };
        let outputs = state.outputs(borrowed.range());
        if borrowed.lent.by_value {
            elements.state = None;
        }
        let payload = self.outputs.encode_value(task, &*outputs);
        if let Err(failure) = guard(|| drop(outputs)) {
            self.output_failed(task, failure);
        }
        match payload {
            Ok(payload) => {
                self.tell_news(self.context.home(task), task);
                self.send(self.context.home(task), Record::of(Kind::Returned, task), &payload);
            }
            Err(failure) => {
                self.output_failed(task, failure);
                self.return_elements_unfinished(task, true);
            }
        }
    }

    /// Elements on loan have failed, or do not run.
    pub(crate) fn return_elements_unfinished(&mut self, task: u32, failed: bool) {
        if let Some(elements) = self.elements.get_mut(task) {
            elements.remaining = Remaining::default();
            let ElementTask { role, state, .. } = elements;
            if let Some(borrowed) = role.borrowed_by_value() {
                borrowed.clear();
                if let Some(state) = state.take() {
                    state.clear();
                }
            }
        }
        self.write_unfinished(task, failed);
    }

    /// A task is over of which elements have run here.
    pub(crate) fn end_borrowed(&mut self, task: u32) {
        if let Some(elements) = self.elements.remove(task) {
            self.drop_borrowed(task, elements);
            self.release_reads(task);
        }
    }
}
