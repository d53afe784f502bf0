//! Runs with a store, on which all ranks have made the same plan: outputs that were found do not go from rank to rank, and what is
//! not needed has none.

use alloc::vec::Vec;

use super::RankRun;
use crate::error::{Failure, Outcome, catch};
use crate::executor::mpi::protocol::message::{Kind, Record};
use crate::slot::Codec;

/// What the plan says of tasks.
pub(crate) trait KeptTasks: Sync {
    /// Whether a task may be called. Only then it has an output that goes to other ranks. It is the same on all of them.
    fn may_run(&self, task: u32) -> bool;
    /// Whether a rank that is not the task's own may run it, or elements of it.
    fn may_be_lent(&self, task: u32) -> bool;
    /// Where this rank finds the output of a task that is not called.
    fn output(&self, task: u32) -> KeptOutput;
    /// Reads an output that is in the store.
    fn read(&self, task: u32) -> Outcome<(&'static Codec, Vec<u8>)>;
    /// Calls what decodes the output of another rank's task, and notes the files in it. It fails if one of them has changed since the
    /// output was kept, where it is `from_store`.
    fn decoding(&self, task: u32, from_store: bool, decode: &mut dyn FnMut());
    /// What is to be said of a task that has finished, beside its output. Nothing, if it is empty.
    fn news(&self, task: u32) -> Vec<u8>;
    /// Another rank has said this of a task.
    fn hear(&self, task: u32, news: &[u8]);
}

/// Where a rank finds the output of a task that is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "store"), allow(dead_code, reason = "without the feature there are no such runs"))]
pub(crate) enum KeptOutput {
    /// In its slot. On the task's own rank, after the call.
    InSlot,
    /// In the store. On the task's own rank, the call reads it.
    InStore,
    /// It needs none.
    None,
}

impl RankRun<'_> {
    /// Whether a task may be called on any rank. If not, no rank sends its output.
    #[inline]
    pub(super) fn may_run(&self, task: u32) -> bool {
        self.context.kept.is_none_or(|kept| kept.may_run(task))
    }

    /// A task of this rank is done: its output is in its slot, if it has one here.
    #[inline]
    pub(super) fn set_present(&mut self, task: u32) {
        match self.context.kept {
            Some(kept) if !kept.may_run(task) && kept.output(task) == KeptOutput::None => {}
            _ => self.outputs.set_present(task),
        }
    }

    /// A task of another rank is done. If its output was found before the run, this rank has it, or reads it now.
    #[inline]
    pub(super) fn take_kept(&mut self, task: u32) -> Result<(), Failure> {
        match self.context.kept {
            Some(kept) if !kept.may_run(task) => self.take_found(task, kept),
            _ => Ok(()),
        }
    }

    fn take_found(&mut self, task: u32, kept: &dyn KeptTasks) -> Result<(), Failure> {
        match kept.output(task) {
            KeptOutput::None => {}
            KeptOutput::InSlot => self.outputs.set_present(task),
            KeptOutput::InStore => {
                let (codec, bytes) = catch(|| kept.read(task))?;
                self.outputs.decode_kept(kept, task, codec, &bytes)?;
            }
        }
        Ok(())
    }

    /// Tells a rank what it has to know of a task, before it hears that this has finished.
    #[inline]
    pub(super) fn tell_news(&mut self, to: u32, task: u32) {
        if let Some(kept) = self.context.kept {
            self.write_news(to, task, &kept.news(task));
        }
    }

    /// Tells a rank what it has to know of all that a task reads, before it is lent that.
    #[inline]
    pub(super) fn tell_news_of_reads(&mut self, to: u32, task: u32) {
        if self.context.kept.is_some() {
            self.reads_of(task).iter().for_each(|&read| self.tell_news(to, read));
        }
    }

    fn write_news(&mut self, to: u32, task: u32, news: &[u8]) {
        if !news.is_empty() {
            let record = Record { len: news.len() as u64, ..Record::of(Kind::News, task) };
            self.connection.write(to, record, news);
        }
    }

    /// Another rank has said this of a task.
    pub(super) fn hear_news(&mut self, task: u32, news: &[u8]) {
        if let Some(kept) = self.context.kept {
            kept.hear(task, news);
        }
    }
}
