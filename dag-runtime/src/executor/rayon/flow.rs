//! Which task is ready, who runs it, and when an output is dropped: the protocol of a parallel
//! run, apart from rayon. The README beside this file says why it is right.

mod offer;
#[cfg(all(test, not(loom)))]
mod tests;
mod worker;

use alloc::boxed::Box;
use alloc::vec;

use super::crew::Crew;
use super::handout::Handouts;
use super::ready::Ready;
use super::sync::{AtomicBool, AtomicU32, Ordering};
use crate::table::{Urgency, View};

pub(super) use worker::{Ran, Worker};

/// How often a worker without a task looks for one before it leaves.
const LOOKS: u32 = if cfg!(loom) { 0 } else { 64 };

/// Marks a task, in its count of arrivals, as one that cannot run, since a dependency has failed
/// or was skipped. No count gets that high.
const BLOCKED: u32 = 1 << 31;

/// Among the signals of a run: no further task is to start.
const STOPPED: u32 = 1;

/// The same: tasks were offered to threads on which none may start, and wait for a worker that has them offered anew.
const OWED: u32 = 2;

/// The state of one run.
#[derive(Debug)]
pub(super) struct Flow<'run> {
    view: &'static View,
    urgency: Urgency<'run>,
    keep_going: bool,
    /// [`STOPPED`] and [`OWED`]: what workers look at before each task.
    signals: AtomicU32,
    crew: Crew,
    ready: Ready,
    /// Whether ready tasks are on offer: see [`Flow::refuse`].
    on_offer: AtomicBool,
    /// How many tasks are ready at first.
    sources: u32,
    /// For each task, how many of its dependencies are done; then for each task, how many readers
    /// of its output are. Only kept where there are several.
    counts: Box<[AtomicU32]>,
    /// Of the tasks that run once for each element of an output.
    handouts: Handouts,
}

/// What a task is once one more of its dependencies is done.
enum Arrival {
    Waiting,
    Ready,
    Blocked,
}

impl<'run> Flow<'run> {
    /// A run for at most `workers` at once, of which the caller is the first. Tasks in `done` have
    /// finished, and so have all that they depend on; the outputs that only these read are dropped.
    pub(super) fn new(
        view: &'static View,
        urgency: Urgency<'run>,
        workers: u32,
        keep_going: bool,
        done: &[u32],
    ) -> Self {
        Flow::between(view, urgency, Crew::new(workers, 1), keep_going, [done, &[]])
    }

    /// The rest of a run that `threads` threads have begun. So many `workers` take part in it from the start; tasks that
    /// are `running` are told by [`Flow::resume`].
    pub(super) fn taking_over(
        view: &'static View,
        threads: u32,
        workers: u32,
        done: &[u32],
        running: &[u32],
    ) -> Self {
        Flow::between(view, view.urgency(), Crew::new(threads, workers), false, [done, running])
    }

    fn between(
        view: &'static View,
        urgency: Urgency<'run>,
        crew: Crew,
        keep_going: bool,
        [done, running]: [&[u32]; 2],
    ) -> Self {
        let mut counts = vec![0; 2 * view.len()];
        for &node in done {
            view.successors_of(node).iter().for_each(|&successor| counts[successor as usize] += 1);
            view.reads_of(node).iter().for_each(|&output| counts[view.len() + output as usize] += 1);
        }
        // Nobody arrives there any more.
        done.iter().chain(running).for_each(|&node| counts[node as usize] = u32::MAX);
        let mut ready = Ready::new(view.len());
        let mut sources = 0;
        for node in (0..view.len() as u32).filter(|&node| counts[node as usize] == view.in_degree(node)) {
            ready.put_first(urgency.rank(node));
            sources += 1;
        }
        Flow {
            view,
            urgency,
            keep_going,
            signals: AtomicU32::new(0),
            crew,
            ready,
            on_offer: AtomicBool::new(false),
            sources,
            counts: counts.into_iter().map(AtomicU32::new).collect(),
            handouts: Handouts::new(view),
        }
    }

    /// Returns when it is time, or nobody has a task: for a worker that is not to help before.
    pub(super) fn hold_back(&self, is_time: impl Fn() -> bool) {
        while self.crew.is_busy() && !is_time() {
            core::hint::spin_loop();
        }
    }

    /// The tasks that run once for each element of an output, in the order of their numbers.
    pub(super) fn each_tasks(&self) -> impl Iterator<Item = u32> {
        self.handouts.tasks(self.view)
    }

    /// What the first worker does.
    pub(super) fn start(&self, worker: &impl Worker) {
        self.recruit(self.sources.saturating_sub(1), worker);
        self.work(worker);
    }

    /// Sends for workers, for the tasks that are ready at first.
    pub(super) fn invite(&self, worker: &impl Worker) {
        self.recruit(self.sources, worker);
    }

    /// What a worker does that has begun a task before: it has run, and then come others.
    pub(super) fn resume(&self, node: u32, finished: bool, worker: &impl Worker) {
        let next = self.end(node, finished, worker);
        if next.is_none_or(|next| self.crew.busy(|| self.run_from(next, worker))) {
            self.work(worker);
        } else {
            self.crew.leave();
        }
    }

    /// What every worker does: runs tasks for as long as it finds any. Says whether it has found one.
    pub(super) fn work(&self, worker: &impl Worker) -> bool {
        let find = || self.crew.find(LOOKS, || self.take());
        let mut any = false;
        while let Some(node) = find().or_else(|| self.leave()) {
            any = true;
            if !self.crew.busy(|| self.run_from(node, worker)) {
                self.crew.leave();
                break;
            }
        }
        any
    }

    /// Runs a task and then others, until there is none that is ready or the run is stopped. Says
    /// whether it is not.
    #[inline]
    fn run_from(&self, node: u32, worker: &impl Worker) -> bool {
        let mut next = Some(node);
        while let Some(node) = next {
            let signals = self.signals.load(Ordering::Relaxed);
            if signals != 0 {
                if signals & STOPPED != 0 {
                    self.ready.put(self.urgency.rank(node));
                    return false;
                }
                self.offer_anew(worker);
            }
            let finished = match self.handouts.find(self.view, node) {
                None => Some(worker.run(node)),
                Some(each) => self.run_elements(node, each, worker),
            };
            let successor = finished.and_then(|finished| self.end(node, finished, worker));
            next = successor.or_else(|| self.take());
        }
        true
    }

    /// Runs some elements of a task, and lets others take more of them. Where these were the last ones,
    /// says whether the task has finished.
    fn run_elements(&self, node: u32, each: usize, worker: &impl Worker) -> Option<bool> {
        let handout = self.handouts.get(each);
        if !handout.is_open() {
            match worker.open(node, each) {
                None => return Some(false),
                Some(0) => return Some(worker.close(node, each)),
                Some(width) => handout.open(width),
            }
        }
        let (elements, left) = handout.take(self.crew.places());
        if left > 0 {
            self.ready.put(self.urgency.rank(node));
            self.recruit(u32::try_from(left).unwrap_or(u32::MAX), worker);
        }
        let count = elements.len();
        match worker.run_elements(node, each, elements) {
            Ran::Done(nanos) => handout.finish(count, nanos).then(|| worker.close(node, each)),
            Ran::Failed => {
                self.signals.fetch_or(STOPPED, Ordering::Relaxed);
                None
            }
            Ran::Stopped => {
                self.signals.fetch_or(STOPPED, Ordering::Relaxed);
                // The task counts as held back, with the elements that did not start.
                self.ready.put(self.urgency.rank(node));
                None
            }
        }
    }

    /// A task has run. Gives one that the same worker can run next.
    #[inline]
    fn end(&self, node: u32, finished: bool, worker: &impl Worker) -> Option<u32> {
        if finished {
            return self.finish(node, worker);
        }
        self.fail(node, worker);
        None
    }

    /// A task was not begun, since nothing is to start any more.
    #[cold]
    pub(super) fn stop(&self, node: u32) {
        self.signals.fetch_or(STOPPED, Ordering::Relaxed);
        self.ready.put(self.urgency.rank(node));
    }

    /// Whether the run has ended before all tasks have started.
    pub(super) fn is_stopped(&self) -> bool {
        self.signals.load(Ordering::Relaxed) & STOPPED != 0
    }

    /// The tasks that are ready and did not run, after a run.
    pub(super) fn held_back(&self) -> impl Iterator<Item = u32> {
        core::iter::from_fn(|| self.take())
    }

    /// The ready task of the highest priority.
    #[inline]
    fn take(&self) -> Option<u32> {
        self.ready.take().map(|rank| self.urgency.task(rank))
    }

    /// Leaves the crew. Gives a task where one was published meanwhile: then the worker is back.
    #[cold]
    fn leave(&self) -> Option<u32> {
        loop {
            self.crew.leave();
            if self.ready.is_empty() || !self.crew.join() {
                return None;
            }
            if let Some(node) = self.take() {
                return Some(node);
            }
        }
    }

    /// A task has finished. Gives one that the same worker can run next: of those that have become
    /// ready the one of the highest priority.
    #[inline]
    fn finish(&self, node: u32, worker: &impl Worker) -> Option<u32> {
        let mut next = None;
        let mut published = 0;
        for &successor in self.urgency.successors_of(node) {
            match self.arrive(successor) {
                Arrival::Waiting => {}
                Arrival::Ready if next.is_none() => next = Some(successor),
                Arrival::Ready => {
                    self.ready.put(self.urgency.rank(successor));
                    published += 1;
                }
                Arrival::Blocked => self.abandon(successor, worker),
            }
        }
        if published > 0 {
            self.recruit(published, worker);
        }
        self.release_reads(node, worker);
        if self.view.reader_count(node) == 0 {
            self.release(node, worker);
        }
        next
    }

    #[cold]
    fn fail(&self, node: u32, worker: &impl Worker) {
        if self.keep_going && !self.is_stopped() {
            self.abandon(node, worker);
        } else {
            self.signals.fetch_or(STOPPED, Ordering::Relaxed);
        }
    }

    /// A task has not finished and will not: it is done all the same, and blocks its dependents.
    #[cold]
    fn abandon(&self, node: u32, worker: &impl Worker) {
        let mut done = vec![node];
        while let Some(node) = done.pop() {
            for &successor in self.urgency.successors_of(node) {
                self.counts[successor as usize].fetch_or(BLOCKED, Ordering::Relaxed);
                match self.arrive(successor) {
                    Arrival::Waiting => {}
                    Arrival::Ready | Arrival::Blocked => done.push(successor),
                }
            }
            self.release_reads(node, worker);
        }
    }

    /// One more dependency of a task is done. Who is told `Ready` sees all that its dependencies
    /// did.
    #[inline]
    fn arrive(&self, node: u32) -> Arrival {
        let last = self.view.in_degree(node) - 1;
        if last == 0 {
            return Arrival::Ready;
        }
        let before = self.count(node as usize);
        if before == last {
            Arrival::Ready
        } else if before == last | BLOCKED {
            Arrival::Blocked
        } else {
            Arrival::Waiting
        }
    }

    /// Counts one more, and gives the count before. The last to do so sees all that happened before
    /// the others did.
    #[inline]
    fn count(&self, k: usize) -> u32 {
        self.counts[k].fetch_add(1, Ordering::AcqRel)
    }

    /// One more reader of each output that a task reads is done: drops those that were waiting for
    /// it only.
    #[inline]
    fn release_reads(&self, node: u32, worker: &impl Worker) {
        for &output in self.view.reads_of(node) {
            let readers = self.view.reader_count(output);
            if readers == u32::MAX || self.view.place(output).line.release.is_none() {
                continue;
            }
            let last = readers - 1;
            if last == 0 || self.count(self.view.len() + output as usize) == last {
                self.release(output, worker);
            }
        }
    }

    #[inline]
    fn release(&self, node: u32, worker: &impl Worker) {
        if !worker.release(node) && !self.keep_going {
            self.signals.fetch_or(STOPPED, Ordering::Relaxed);
        }
    }

    /// Sends for workers, after `published` tasks were.
    #[inline]
    fn recruit(&self, published: u32, worker: &impl Worker) {
        for _ in 0..published {
            if !self.crew.join() {
                break;
            }
            worker.recruit();
        }
    }
}
