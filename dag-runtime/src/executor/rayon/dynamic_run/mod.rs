//! A run in which each task starts as soon as it is ready: which task is ready, which worker runs it, and when an output is
//! dropped. This protocol knows neither rayon nor jobs. The README of `executor/rayon` shows why it is correct.

mod chunks;
mod completion;
mod hand_off;
mod ready_set;
#[cfg(all(test, not(loom)))]
mod tests;
mod worker;
mod worker_count;

use alloc::boxed::Box;
use alloc::vec;

use super::sync::{AtomicBool, AtomicU32, Ordering};
use crate::table::{Urgency, View};
use chunks::AllChunks;
#[cfg(not(all(test, loom)))]
use ready_set::ReadySet;
use worker_count::WorkerCount;

#[cfg(all(test, loom))]
pub(super) use ready_set::ReadySet;
pub(super) use worker::{ChunkOutcome, Worker};

/// How often an idle worker looks for a task again before it leaves.
const SPINS: u32 = if cfg!(loom) { 0 } else { 64 };

/// In [`DynamicRun::signals`]: no further task starts.
const STOPPED: u32 = 1;

/// In [`DynamicRun::signals`]: a hand-off was deferred. The next worker that is about to start a task resumes it.
const HAND_OFF_DEFERRED: u32 = 2;

/// The state of a dynamic run.
#[derive(Debug)]
pub(super) struct DynamicRun<'run> {
    view: &'static View,
    urgency: Urgency<'run>,
    keep_going: bool,
    /// [`STOPPED`] and [`HAND_OFF_DEFERRED`]: what workers look at before each task.
    signals: AtomicU32,
    workers: WorkerCount,
    ready: ReadySet,
    /// Whether a hand-off is on its way: see [`DynamicRun::refuse`].
    hand_off_active: AtomicBool,
    /// How many tasks are ready at first.
    sources: u32,
    /// For each task, how many of its dependencies are done; then for each task, how many readers
    /// of its output are done. Only kept where there are several.
    counts: Box<[AtomicU32]>,
    /// The elements of the tasks that run once for each element of an output.
    chunks: AllChunks,
}

impl<'run> DynamicRun<'run> {
    /// A run with at most `workers` workers at once, of which the caller is the first. The tasks in `done` have finished, and
    /// so have all their dependencies. Outputs that only these tasks read have been dropped.
    pub(super) fn new(
        view: &'static View,
        urgency: Urgency<'run>,
        workers: u32,
        keep_going: bool,
        done: &[u32],
    ) -> Self {
        DynamicRun::with(view, urgency, WorkerCount::new(workers, 1), keep_going, [done, &[]])
    }

    /// The rest of a run that began with a static schedule, with at most `limit` workers, of which `workers` take part from
    /// the start. Each of the tasks in `running` is reported by [`DynamicRun::resume`].
    pub(super) fn continuing(
        view: &'static View,
        limit: u32,
        workers: u32,
        done: &[u32],
        running: &[u32],
    ) -> Self {
        DynamicRun::with(view, view.urgency(), WorkerCount::new(limit, workers), false, [done, running])
    }

    fn with(
        view: &'static View,
        urgency: Urgency<'run>,
        workers: WorkerCount,
        keep_going: bool,
        [done, running]: [&[u32]; 2],
    ) -> Self {
        let mut counts = vec![0; 2 * view.len()];
        for &node in done {
            view.successors_of(node).iter().for_each(|&successor| counts[successor as usize] += 1);
            view.reads_of(node).iter().for_each(|&output| counts[view.len() + output as usize] += 1);
        }
        // These have started. No in-degree is that high, so they are not taken for ready.
        done.iter().chain(running).for_each(|&node| counts[node as usize] = u32::MAX);
        let mut ready = ReadySet::new(view.len());
        let mut sources = 0;
        for node in (0..view.len() as u32).filter(|&node| counts[node as usize] == view.in_degree(node)) {
            ready.put_first(urgency.rank(node));
            sources += 1;
        }
        DynamicRun {
            view,
            urgency,
            keep_going,
            signals: AtomicU32::new(0),
            workers,
            ready,
            hand_off_active: AtomicBool::new(false),
            sources,
            counts: counts.into_iter().map(AtomicU32::new).collect(),
            chunks: AllChunks::new(view),
        }
    }

    /// The tasks that run once for each element of an output, in ascending order.
    pub(super) fn each_tasks(&self) -> impl Iterator<Item = u32> {
        self.chunks.tasks(self.view)
    }

    /// What the first worker does.
    pub(super) fn start(&self, worker: &impl Worker) {
        self.spawn_workers(self.sources.saturating_sub(1), worker);
        self.work(worker);
    }

    /// Spawns workers for the tasks that are ready at first.
    pub(super) fn spawn_for_sources(&self, worker: &impl Worker) {
        self.spawn_workers(self.sources, worker);
    }

    /// What a worker does that started a task under a static schedule: completes it, then works.
    pub(super) fn resume(&self, node: u32, finished: bool, worker: &impl Worker) {
        let next = self.complete(node, finished, worker);
        if next.is_none_or(|next| self.workers.run_busy(|| self.run_from(next, worker))) {
            self.work(worker);
        } else {
            self.workers.leave();
        }
    }

    /// What every worker does: runs tasks for as long as it finds any.
    pub(super) fn work(&self, worker: &impl Worker) {
        let find = || self.workers.find_task(SPINS, || self.take());
        while let Some(node) = find().or_else(|| self.leave()) {
            if !self.workers.run_busy(|| self.run_from(node, worker)) {
                self.workers.leave();
                break;
            }
        }
    }

    /// Runs a task and then others, until none is ready or the run is stopped. Returns false if it is stopped.
    #[inline]
    fn run_from(&self, node: u32, worker: &impl Worker) -> bool {
        let mut next = Some(node);
        while let Some(node) = next {
            let signals = self.signals.load(Ordering::Relaxed);
            if signals != 0 {
                if signals & STOPPED != 0 {
                    self.ready.put(self.urgency.rank(node));
                    worker.pause();
                    return false;
                }
                self.resume_hand_off(worker);
            }
            let finished = match self.chunks.index_of(self.view, node) {
                None => Some(worker.run(node)),
                Some(each) => self.run_chunk(node, each, worker),
            };
            let successor = finished.and_then(|finished| self.complete(node, finished, worker));
            next = successor.or_else(|| self.take());
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
        let (elements, left) = chunks.next(self.workers.limit());
        if left > 0 {
            self.ready.put(self.urgency.rank(node));
            self.spawn_workers(u32::try_from(left).unwrap_or(u32::MAX), worker);
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
        self.ready.put(self.urgency.rank(node));
    }

    /// Whether the run was stopped before all tasks had started.
    pub(super) fn is_stopped(&self) -> bool {
        self.signals.load(Ordering::Relaxed) & STOPPED != 0
    }

    /// After a run: the tasks that are ready and did not start.
    pub(super) fn drain_ready(&self) -> impl Iterator<Item = u32> {
        core::iter::from_fn(|| self.take())
    }

    /// Takes the ready task of the highest priority.
    #[inline]
    fn take(&self) -> Option<u32> {
        self.ready.take().map(|rank| self.urgency.task(rank))
    }

    /// Ends a worker. If a task was published meanwhile, the worker may join again: then returns that task.
    #[cold]
    fn leave(&self) -> Option<u32> {
        loop {
            self.workers.leave();
            if self.ready.is_empty() || !self.workers.join() {
                return None;
            }
            if let Some(node) = self.take() {
                return Some(node);
            }
        }
    }

    /// Spawns workers after `published` tasks were published, as far as the limit allows.
    #[inline]
    fn spawn_workers(&self, published: u32, worker: &impl Worker) {
        for _ in 0..published {
            if !self.workers.join() {
                break;
            }
            worker.spawn_worker();
        }
    }
}
