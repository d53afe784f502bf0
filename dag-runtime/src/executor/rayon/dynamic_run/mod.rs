//! A run in which each task starts as soon as it is ready: which task is ready, which worker runs it, and when an output is
//! dropped. This protocol knows neither rayon nor jobs. The README of `executor/rayon` shows why it is correct.

mod chunks;
mod completion;
mod hand_off;
mod helper_count;
mod limited;
mod own_set;
mod ready;
mod ready_set;
#[cfg(all(test, not(loom)))]
mod tests;
mod worker;

use alloc::boxed::Box;
use alloc::vec;

use super::sync::{AtomicBool, AtomicU32, Ordering};
use crate::table::{Urgency, View};
use chunks::AllChunks;
use helper_count::HelperCount;
use limited::Limits;
#[cfg(not(all(test, loom)))]
use ready::Ready;

#[cfg(all(test, loom))]
pub(super) use ready::Ready;
#[cfg(all(test, loom))]
pub(super) use ready_set::ReadySet;
pub(super) use worker::{ChunkOutcome, Worker};

/// In [`DynamicRun::signals`]: no further task starts.
const STOPPED: u32 = 1;

/// In [`DynamicRun::signals`]: a hand-off was deferred. The next worker that is about to start a task resumes it.
const HAND_OFF_DEFERRED: u32 = 2;

/// In [`DynamicRun::signals`]: the graph has limits. Here, so that other runs do not look for them before each task.
const LIMITED: u32 = 4;

/// The state of a dynamic run.
#[derive(Debug)]
pub(super) struct DynamicRun<'run> {
    view: &'run View,
    urgency: Urgency<'run>,
    keep_going: bool,
    /// [`STOPPED`], [`HAND_OFF_DEFERRED`] and [`LIMITED`]: what workers look at before each task.
    signals: AtomicU32,
    helpers: HelperCount,
    ready: Ready,
    /// Whether a hand-off is on its way: see [`DynamicRun::refuse`].
    hand_off_active: AtomicBool,
    /// How many tasks are ready at first.
    sources: u32,
    /// For each task, how many of its dependencies are done; then for each task, how many readers
    /// of its output are done. Only kept where there are several.
    counts: Box<[AtomicU32]>,
    /// The elements of the tasks that run once for each element of an output.
    chunks: AllChunks,
    limits: Option<Limits<'run>>,
}

impl<'run> DynamicRun<'run> {
    /// A run with at most `threads` workers at once: its owner and its helpers. The tasks in `done` have finished, and
    /// so have all their dependencies. Outputs that only these tasks read have been dropped. A task usually takes this many
    /// nanoseconds, if that is known.
    pub(super) fn new(
        view: &'run View,
        urgency: Urgency<'run>,
        threads: u32,
        keep_going: bool,
        done: &[u32],
        usual_nanos: Option<u64>,
    ) -> Self {
        let ready = Ready::new(view.len(), threads, usual_nanos);
        DynamicRun::with(view, urgency, HelperCount::new(threads - 1, 0), keep_going, ready, [done, &[]])
    }

    /// The rest of a run that began with a static schedule, with at most `threads` workers. This many helpers take part from
    /// the start. Each of the tasks in `running` is reported by [`DynamicRun::resume`].
    pub(super) fn continuing(
        view: &'run View,
        threads: u32,
        helpers: u32,
        done: &[u32],
        running: &[u32],
    ) -> Self {
        // Only tasks that usually take less have a static schedule.
        let ready = Ready::new(view.len(), threads, Some(0));
        let helpers = HelperCount::new(threads - 1, helpers);
        DynamicRun::with(view, view.urgency(), helpers, false, ready, [done, running])
    }

    fn with(
        view: &'run View,
        urgency: Urgency<'run>,
        helpers: HelperCount,
        keep_going: bool,
        mut ready: Ready,
        [done, running]: [&[u32]; 2],
    ) -> Self {
        let mut counts = vec![0; 2 * view.len()];
        for &node in done {
            view.successors_of(node).iter().for_each(|&successor| counts[successor as usize] += 1);
            view.reads_of(node).iter().for_each(|&output| counts[view.len() + output as usize] += 1);
        }
        // These have started. No in-degree is that high, so they are not taken for ready.
        done.iter().chain(running).for_each(|&node| counts[node as usize] = u32::MAX);
        let mut sources = 0;
        for node in (0..view.len() as u32).filter(|&node| counts[node as usize] == view.in_degree(node)) {
            ready.put_first(sources, urgency.rank(node));
            sources += 1;
        }
        DynamicRun {
            view,
            urgency,
            keep_going,
            signals: AtomicU32::new(0),
            helpers,
            ready,
            hand_off_active: AtomicBool::new(false),
            sources,
            counts: counts.into_iter().map(AtomicU32::new).collect(),
            chunks: AllChunks::new(view),
            limits: None,
        }
    }

    /// The same run, with a ready set for each of this many threads.
    #[cfg(all(test, loom))]
    pub(super) fn with_own_sets(mut self, threads: u32) -> Self {
        let mut own = Ready::own(self.view.len(), threads);
        for (k, taken) in (0..).zip(core::iter::from_fn(|| self.ready.take(|| 0))) {
            own.put_first(k, taken.rank);
        }
        self.ready = own;
        self
    }

    /// The tasks that run once for each element of an output, in ascending order.
    pub(super) fn each_tasks(&self) -> impl Iterator<Item = u32> {
        self.chunks.tasks(self.view)
    }

    /// What the owner does first.
    pub(super) fn start(&self, worker: &impl Worker) {
        if self.sources > 1 {
            self.call(worker);
        }
        self.work(worker);
    }

    /// Calls a helper for the tasks that are ready at first.
    pub(super) fn call_for_sources(&self, worker: &impl Worker) {
        if self.sources > 0 {
            self.call(worker);
        }
    }

    /// What the owner does: runs tasks for as long as it finds any.
    pub(super) fn work(&self, worker: &impl Worker) {
        if let Some(node) = self.take(worker) {
            self.run_first(node, worker);
        }
    }

    /// What a helper does: joins, if there is room, and runs tasks for as long as it finds any.
    pub(super) fn help(&self, worker: &impl Worker) {
        if !self.is_stopped() && self.helpers.join() {
            self.go_on_helping(worker);
        }
    }

    /// What a helper does that has joined.
    fn go_on_helping(&self, worker: &impl Worker) {
        while let Some(node) = self.take(worker).or_else(|| self.leave(worker)) {
            if !self.run_first(node, worker) {
                self.helpers.leave();
                break;
            }
        }
    }

    /// What a worker does that started a task under a static schedule: completes it, then works.
    pub(super) fn resume(&self, node: u32, finished: bool, role: Role, worker: &impl Worker) {
        let next = self.complete(node, finished, worker);
        let goes_on = next.is_none_or(|next| self.run_from(next, worker));
        match role {
            Role::Owner => self.work(worker),
            Role::Helper if goes_on => self.go_on_helping(worker),
            Role::Helper => self.helpers.leave(),
        }
    }

    /// What a thread does that has abandoned a static schedule, and takes part in the run of the rest.
    pub(super) fn take_part(&self, role: Role, worker: &impl Worker) {
        match role {
            Role::Owner => self.work(worker),
            Role::Helper => self.go_on_helping(worker),
        }
    }

    /// Runs the first task of a worker that was called, and then others. If more tasks are ready, it calls the next helper
    /// first.
    fn run_first(&self, node: u32, worker: &impl Worker) -> bool {
        if self.has_tasks() {
            self.call(worker);
        }
        self.run_from(node, worker)
    }

    /// Runs a task and then others, until none is ready or the run is stopped. Returns false if it is stopped.
    #[inline]
    fn run_from(&self, node: u32, worker: &impl Worker) -> bool {
        let mut next = Some(node);
        while let Some(node) = next {
            let signals = self.signals.load(Ordering::Relaxed);
            if signals != 0 {
                if signals & STOPPED != 0 {
                    self.put_back(node, worker);
                    worker.pause();
                    return false;
                }
                if signals & HAND_OFF_DEFERRED != 0 {
                    self.resume_hand_off(worker);
                }
                if signals & LIMITED != 0 {
                    next = self.run_limited(node, worker).or_else(|| self.take(worker));
                    continue;
                }
            }
            let finished = match self.chunks.index_of(self.view, node) {
                None => Some(worker.run(node)),
                Some(each) => self.run_chunk(node, each, worker),
            };
            let successor = finished.and_then(|finished| self.complete(node, finished, worker));
            next = successor.or_else(|| self.take(worker));
        }
        worker.pause();
        true
    }

    /// Runs a chunk of a task's elements, and lets other workers take the next ones. After the last chunk, returns whether
    /// the task has finished.
    fn run_chunk(&self, node: u32, each: usize, worker: &impl Worker) -> Option<bool> {
        worker.pause();
        let chunks = self.chunks.get(each);
        if !chunks.is_open() {
            match worker.open(node, each) {
                None => return Some(false),
                Some(0) => return Some(worker.close(node, each)),
                Some(width) => chunks.open(width),
            }
        }
        let (elements, left) = chunks.next(self.helpers.limit() + 1);
        if left > 0 {
            self.share(node, worker);
        }
        let count = elements.len();
        match worker.run_elements(node, each, elements) {
            ChunkOutcome::Done(nanos) => chunks.complete(count, nanos).then(|| worker.close(node, each)),
            ChunkOutcome::Failed => {
                self.signals.fetch_or(STOPPED, Ordering::Relaxed);
                None
            }
            ChunkOutcome::Stopped => {
                // The task counts as not started, with the elements that did not start.
                self.stop(node);
                None
            }
        }
    }

    /// Stops the run, before this task has started.
    #[cold]
    pub(super) fn stop(&self, node: u32) {
        self.signals.fetch_or(STOPPED, Ordering::Relaxed);
        // No worker takes it any more, so any set will do.
        self.ready.put(|| 0, self.urgency.rank(node));
    }

    /// Whether the run was stopped before all tasks had started.
    pub(super) fn is_stopped(&self) -> bool {
        self.signals.load(Ordering::Relaxed) & STOPPED != 0
    }

    /// After a run: the tasks that are ready and did not start.
    pub(super) fn drain_ready(&self) -> impl Iterator<Item = u32> {
        let next = || self.ready.take(|| 0).map(|taken| taken.rank).or_else(|| self.pop_waiting());
        core::iter::from_fn(move || next().map(|rank| self.urgency.task(rank)))
    }

    /// Puts a task into the ready set.
    #[inline]
    fn put(&self, node: u32, worker: &impl Worker) {
        self.ready.put(|| worker.thread(), self.urgency.rank(node));
    }

    /// Takes a task that may start: a ready one, or else one that has waited for units, with these.
    #[inline]
    fn take(&self, worker: &impl Worker) -> Option<u32> {
        self.take_ready(worker).or_else(|| self.take_waiting(worker))
    }

    /// Whether there is a task that may start.
    fn has_tasks(&self) -> bool {
        !self.ready.is_empty() || self.can_start_waiting()
    }

    /// Takes the ready task of the highest priority.
    #[inline]
    fn take_ready(&self, worker: &impl Worker) -> Option<u32> {
        let taken = self.ready.take(|| worker.thread())?;
        if taken.published {
            self.call(worker);
        }
        Some(self.urgency.task(taken.rank))
    }

    /// Ends a helper. If a task was published meanwhile, the helper may join again: then returns that task.
    #[cold]
    fn leave(&self, worker: &impl Worker) -> Option<u32> {
        loop {
            self.helpers.leave();
            if self.is_stopped() || !self.has_tasks() || !self.helpers.join() {
                return None;
            }
            if let Some(node) = self.take(worker) {
                return Some(node);
            }
        }
    }

    /// Calls another worker to help after tasks were published. After a stop, the tasks that are ready stay so.
    #[inline]
    fn call(&self, worker: &impl Worker) {
        if !self.is_stopped() {
            worker.call(self.helpers.has_room());
        }
    }
}

/// The part that a thread has in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// It has started the run, and ends it.
    Owner,
    Helper,
}
