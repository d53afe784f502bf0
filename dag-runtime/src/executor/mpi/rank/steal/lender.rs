//! The rank that lends: the task is its own.

use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use crate::error::{catch, guard};
use crate::executor::mpi::protocol::message::{Kind, Record};
use crate::executor::mpi::rank::RankRun;
use crate::executor::mpi::rank::elements::{Lender, Lent, Role, Terms};
use crate::executor::mpi::rank::execution::TaskFailure;
use crate::executor::mpi::rank::outputs::Payload;
use crate::executor::mpi::rank::task_elements::TaskElements;

impl RankRun<'_> {
    /// Lends a task that has not begun. Says whether it did: what cannot be encoded is for the task's own rank alone.
    pub(super) fn lend_whole(&mut self, task: u32, to: u32) -> bool {
        let Some(inputs) = self.inputs_for(to, task, None) else { return false };
        self.send_loan(to, task, &inputs, &[]);
        true
    }

    /// What a task reads, but for one output, and a rank has not. None where some cannot be encoded.
    fn inputs_for(&mut self, to: u32, task: u32, without: Option<u32>) -> Option<Vec<(u32, Payload)>> {
        let mut inputs = Vec::new();
        for &output in self.reads_of(task) {
            if without != Some(output) && !self.context.plan().keeps(to, output) {
                inputs.push((output, self.outputs.payload(output).ok()?));
            }
        }
        Some(inputs)
    }

    fn send_loan(&mut self, to: u32, task: u32, inputs: &[(u32, Payload)], lent: &[u8]) {
        self.tell_news_of_reads(to, task);
        let record =
            Record { detail: inputs.len() as u32, len: lent.len() as u64, ..Record::of(Kind::Loan, task) };
        self.connection.write(to, record, lent);
        for (output, payload) in inputs {
            self.send(to, Record { detail: task, ..Record::of(Kind::Input, *output) }, payload);
        }
    }

    /// On which terms elements of a task that is open can be lent.
    pub(in crate::executor::mpi::rank) fn terms(&self, task: u32, state: &TaskElements) -> Terms {
        // The codec of a task with `when` is that of an `Option`, and some of its elements are none.
        let is_optional = self.context.view().place(task).line.optional;
        if !self.steal.is_enabled() || is_optional || !self.can_be_lent(task) {
            return Terms::Never;
        }
        let Some(elements) = state.owned_elements() else { return Terms::Borrowed };
        // To open the task has moved what its elements come from.
        let mut moved =
            self.reads_of(task).iter().copied().filter(|&output| !self.outputs.is_in_slot(output));
        match (moved.next(), moved.next()) {
            (Some(output), None) if self.context.codec(output).is_some_and(|codec| codec.is_of(elements)) => {
                Terms::Owned(output)
            }
            _ => Terms::Never,
        }
    }

    /// Lends some elements of a task that is open. Says whether it did.
    pub(super) fn lend_elements(&mut self, task: u32, to: u32) -> bool {
        let (threads, ranks) = (self.workers.threads(), self.context.ranks as usize);
        let Some(elements) = self.elements.get(task) else { return false };
        let (Role::Own(lender), Some(state)) = (&elements.role, elements.state.clone()) else { return false };
        let owned = if let Terms::Owned(output) = lender.terms() { Some(output) } else { None };
        // At least one for each of its threads, which are taken to be as many as here.
        let most = (elements.remaining.len() / (2 * ranks)).max(threads);
        let Some(count) = lender.next_count(to, elements.chunk() * threads) else { return false };
        let is_first = lender.is_first(to);
        let inputs = match is_first.then(|| self.inputs_for(to, task, owned)) {
            Some(None) => return self.forbid_loans(task),
            Some(Some(inputs)) => inputs,
            None => Vec::new(),
        };
        let Some(elements) = self.elements.get_mut(task) else { return false };
        let range = elements.remaining.take(count.clamp(threads, most));
        if range.is_empty() {
            return false;
        }
        let mut by_value = None;
        if let Some(output) = owned {
            let Some(payload) = self.encode_elements(output, &state, range.clone()) else {
                if let Some(elements) = self.elements.get_mut(task) {
                    elements.remaining.put(range);
                }
                return self.forbid_loans(task);
            };
            by_value = Some((output, payload));
        }
        let lent = Lent { range: range.clone(), by_value: by_value.is_some(), is_first };
        self.send_loan(to, task, &inputs, &lent.bytes());
        if let Some((output, payload)) = by_value {
            self.send(to, Record { detail: task, ..Record::of(Kind::Elements, output) }, &payload);
        }
        if let Some(lender) = self.elements.lender_mut(task) {
            lender.begin(to, range);
        }
        true
    }

    /// Elements of an output that a task takes by value, to be sent; none where they cannot be encoded, and are back.
    fn encode_elements(&mut self, output: u32, state: &TaskElements, range: Range<usize>) -> Option<Payload> {
        let lent = state.lend(range.clone());
        match self.outputs.encode_value(output, &*lent) {
            Ok(payload) => {
                if let Err(failure) = guard(|| drop(lent)) {
                    self.output_failed(output, failure);
                }
                Some(payload)
            }
            Err(_) => {
                state.regain(range, lent);
                None
            }
        }
    }

    /// No more elements of a task can be lent.
    fn forbid_loans(&mut self, task: u32) -> bool {
        if let Some(lender) = self.elements.lender_mut(task) {
            lender.forbid();
        }
        false
    }

    /// The outputs of elements that were lent have come.
    pub(crate) fn elements_returned(&mut self, source: u32, task: u32, bytes: &[u8]) {
        let decoded = self.outputs.decode_value(source, task, bytes);
        let Some((range, nanos)) = self.elements.lender_mut(task).and_then(|lender| lender.end(source))
        else {
            return;
        };
        let Some(elements) = self.elements.get_mut(task) else { return };
        let Some(state) = elements.state.clone() else { return };
        elements.nanos += nanos;
        let count = range.len();
        let stored = decoded.and_then(|outputs| {
            catch(|| {
                if state.store(range, outputs) {
                    return Ok(());
                }
                Err(format!("rank {source} has sent other outputs than those of {count} elements").into())
            })
        });
        match stored.and_then(|()| catch(|| state.tell(self.workers.execution(), count))) {
            Ok(()) => {
                if !self.stopped {
                    self.lend_elements(task, source);
                }
                self.unqueue(task);
            }
            Err(failure) => self.element_failed(task, TaskFailure::whole(failure)),
        }
        self.settle(task);
    }

    /// A task that was lent, or elements of it, have failed elsewhere, or did not run.
    pub(crate) fn loan_unfinished(&mut self, source: u32, task: u32, failed: bool) {
        let Some(elements) = self.elements.get_mut(task) else {
            return if failed { self.close(task) } else { self.abandon(task) };
        };
        elements.lose(failed);
        if let Role::Own(lender) = &mut elements.role {
            lender.end(source);
            if !failed {
                lender.refuse(source);
            }
        }
        self.settle(task);
    }

    /// A task is over: those that have run elements of it need not keep what it reads.
    pub(crate) fn end_loans(&mut self, task: u32, lender: &Lender) {
        for to in lender.borrowers() {
            self.connection.write(to, Record::of(Kind::LoanOver, task), &[]);
        }
    }
}
