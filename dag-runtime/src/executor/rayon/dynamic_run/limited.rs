//! Runs with limits: tasks start only if their units are free. Until then they wait in a queue, and no worker waits for them.

use super::{DynamicRun, LIMITED, Worker};
use crate::executor::rayon::sync::{AtomicBool, Mutex, Ordering};
use crate::graph::{FREE, Limiter, Needs};

/// In the number of a task that a worker has taken: it holds the units of the task. A graph has fewer tasks.
const HOLDS: u32 = 1 << 31;

/// The limits of a run, and the tasks that wait.
#[derive(Debug)]
pub(super) struct Limits<'run> {
    needs: &'run Needs,
    limiter: Mutex<Limiter<'run>>,
    /// Whether a task that waits may start: as a bit in the ready set, this tells workers that there is something to do.
    can_start: AtomicBool,
}

/// What a worker finds when it looks for its next task.
struct Found {
    /// The rank of the waiting task that may start now, and whose units the worker holds.
    started: Option<u32>,
    /// The limit of which there is too little for a task, which does not wait yet.
    missing: Option<u32>,
    /// Whether another task may start.
    more: bool,
}

impl<'run> Limits<'run> {
    fn new(needs: &'run Needs) -> Self {
        Limits { needs, limiter: Mutex::new(Limiter::new(needs)), can_start: AtomicBool::new(false) }
    }

    /// In one step: gives units of this kind back, lets a task of this kind and rank wait, and starts the first task that may
    /// start if its rank is below this one. With `tells`, a task for which there are too few units does not wait, so that this can be told first.
    fn exchange(&self, given_back: Option<u32>, waits: Option<(u32, u32)>, below: u32, tells: bool) -> Found {
        self.update(|limiter| {
            given_back.into_iter().for_each(|kind| limiter.give_back(kind));
            if let Some((kind, rank)) = waits {
                let missing = if tells { limiter.missing(kind, rank) } else { None };
                if missing.is_some() {
                    return (None, missing);
                }
                limiter.wait(kind, rank);
            }
            (limiter.start(below), None)
        })
    }

    /// A task of this kind and rank waits. Returns whether one may start.
    fn wait(&self, kind: u32, rank: u32) -> bool {
        let found = self.update(|limiter| {
            limiter.wait(kind, rank);
            (None, None)
        });
        found.more
    }

    fn update(&self, change: impl FnOnce(&mut Limiter<'run>) -> (Option<u32>, Option<u32>)) -> Found {
        // Nothing panics while it is locked.
        let mut limiter = self.limiter.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (started, missing) = change(&mut limiter);
        let more = limiter.can_start();
        // Before the lock is released, so that the last write is that of the last change. Sequentially consistent, as
        // `HelperCount` needs it.
        self.can_start.store(more, Ordering::SeqCst);
        Found { started, missing, more }
    }

    /// Whether a task that waits may start.
    pub(super) fn can_start(&self) -> bool {
        self.can_start.load(Ordering::SeqCst)
    }

    fn pop(&self) -> Option<u32> {
        self.limiter.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop()
    }
}

impl<'run> DynamicRun<'run> {
    /// The same run with limits, before it starts.
    pub(in super::super) fn with_limits(mut self, needs: &'run Needs) -> Self {
        self.limits = Some(Limits::new(needs));
        self.signals.fetch_or(LIMITED, Ordering::Relaxed);
        self
    }

    /// Takes a task that waits and may start, with its units.
    #[cold]
    pub(super) fn take_waiting(&self, worker: &impl Worker) -> Option<u32> {
        let limits = self.limits.as_ref().filter(|limits| limits.can_start())?;
        let found = limits.exchange(None, None, u32::MAX, false);
        if found.more {
            self.call(worker);
        }
        found.started.map(|rank| self.urgency.task(rank) | HOLDS)
    }

    /// Runs a task that a worker has taken, if it may start, or else lets it wait and runs another one. Returns what the worker
    /// runs next, if it is known.
    #[cold]
    #[inline(never)]
    pub(super) fn run_limited(&self, node: u32, worker: &impl Worker) -> Option<u32> {
        let limits = self.limits.as_ref()?;
        let node = if node & HOLDS == 0 { self.choose(limits, None, Some(node), worker)? } else { node };
        let (node, holds) = (node & !HOLDS, node & HOLDS != 0);
        let finished = match self.chunks.index_of(self.view, node) {
            None => Some(worker.run(node)),
            Some(each) => self.run_chunk(node, each, worker),
        };
        let successor = finished.and_then(|finished| self.complete(node, finished, worker));
        if holds {
            return self.choose(limits, Some(limits.needs.kind_of(node)), successor, worker);
        }
        successor
    }

    /// Gives units of this kind back, and takes a task that may start: `next` or one that is ready, unless one that waits is
    /// more urgent.
    fn choose(
        &self,
        limits: &Limits<'_>,
        mut given_back: Option<u32>,
        mut next: Option<u32>,
        worker: &impl Worker,
    ) -> Option<u32> {
        // Whether an observer has heard that `next` waits.
        let mut told = false;
        loop {
            next = next.or_else(|| self.take_ready(worker));
            let rank = next.map(|node| self.urgency.rank(node));
            let kind = next.map(|node| limits.needs.kind_of(node)).filter(|&kind| kind != FREE);
            if given_back.is_none() && kind.is_none() && !limits.can_start() {
                return next;
            }
            let waits = kind.zip(rank);
            let below = if kind.is_some() { u32::MAX } else { rank.unwrap_or(u32::MAX) };
            let tells = !told && worker.is_observed() && next.is_some_and(|node| !self.is_open(node));
            let found = limits.exchange(given_back.take(), waits, below, tells);
            if found.more {
                self.call(worker);
            }
            if let (Some(limit), Some(node)) = (found.missing, next) {
                // Before it waits, since another worker can start it then.
                worker.wait(node, limit);
                told = true;
                continue;
            }
            let Some(started) = found.started else {
                if kind.is_none() {
                    return next;
                }
                // It waits.
                (next, told) = (None, false);
                continue;
            };
            if let (Some(node), None) = (next, kind) {
                self.put(node, worker);
                self.call(worker);
            }
            return Some(self.urgency.task(started) | HOLDS);
        }
    }

    /// Whether a task runs once for each element, and some have started.
    fn is_open(&self, node: u32) -> bool {
        self.chunks.index_of(self.view, node).is_some_and(|each| self.chunks.get(each).is_open())
    }

    /// Lets other workers run more elements of a task: its next chunk takes units of its own.
    pub(super) fn share(&self, node: u32, worker: &impl Worker) {
        let kind = self.limits.as_ref().map(|limits| (limits, limits.needs.kind_of(node)));
        if let Some((limits, kind)) = kind.filter(|&(_, kind)| kind != FREE) {
            if limits.wait(kind, self.urgency.rank(node)) {
                self.call(worker);
            }
            return;
        }
        self.put(node, worker);
        self.call(worker);
    }

    /// Puts a task that a worker has taken back, after the run was stopped.
    pub(super) fn put_back(&self, node: u32, worker: &impl Worker) {
        self.put(node & !HOLDS, worker);
    }

    /// Whether a task that waits may start.
    pub(super) fn can_start_waiting(&self) -> bool {
        self.limits.as_ref().is_some_and(Limits::can_start)
    }

    /// After a run: a task that has waited to the end.
    pub(super) fn pop_waiting(&self) -> Option<u32> {
        self.limits.as_ref()?.pop()
    }
}
