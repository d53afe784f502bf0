//! What a run on one rank goes by, and does not change.

use core::cell::Cell;
use std::time::Instant;

use super::kept::KeptTasks;
use crate::error::StopReason;
use crate::executor::mpi::placement::Plan;
use crate::executor::mpi::prepared::{Prepared, TaskTime};
use crate::graph::{Job, Needs};
use crate::observe::Monitor;
use crate::slot::Codec;
use crate::table::View;

/// The graph, the plan and this rank.
#[derive(Clone, Copy)]
pub(crate) struct Context<'run> {
    pub(crate) job: &'run (dyn Job + Sync),
    /// That of the job, which need not be asked for it again and again.
    pub(crate) view: &'run View,
    pub(crate) codecs: &'static [Option<Codec>],
    pub(crate) prepared: &'run Prepared,
    /// The rank that the graph gives to each task; empty where it gives none.
    pub(crate) pins: &'run [u32],
    /// What tasks take of the limits that this rank has to keep, if there are any.
    pub(crate) needs: Option<&'run Needs>,
    pub(crate) rank: u32,
    pub(crate) ranks: u32,
    pub(crate) options: Options,
    /// In a run with a store, what ranks have planned.
    pub(crate) kept: Option<&'run dyn KeptTasks>,
    pub(crate) monitor: &'run (dyn Monitor + Sync),
    /// When the run started on this rank.
    pub(crate) start: Instant,
}

/// What ranks have agreed on.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    pub(crate) keep_going: bool,
    /// Whether ranks without work are lent some.
    pub(crate) dynamic: bool,
    /// Whether some rank may stop the run.
    pub(crate) can_stop: bool,
}

impl<'run> Context<'run> {
    #[inline]
    pub(crate) fn plan(&self) -> &'run Plan {
        &self.prepared.plan
    }

    #[inline]
    pub(crate) fn view(&self) -> &'run View {
        self.view
    }

    #[inline]
    pub(crate) fn is_own(&self, task: u32) -> bool {
        self.home(task) == self.rank
    }

    #[inline]
    pub(crate) fn home(&self, task: u32) -> u32 {
        self.plan().homes[task as usize]
    }

    pub(crate) fn other_ranks(&self) -> impl Iterator<Item = u32> + use<> {
        let rank = self.rank;
        (0..self.ranks).filter(move |&other| other != rank)
    }

    pub(crate) fn codec(&self, task: u32) -> Option<&'static Codec> {
        self.codecs.get(self.view().line(task) as usize)?.as_ref()
    }

    /// Whether the output of a task can be sent to other ranks.
    pub(crate) fn can_cross(&self, task: u32) -> bool {
        self.codec(task).is_some_and(|codec| !codec.borrows())
    }

    #[inline]
    pub(crate) fn time(&self, task: u32) -> &'run Cell<TaskTime> {
        &self.prepared.times[self.view().line(task) as usize]
    }

    /// A task has taken so long.
    pub(crate) fn record_time(&self, task: u32, nanos: u64) {
        // Without a call, its time tells nothing about others of its line.
        if self.kept.is_some_and(|kept| !kept.may_run(task)) {
            return;
        }
        let time = self.time(task);
        time.set(time.get().and(nanos));
    }

    /// Why the run should stop, if a `Stop` or a deadline of this rank asks for it.
    #[inline]
    pub(crate) fn stop_reason(&self) -> Option<StopReason<'run>> {
        if self.options.can_stop { self.monitor.stop_reason(&|| self.start.elapsed()) } else { None }
    }
}
