//! How ranks without work get some: one that has nothing to do tells all others, and is lent a task.
//!
//! A loan is of one task: as a whole, or of some of its elements where it runs once for each. What the task reads goes with
//! it, unless the borrower has that anyway. Exactly one answer comes for each loan: the output, or those of the elements; or
//! that these have failed or did not run. The lender then goes on as if its own threads had run them. So outputs have one way only,
//! from a task's own rank to those that read it.

mod borrower;
mod lender;
mod retained;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use self::retained::Retained;
use super::{Context, RankRun};
use crate::executor::mpi::protocol::message::{Kind, Record};
use crate::graph::ANYWHERE;

/// How long a rank has nothing to do before it says so.
const DELAY: Duration = Duration::from_micros(30);
/// A task runs as a whole where this many are ready for each thread of the job: then there is no need to cut it into elements.
const MANY_READY: usize = 4;
/// This many tasks that cannot be lent are looked at for one that can.
const MOST_KEPT: usize = 16;

/// Which ranks have nothing to do.
pub(super) struct Steal {
    /// Whether tasks are lent at all: with a dynamic schedule, where some may take long enough to be worth it.
    enabled: bool,
    /// Whether this rank has said that it is idle.
    is_idle: bool,
    /// Other ranks that have, the one that waits longest first.
    idle_ranks: VecDeque<u32>,
    /// What tasks on loan wait for that this rank is sent anyway.
    retained: Retained,
}

impl Steal {
    pub(super) fn new(context: &Context<'_>) -> Self {
        let enabled = context.options.dynamic
            && context.ranks > 1
            && context.prepared.times.iter().any(|time| !time.get().is_short());
        Steal { enabled, is_idle: false, idle_ranks: VecDeque::new(), retained: Retained::default() }
    }

    #[inline]
    pub(super) fn is_enabled(&self) -> bool {
        self.enabled
    }

    #[inline]
    pub(super) fn has_idle_ranks(&self) -> bool {
        !self.idle_ranks.is_empty()
    }

    /// Another rank has nothing to do, or has again.
    pub(super) fn set_idle(&mut self, rank: u32, is_idle: bool) {
        self.idle_ranks.retain(|&other| other != rank);
        if is_idle {
            self.idle_ranks.push_back(rank);
        }
    }
}

impl RankRun<'_> {
    /// Tells the other ranks that this one has nothing to do, if it has waited for long enough.
    pub(super) fn announce_idle(&mut self, waited: impl Fn() -> Duration) {
        let is_idle = self.steal.enabled && !self.steal.is_idle && !self.stopped && self.workers.has_room();
        if is_idle && waited() >= DELAY {
            self.steal.is_idle = true;
            self.write_to_all(Record::of(Kind::Idle, 0));
            self.connection.flush();
        }
    }

    /// Tells them that it has something to do again.
    fn announce_busy(&mut self) {
        if self.steal.is_idle {
            self.steal.is_idle = false;
            self.write_to_all(Record::of(Kind::Busy, 0));
            self.connection.flush();
        }
    }

    /// Lends ready tasks for which no thread is free.
    pub(super) fn lend_ready(&mut self) -> bool {
        let mut active = false;
        let mut kept = Vec::new();
        while self.steal.has_idle_ranks() && kept.len() < MOST_KEPT {
            let Some(task) = self.ready.pop() else { break };
            if self.lend_one(task) {
                active = true;
            } else {
                kept.push(task);
            }
        }
        kept.into_iter().for_each(|task| self.ready.push(task));
        if active {
            self.connection.flush();
        }
        active
    }

    /// Lends a ready task to a rank that has nothing to do, or some of its elements. Says whether it did, or the task is done.
    fn lend_one(&mut self, task: u32) -> bool {
        let is_new = !self.elements.contains(task);
        if is_new && !self.can_be_lent(task) {
            return false;
        }
        let is_one_of_many =
            self.ready.len() >= MANY_READY * self.context.ranks as usize * self.workers.threads();
        if is_new && (is_one_of_many || !self.is_in_steps(task)) {
            let is_lent = self.lend_whole(task, self.steal.idle_ranks[0]);
            if is_lent {
                self.steal.idle_ranks.pop_front();
            }
            return is_lent;
        }
        // To open it takes units of its own rank.
        if is_new && (self.outputs.has_to_wait(task) || self.takes_units(task)) {
            return false;
        }
        self.open(task);
        let Some(elements) = self.elements.get_mut(task) else { return true };
        elements.is_ready = elements.remaining.len() > 0;
        if !elements.is_ready {
            self.settle(task);
            return true;
        }
        let mut idle = 0..self.steal.idle_ranks.len();
        let Some(to) = idle.find(|&k| self.lend_elements(task, self.steal.idle_ranks[k])) else {
            return false;
        };
        self.steal.idle_ranks.remove(to);
        if let Some(elements) = self.elements.get_mut(task) {
            elements.is_ready = false;
        }
        self.requeue(task);
        true
    }

    /// Whether a task of this rank may run on another one.
    fn can_be_lent(&self, task: u32) -> bool {
        let context = &self.context;
        context.is_own(task)
            && context.pins.get(task as usize).is_none_or(|&pin| pin == ANYWHERE)
            && !context.plan().on_rank_0.contains(&task)
            && !context.time(task).get().is_short()
            && context.kept.is_none_or(|kept| kept.may_be_lent(task))
            && context.can_cross(task)
            && self.reads_of(task).iter().all(|&output| context.can_cross(output))
    }
}
