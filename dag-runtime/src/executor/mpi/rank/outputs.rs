//! The outputs that a rank has, and how they become bytes and bytes outputs.

use alloc::boxed::Box;
use alloc::format;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::any::Any;
use core::mem;

use super::context::Context;
use super::kept::KeptTasks;
use crate::error::{Failure, Outcome, catch, guard};
use crate::executor::mpi::protocol::arena::Arena;
use crate::executor::mpi::protocol::outbox::MOST_IN_RECORD;
use crate::executor::mpi::protocol::transport::Memory;
use crate::slot::{Codec, Finished, Landing};

/// An output, or elements, to be sent.
pub(super) enum Payload {
    /// In a record.
    Bytes(Vec<u8>),
    /// Apart.
    Large(Rc<Vec<u8>>),
    /// As it lies in its slot: copied into a record, or apart from there.
    Plain(*const [u8]),
}

impl Payload {
    fn of(bytes: Vec<u8>) -> Self {
        if bytes.len() > MOST_IN_RECORD { Payload::Large(Rc::new(bytes)) } else { Payload::Bytes(bytes) }
    }

    pub(super) fn bytes(&self) -> *const [u8] {
        match self {
            Payload::Bytes(bytes) => bytes.as_slice(),
            Payload::Large(bytes) => bytes.as_slice(),
            &Payload::Plain(bytes) => bytes,
        }
    }
}

/// An output is in its slot from when it is marked as present to when nobody holds it any more: no task here that is still to
/// read it, and no transfer that sends it.
pub(super) struct Outputs<'run> {
    context: Context<'run>,
    /// For each output, how many hold it.
    holds: Vec<u32>,
    present: Vec<bool>,
    /// The outputs that are being sent from where they lie, each as often as it is, in a graph in which tasks take outputs by
    /// value.
    sending: Vec<u32>,
    /// A buffer that is used again.
    spare: Vec<u8>,
    /// Memory that is used again.
    arena: Arena,
}

impl<'run> Outputs<'run> {
    pub(super) fn new(context: Context<'run>, mut arena: Arena) -> Self {
        let holds = context.plan().holds.clone();
        arena.begin();
        let (sending, spare) = (Vec::new(), Vec::new());
        Outputs { context, present: vec![false; holds.len()], holds, sending, spare, arena }
    }

    /// The run is over: what the next one may use of it.
    pub(super) fn end(&mut self) -> Arena {
        self.arena.keep_buffer(mem::take(&mut self.spare));
        self.arena.end();
        mem::take(&mut self.arena)
    }

    /// Memory for an output that is to come, or for something else.
    pub(super) fn memory(&mut self, codec: Option<&Codec>, len: usize) -> Memory {
        match codec.and_then(|codec| self.arena.landing(codec, len)) {
            Some(landing) => Memory::Landing(landing),
            // Wrong lengths are found when it is decoded.
            None => Memory::Bytes(self.arena.buffer(len)),
        }
    }

    /// What was in this buffer is not needed any more.
    pub(super) fn recycle_buffer(&mut self, buffer: Vec<u8>) {
        self.arena.keep_buffer(buffer);
    }

    #[inline]
    pub(super) fn is_present(&self, task: u32) -> bool {
        self.present[task as usize]
    }

    /// A task has run here: its output is in its slot.
    #[inline]
    pub(super) fn set_present(&mut self, task: u32) {
        self.present[task as usize] = true;
    }

    #[inline]
    pub(super) fn hold(&mut self, output: u32) {
        self.holds[output as usize] += 1;
    }

    /// One less holds an output. Fails where it is dropped and that panics.
    #[inline]
    pub(super) fn let_go(&mut self, output: u32) -> Result<(), Failure> {
        self.holds[output as usize] -= 1;
        self.release_unread(output)
    }

    /// An output begins to be sent from where it lies.
    pub(super) fn begin_sending(&mut self, output: u32) {
        self.hold(output);
        if !self.context.prepared.moves.is_empty() {
            self.sending.push(output);
        }
    }

    /// It was sent. Fails as [`let_go`](Self::let_go).
    pub(super) fn was_sent(&mut self, output: u32) -> Result<(), Failure> {
        if let Some(first) = self.sending.iter().position(|&sending| sending == output) {
            self.sending.swap_remove(first);
        }
        self.let_go(output)
    }

    /// Whether a task may take an output by value that is being sent from where it lies.
    #[inline]
    pub(super) fn has_to_wait(&self, task: u32) -> bool {
        !self.sending.is_empty() && self.takes_what_is_sent(task)
    }

    #[cold]
    fn takes_what_is_sent(&self, task: u32) -> bool {
        let view = self.context.view();
        let takes = |&output: &u32| {
            let of = (view.line(task), view.line(output));
            self.sending.contains(&output) && self.context.prepared.moves.contains(&of)
        };
        view.reads_of(task).iter().any(takes)
    }

    /// Drops an output that nobody holds.
    #[inline]
    pub(super) fn release_unread(&mut self, output: u32) -> Result<(), Failure> {
        let is_unread = self.holds[output as usize] == 0 && self.present[output as usize];
        if is_unread && !self.context.prepared.keeps_all { self.release(output) } else { Ok(()) }
    }

    /// Drops an output that is there.
    pub(super) fn release(&mut self, output: u32) -> Result<(), Failure> {
        self.present[output as usize] = false;
        let place = self.context.view().place(output);
        if place.line.release.is_none() {
            return Ok(());
        }
        let slots = self.context.job.slots();
        if let Some(codec) = self.context.codec(output).filter(|_| self.arena.is_lending()) {
            #[allow(unsafe_code)]
            // SAFETY: as below, and `codec` is the codec of the output's line.
            let landing = unsafe {
                let is_there = slots.is_there(codec, place);
                let bytes = if is_there { slots.plain_bytes(codec, place) } else { None };
                let is_lent = bytes.is_some_and(|bytes| self.arena.take_lent(bytes.cast()));
                if is_lent { slots.reclaim(codec, place) } else { None }
            };
            if let Some(landing) = landing {
                self.arena.keep(codec, landing);
                return Ok(());
            }
        }
        #[allow(unsafe_code)]
        // SAFETY: all tasks here that read the output are done, and it is not being sent: `holds` counts both.
        guard(|| unsafe { slots.release(place) })
    }

    /// The output of a task, to be sent.
    pub(super) fn payload(&mut self, task: u32) -> Result<Payload, Failure> {
        let place = self.context.view().place(task);
        let slots = self.context.job.slots();
        let Some(codec) = self.context.codec(task) else {
            return Err(Failure::error("its output cannot cross ranks".into()));
        };
        #[allow(unsafe_code)]
        // SAFETY: the output is in its slot, and `codec` is the codec of its line. It is released only after all its
        // readers and transfers are done, which `holds` counts.
        let plain = unsafe { slots.plain_bytes(codec, place) };
        if let Some(bytes) = plain {
            return Ok(Payload::Plain(bytes));
        }
        let mut bytes = mem::take(&mut self.spare);
        if bytes.capacity() == 0 {
            bytes = self.arena.any_buffer(|_| true);
        }
        bytes.clear();
        #[allow(unsafe_code)]
        // SAFETY: as above.
        catch(|| unsafe { slots.encode(codec, place, &mut bytes) })
            .map_err(|failure| failure.context("its output cannot be encoded"))?;
        Ok(Payload::of(bytes))
    }

    /// Takes back what was sent.
    pub(super) fn recycle(&mut self, payload: Payload) {
        if let Payload::Bytes(bytes) = payload {
            self.spare = bytes;
        }
    }

    /// Stores an output that has come from another rank. One that is here already came by two ways.
    pub(super) fn decode(&mut self, source: u32, task: u32, bytes: &[u8]) -> Result<(), Failure> {
        if self.present[task as usize] {
            return Ok(());
        }
        let decode = || -> Outcome<()> {
            let codec = self.context.codec(task).ok_or("it cannot cross ranks")?;
            #[allow(unsafe_code)]
            // SAFETY: `codec` is the codec of the output's line. The output is not here, and its task does not run
            // here.
            unsafe {
                self.context.job.slots().decode(codec, self.context.view().place(task), bytes)
            }
        };
        let decoded = match self.context.kept {
            Some(kept) => noting_files(kept, task, false, decode),
            None => catch(decode),
        };
        decoded.map_err(|failure| undecoded(failure, source))?;
        self.present[task as usize] = true;
        Ok(())
    }

    /// Stores an output that this rank has read from a store. Its task is done on another rank.
    pub(super) fn decode_kept(
        &mut self,
        kept: &dyn KeptTasks,
        task: u32,
        codec: &Codec,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        if self.present[task as usize] {
            return Ok(());
        }
        let place = self.context.view().place(task);
        #[allow(unsafe_code)]
        // SAFETY: `codec` is that of the output's line, by which outputs are kept. The output is not here, and its task does
        // not run here.
        let decode = || unsafe { self.context.job.slots().decode(codec, place, bytes) };
        noting_files(kept, task, true, decode)
            .map_err(|failure| failure.context("its output, which was in the store, cannot be decoded"))?;
        self.present[task as usize] = true;
        Ok(())
    }

    /// As [`Outputs::decode`], of one that was received into memory of its own.
    pub(super) fn land(&mut self, task: u32, landing: Box<dyn Landing>) {
        if self.present[task as usize] {
            return;
        }
        #[allow(unsafe_code)]
        // SAFETY: all bytes have arrived, and the codec of the line made the landing. The output is not here, and its
        // task does not run here.
        unsafe {
            self.context.job.slots().land(landing, self.context.view().place(task));
        }
        self.present[task as usize] = true;
    }

    /// Whether an output that has to be dropped is in its slot still, after the task has started that may have moved it.
    pub(super) fn is_in_slot(&self, output: u32) -> bool {
        let Some(codec) = self.context.codec(output) else { return false };
        #[allow(unsafe_code)]
        // SAFETY: `codec` is the codec of the output's line. Its task has finished, and this thread has opened the task
        // that may have moved it.
        unsafe {
            self.context.job.slots().is_there(codec, self.context.view().place(output))
        }
    }

    /// Records which outputs of the graph are here, at the end of a run.
    pub(super) fn record(&self, finished: &Finished) {
        for (task, &is_there) in (0..).zip(&self.present) {
            if self.context.view().place(task).line.output {
                #[allow(unsafe_code)]
                // SAFETY: an output that is present is in its slot. All tasks are done, and from here on only what is
                // not returned is released.
                unsafe {
                    finished.set(task, is_there);
                }
            }
        }
    }

    /// Elements, or their outputs, to be sent: a value of the type of the output of `task`.
    pub(super) fn encode_value(&self, task: u32, value: &dyn Any) -> Result<Payload, Failure> {
        let Some(codec) = self.context.codec(task) else {
            return Err(Failure::error("its output cannot cross ranks".into()));
        };
        let mut bytes = Vec::new();
        catch(|| codec.encode_value(value, &mut bytes))
            .map_err(|failure| failure.context("its output cannot be encoded"))?;
        Ok(Payload::of(bytes))
    }

    /// Elements, or their outputs, that have come from another rank.
    pub(super) fn decode_value(&self, source: u32, task: u32, bytes: &[u8]) -> Result<Box<dyn Any>, Failure> {
        let decode = || self.context.codec(task).ok_or("it cannot cross ranks")?.decode_value(bytes);
        catch(decode).map_err(|failure| undecoded(failure, source))
    }
}

/// Decodes an output in a run with a store.
fn noting_files(
    kept: &dyn KeptTasks,
    task: u32,
    from_store: bool,
    decode: impl Fn() -> Outcome<()>,
) -> Result<(), Failure> {
    let mut decoded = Ok(());
    kept.decoding(task, from_store, &mut || decoded = catch(&decode));
    decoded
}

fn undecoded(failure: Failure, source: u32) -> Failure {
    failure.context(&format!("its output, sent by rank {source}, cannot be decoded"))
}
