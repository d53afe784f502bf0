//! Runs with limits: tasks of a rank wait until their units are free there.

use alloc::collections::BTreeSet;

use super::RankRun;
use crate::graph::{FREE, Limiter, Needs};

/// How many waiting tasks are offered to idle ranks at once.
const MOST_OFFERED: usize = 8;

/// The limits of a rank, and its tasks that wait.
pub(super) struct Limits<'run> {
    needs: &'run Needs,
    limiter: Limiter<'run>,
    /// The tasks of which the observer has heard that they wait.
    told: BTreeSet<u32>,
}

impl<'run> Limits<'run> {
    pub(super) fn new(needs: &'run Needs) -> Self {
        Limits { needs, limiter: Limiter::new(needs), told: BTreeSet::new() }
    }
}

impl RankRun<'_> {
    /// Starts tasks that are ready and whose units are free. No task is given to a thread before that is free, since it would
    /// hold its units meanwhile.
    pub(super) fn start_limited(&mut self) -> bool {
        let mut active = false;
        while !self.stopped {
            if !self.workers.has_room() {
                return self.offer() || active;
            }
            let Some(task) = self.next_limited() else { break };
            active = true;
            if self.connection.is_pending() {
                self.connection.flush();
            }
            if self.workers.is_apart() {
                match self.next_work(task) {
                    Some(work) => self.workers.start(work),
                    None => self.give_back(task),
                }
                continue;
            }
            self.run_here(task, self.context.time(task).get());
            self.give_back(task);
            self.stop_if_requested();
            if self.polling.is_due() {
                return true;
            }
        }
        if self.stopped {
            self.make_ready(usize::MAX);
            return self.drop_all_ready() || active;
        }
        self.offer() || active
    }

    /// Takes the most urgent task that may start, with its units.
    fn next_limited(&mut self) -> Option<u32> {
        loop {
            let task = self.take_units()?;
            if !self.outputs.has_to_wait(task) || self.elements.contains(task) {
                return Some(task);
            }
            self.give_back(task);
            self.waiting.push(task);
        }
    }

    /// Takes the most urgent task whose units are free, with these.
    fn take_units(&mut self) -> Option<u32> {
        let limits = self.limits.as_mut()?;
        loop {
            let ready = self.ready.first_position();
            if let Some(position) = limits.limiter.start(ready.unwrap_or(u32::MAX)) {
                return Some(self.context.plan().order.task(position));
            }
            let task = self.ready.pop()?;
            match (limits.needs.kind_of(task), ready) {
                (FREE, _) | (_, None) => return Some(task),
                (kind, Some(position)) => {
                    if let Some(trace) = self.workers.execution().trace() {
                        let missing = limits.limiter.missing(kind, position);
                        let is_new = missing.is_some() && !self.elements.contains(task);
                        if is_new && limits.told.insert(task) {
                            missing.into_iter().for_each(|limit| trace.waiting(task, limit));
                        }
                    }
                    limits.limiter.wait(kind, position);
                }
            }
        }
    }

    /// Lends tasks that are ready or wait to ranks that have nothing to do.
    fn offer(&mut self) -> bool {
        if !self.workers.is_apart() || !self.steal.has_idle_ranks() {
            return false;
        }
        self.make_ready(MOST_OFFERED);
        self.lend_ready()
    }

    /// Puts up to this many tasks that wait back among those that are ready.
    fn make_ready(&mut self, most: usize) {
        let Some(limits) = &mut self.limits else { return };
        for _ in 0..most {
            let Some(position) = limits.limiter.pop() else { return };
            self.ready.push(self.context.plan().order.task(position));
        }
    }

    /// A task has run here, or some elements of it, or does not run: gives its units back.
    #[inline]
    pub(super) fn give_back(&mut self, task: u32) {
        if let Some(limits) = &mut self.limits {
            let kind = limits.needs.kind_of(task);
            if kind != FREE {
                limits.limiter.give_back(kind);
            }
        }
    }

    /// Whether a task takes units of limits.
    pub(super) fn takes_units(&self, task: u32) -> bool {
        self.limits.as_ref().is_some_and(|limits| limits.needs.kind_of(task) != FREE)
    }

    /// Whether no task holds any units, and none waits.
    #[cfg(test)]
    pub(super) fn has_all_units(&self) -> bool {
        self.limits.as_ref().is_none_or(|limits| limits.limiter.is_idle())
    }

    /// A task that waits has nothing left to run.
    pub(super) fn stop_waiting(&mut self, task: u32) {
        if let Some(limits) = &mut self.limits {
            let kind = limits.needs.kind_of(task);
            if kind != FREE {
                limits.limiter.remove(kind, self.context.plan().order.position(task));
            }
        }
    }
}
