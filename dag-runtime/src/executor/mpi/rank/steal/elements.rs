//! Elements of a task that run on other ranks than its own.
//!
//! They are lent like tasks are granted (see `share.rs`), some at a time, to a rank that has nothing to do;
//! when their outputs have come back, and more elements are left, it is lent some again. What the task reads
//! goes to a rank once, with the first ones, and is kept there until the task is over. Where elements are
//! taken by value, only those that are lent go there.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::ops::Range;
use std::time::Instant;

use crate::error::{Failure, catch, guard};
use crate::executor::mpi::crew::Reason;
use crate::executor::mpi::protocol::connection::{Head, Kind, LOAN, MOST_IN_RECORD};
use crate::executor::mpi::rank::Run;
use crate::executor::mpi::rank::elements::task_elements::Sheet;
use crate::executor::mpi::rank::elements::{Each, Pool};
use crate::executor::mpi::rank::messages::Payload;
use crate::unwind::discard;

/// How long another rank should take for what it is lent: long beside the way there and back.
const LOAN_NANOS: u64 = 2_000_000;

/// By what factor loans grow at most.
const GROWTH: usize = 4;

/// Whose elements they are, and what is known of them elsewhere.
pub(crate) enum Role {
    /// Those of a task of this rank.
    Own(Lender),
    /// Some that another rank has lent.
    Guest(Loan),
}

/// What the task's own rank knows of those that run its elements.
#[derive(Default)]
pub(crate) struct Lender {
    terms: Terms,
    helpers: BTreeMap<u32, Helper>,
}

/// Whether elements can leave their rank.
#[derive(Clone, Copy, Default, PartialEq)]
enum Terms {
    #[default]
    Never,
    /// With the outputs that the task reads.
    Borrowed,
    /// By value: they are those of this output.
    Owned(u32),
}

/// A rank that has what the task reads.
struct Helper {
    /// The elements that it runs, and since when.
    lent: Range<usize>,
    since: Instant,
    /// How many to lend it next; 0 where it cannot run any.
    next: usize,
}

/// Elements that another rank has lent.
#[derive(Default)]
pub(crate) struct Loan {
    /// Their numbers.
    pub(crate) range: Range<usize>,
    pub(crate) by_value: bool,
    /// Where they are by value, themselves, until the task is opened over them.
    pub(crate) elements: Option<Box<dyn Any>>,
}

impl Lender {
    /// Whether no element is lent now.
    pub(crate) fn has_all(&self) -> bool {
        self.helpers.values().all(|helper| helper.lent.is_empty())
    }

    /// Whether some may be lent.
    pub(crate) fn may_lend(&self) -> bool {
        self.terms != Terms::Never
    }
}

impl Run<'_> {
    /// Finds out on which terms elements of a task that is open can be lent.
    pub(crate) fn terms(&self, node: u32, sheet: &Sheet) -> Lender {
        let mut lender = Lender::default();
        if !self.shares || !self.can_leave(node) {
            return lender;
        }
        let Some(elements) = sheet.owned_elements() else {
            lender.terms = Terms::Borrowed;
            return lender;
        };
        // To open the task has moved what its elements come from.
        let mut moved = self.view.reads_of(node).iter().copied().filter(|&output| !self.is_there(output));
        if let (Some(output), None) = (moved.next(), moved.next()) {
            if self.codec(output).is_some_and(|codec| codec.is_of(elements)) {
                lender.terms = Terms::Owned(output);
            }
        }
        lender
    }

    fn is_there(&self, output: u32) -> bool {
        let Some(codec) = self.codec(output) else { return false };
        #[allow(unsafe_code)]
        // SAFETY: `codec` is that of the output's line. Its task has finished, and the one that may have
        // moved it has been opened, by this thread.
        unsafe {
            self.setting.job.slots().is_there(codec, self.view.place(output))
        }
    }

    /// Lends some elements of a task to a rank. Says whether it did.
    pub(crate) fn lend(&mut self, node: u32, to: u32) -> bool {
        let (threads, ranks) = (self.crew.threads(), self.setting.ranks as usize);
        let Some(each) = self.each.get(&node) else { return false };
        let (Role::Own(lender), Some(sheet)) = (&each.role, each.sheet.clone()) else { return false };
        let terms = lender.terms;
        let helper = lender.helpers.get(&to);
        if terms == Terms::Never || helper.is_some_and(|helper| !helper.lent.is_empty() || helper.next == 0) {
            return false;
        }
        let is_first = helper.is_none();
        let most = (each.pool.left() / (2 * ranks)).max(threads);
        // At least one for each of its threads, which are taken to be as many as here.
        let count = helper.map_or(each.chunk() * threads, |helper| helper.next).clamp(threads, most);
        let mut inputs: Vec<(u32, Payload)> = Vec::new();
        if is_first {
            for &output in self.view.reads_of(node) {
                if terms != Terms::Owned(output) && !self.has(to, output) {
                    // What cannot be encoded is for the task's own rank alone.
                    let Ok(payload) = self.payload(output) else { return self.keep(node) };
                    inputs.push((output, payload));
                }
            }
        }
        let Some(each) = self.each.get_mut(&node) else { return false };
        let range = each.pool.take(count);
        if range.is_empty() {
            return false;
        }
        let mut elements = None;
        if let Terms::Owned(output) = terms {
            let lent = sheet.lend(range.clone());
            match self.encode_apart(output, &*lent) {
                Ok(payload) => {
                    elements = Some((output, payload));
                    if let Err(failure) = guard(|| drop(lent)) {
                        self.fails(output, failure);
                    }
                }
                Err(_) => {
                    sheet.regain(range.clone(), lent);
                    if let Some(each) = self.each.get_mut(&node) {
                        each.pool.put(range);
                    }
                    return self.keep(node);
                }
            }
        }
        let mut loan = [0; LOAN];
        loan[..8].copy_from_slice(&(range.start as u64).to_ne_bytes());
        loan[8..16].copy_from_slice(&(range.end as u64).to_ne_bytes());
        loan[16] = u8::from(elements.is_some()) | u8::from(is_first) << 1;
        let head = Head { task: inputs.len() as u32, len: LOAN as u64, ..Head::of(Kind::Lend, node) };
        self.post.write(to, head, &loan);
        for (output, payload) in &inputs {
            self.send(to, Kind::Input, *output, node, payload);
        }
        if let Some((output, payload)) = elements {
            self.send(to, Kind::Elements, output, node, &payload);
        }
        let helper = Helper { next: range.len(), lent: range, since: Instant::now() };
        if let Some(Each { role: Role::Own(lender), .. }) = self.each.get_mut(&node) {
            lender.helpers.insert(to, helper);
        }
        true
    }

    /// No more elements of a task can be lent.
    fn keep(&mut self, node: u32) -> bool {
        if let Some(Each { role: Role::Own(lender), .. }) = self.each.get_mut(&node) {
            lender.terms = Terms::Never;
        }
        false
    }

    /// The bytes of elements, or of their outputs: a value of the type of an output.
    fn encode_apart(&self, output: u32, value: &dyn Any) -> Result<Payload, Failure> {
        let Some(codec) = self.codec(output) else {
            return Err(Failure::error("its output cannot cross ranks".into()));
        };
        let mut bytes = Vec::new();
        catch(|| codec.encode_value(value, &mut bytes))
            .map_err(|failure| failure.context("its output cannot be encoded"))?;
        Ok(if bytes.len() > MOST_IN_RECORD { Payload::Large(Rc::new(bytes)) } else { Payload::Bytes(bytes) })
    }

    fn decode_apart(&self, source: u32, output: u32, bytes: &[u8]) -> Result<Box<dyn Any>, Failure> {
        let decode = || self.codec(output).ok_or("it cannot cross ranks")?.decode_value(bytes);
        catch(decode).map_err(|failure| {
            failure.context(&format!("its output, sent by rank {source}, cannot be decoded"))
        })
    }

    /// Elements were lent to this rank, with so many inputs to follow.
    pub(crate) fn borrow(&mut self, node: u32, inputs: u32, loan: &[u8]) {
        let word = |k: usize| u64::from_ne_bytes(loan[k..k + 8].try_into().expect("eight bytes")) as usize;
        let range = word(0)..word(8);
        let (by_value, is_first) = (loan[16] & 1 != 0, loan[16] & 2 != 0);
        self.sated();
        self.waits[node as usize] = inputs + u32::from(by_value);
        if is_first {
            self.expect_inputs(node);
        }
        let each = self.each.entry(node).or_insert_with(Each::guest);
        each.renew(Pool::of(if by_value { 0..range.len() } else { range.clone() }));
        each.role = Role::Guest(Loan { range, by_value, elements: None });
        self.start_guest(node);
    }

    /// Elements by value have come.
    pub(crate) fn elements(&mut self, source: u32, output: u32, node: u32, bytes: &[u8]) {
        match self.decode_apart(source, output, bytes) {
            Ok(decoded) => {
                if let Some(Each { role: Role::Guest(loan), .. }) = self.each.get_mut(&node) {
                    loan.elements = Some(decoded);
                }
                self.guest_waits(node);
            }
            Err(failure) => {
                self.fails(output, failure);
                self.guest_misses(node);
            }
        }
    }

    /// All elements that were lent to this rank have run.
    pub(crate) fn repay(&mut self, node: u32) {
        let Some(each) = self.each.get_mut(&node) else { return };
        let (Role::Guest(loan), Some(sheet)) = (&each.role, &each.sheet) else { return };
        let count = loan.range.len();
        let outputs = sheet.outputs(if loan.by_value { 0..count } else { loan.range.clone() });
        if loan.by_value {
            each.sheet = None;
        }
        let payload = self.encode_apart(node, &*outputs);
        if let Err(failure) = guard(|| drop(outputs)) {
            self.fails(node, failure);
        }
        match payload {
            Ok(payload) => self.send(self.plan.homes[node as usize], Kind::Outputs, node, 0, &payload),
            Err(failure) => {
                self.fails(node, failure);
                self.default(node, true);
            }
        }
    }

    /// Elements that were lent to this rank have failed, or do not run.
    pub(crate) fn default(&mut self, node: u32, failed: bool) {
        if let Some(each) = self.each.get_mut(&node) {
            each.pool = Pool::default();
            if let Role::Guest(loan) = &mut each.role {
                if loan.by_value {
                    discard(loan.elements.take());
                    if let Some(sheet) = each.sheet.take() {
                        sheet.clear();
                    }
                }
            }
        }
        let head = Head { len: failed.into(), ..Head::of(Kind::Default, node) };
        self.post.write(self.plan.homes[node as usize], head, &[]);
    }

    /// The outputs of elements that were lent have come.
    pub(crate) fn repaid(&mut self, source: u32, node: u32, bytes: &[u8]) {
        let decoded = self.decode_apart(source, node, bytes);
        let Some((range, nanos)) = self.end_loan(source, node) else { return };
        let Some(each) = self.each.get_mut(&node) else { return };
        let Some(sheet) = each.sheet.clone() else { return };
        let count = range.len();
        let told = decoded.and_then(|outputs| {
            catch(|| {
                if !sheet.store(range, outputs) {
                    return Err(format!(
                        "rank {source} has sent other outputs than those of {count} elements"
                    )
                    .into());
                }
                Ok(())
            })
        });
        each.nanos += nanos;
        match told.and_then(|()| self.crew.tell(&sheet, count)) {
            Ok(()) => {
                if !self.stopped {
                    self.lend(node, source);
                }
                self.unqueue(node);
            }
            Err(failure) => self.each_fails(node, Reason { element: None, failure }),
        }
        self.settle(node);
    }

    /// Elements that were lent have failed, or did not run.
    pub(crate) fn defaulted(&mut self, source: u32, node: u32, failed: bool) {
        self.end_loan(source, node);
        if let Some(each) = self.each.get_mut(&node) {
            each.lose(failed);
            if let (Role::Own(lender), false) = (&mut each.role, failed) {
                if let Some(helper) = lender.helpers.get_mut(&source) {
                    helper.next = 0;
                }
            }
        }
        self.settle(node);
    }

    /// A rank is done with what it was lent. Gives which elements that were, and how long it took.
    fn end_loan(&mut self, source: u32, node: u32) -> Option<(Range<usize>, u64)> {
        let Each { role: Role::Own(lender), .. } = self.each.get_mut(&node)? else { return None };
        let helper = lender.helpers.get_mut(&source)?;
        let range = core::mem::take(&mut helper.lent);
        let nanos = helper.since.elapsed().as_nanos() as u64;
        let fit = (range.len() as u64).saturating_mul(LOAN_NANOS) / nanos.max(1);
        helper.next = (fit as usize).clamp(1, range.len().saturating_mul(GROWTH).max(1));
        Some((range, nanos))
    }

    /// A task is over: those that have run elements of it need not keep what it reads.
    pub(crate) fn tell_over(&mut self, node: u32, lender: &Lender) {
        for &to in lender.helpers.keys() {
            self.post.write(to, Head::of(Kind::Over, node), &[]);
        }
    }

    /// A task is over of which elements have run here.
    pub(crate) fn over(&mut self, node: u32) {
        if let Some(each) = self.each.remove(&node) {
            self.end_guest(node, each);
            self.release_reads(node);
        }
    }
}
