//! Tasks by lists: each thread goes through its own, until one has to wait for too long. Then the rest is shared as it
//! becomes ready. The README beside this file says why it is right.

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::flow::{Flow, Worker};
use super::lists::{List, Lists, Wait};
use super::sync::{AtomicBool, AtomicU32, Ordering, pause};
use crate::table::View;

/// For how long a thread waits for another one before the lists are given up.
const PATIENCE: Duration = Duration::from_micros(30);

/// How often it looks before it reads the clock.
const LOOKS: u32 = 64;

/// Marks a list, in the count of tasks that were taken from it, as one from which no more are.
const CLOSED: u32 = 1 << 31;

/// A run by lists.
#[derive(Debug)]
pub(super) struct Walk<'run> {
    view: &'static View,
    lists: &'run Lists,
    walkers: Box<[Walker]>,
    /// Whether somebody gives the lists up.
    is_given_up: AtomicBool,
    /// Whether the flow is there.
    is_flowing: AtomicBool,
    flow: OnceLock<Flow<'run>>,
}

/// How far the thread of one list is.
#[derive(Debug)]
struct Walker {
    /// How many tasks were taken, and one more at the end of the list. The thread's own, until the list is closed.
    taken: Line<AtomicU32>,
    /// How many tasks are done, as far as others were told.
    told: Line<AtomicU32>,
    /// Whether the flow counts the last task that was taken as done.
    is_settled: AtomicBool,
}

/// A line of cache or two, so that what one thread writes is not beside what another one does.
#[derive(Debug)]
#[repr(align(128))]
struct Line<T>(T);

impl<'run> Walk<'run> {
    pub(super) fn new(view: &'static View, lists: &'run Lists) -> Self {
        let walker = || Walker {
            taken: Line(AtomicU32::new(0)),
            told: Line(AtomicU32::new(0)),
            is_settled: AtomicBool::new(false),
        };
        Walk {
            view,
            lists,
            walkers: lists.each().iter().map(|_| walker()).collect(),
            is_given_up: AtomicBool::new(false),
            is_flowing: AtomicBool::new(false),
            flow: OnceLock::new(),
        }
    }

    /// Goes through a list: what is to be called once for each.
    fn walk(&self, list: usize, worker: &impl Worker) {
        let (own, tasks) = (&self.walkers[list], &self.lists.each()[list]);
        let mut last = None;
        for (done, step) in (1..).zip(&tasks.steps) {
            if !self.wait(own, tasks.waits_of(step)) || !own.take() {
                return self.go_over(own, last, worker);
            }
            let finished = worker.run(step.node);
            last = Some((step.node, finished));
            if !finished {
                return self.go_over(own, last, worker);
            }
            if step.tells {
                own.told.0.store(done, Ordering::Release);
            }
        }
        if !own.take() {
            self.go_over(own, last, worker);
        } else if !self.see_ends(own) {
            self.go_over(own, None, worker);
        }
    }

    /// Waits for other lists. Says whether they got there in time.
    #[inline]
    fn wait(&self, own: &Walker, waits: &[Wait]) -> bool {
        waits.iter().all(|wait| {
            let told = &self.walkers[wait.list as usize].told.0;
            own.await_that(|| told.load(Ordering::Acquire) >= wait.count)
        })
    }

    /// Waits until nothing is left to be taken from other lists. Says whether that is so, or is up to others.
    fn see_ends(&self, own: &Walker) -> bool {
        let lists = || self.walkers.iter().zip(self.lists.each());
        let len = |tasks: &List| tasks.steps.len() as u32;
        own.await_that(|| lists().all(|(list, tasks)| list.told.0.load(Ordering::Acquire) == len(tasks)))
            || lists().all(|(list, tasks)| list.taken.0.load(Ordering::Relaxed) >= len(tasks))
    }

    /// Leaves a list, of which this task was the last one that was taken, finished or not.
    #[cold]
    fn go_over(&self, own: &Walker, last: Option<(u32, bool)>, worker: &impl Worker) {
        let first = !self.is_given_up.swap(true, Ordering::Relaxed);
        if first {
            self.begin_flow(last.is_none(), worker);
        } else if last.is_none() {
            // Nobody counts on this thread.
            return;
        }
        while !self.is_flowing.load(Ordering::Acquire) {
            pause();
        }
        let flow = self.flow.get().expect("it is there");
        match last {
            Some((node, finished)) if !own.is_settled.load(Ordering::Relaxed) => {
                flow.resume(node, finished, worker);
            }
            _ => _ = flow.work(worker),
        }
    }

    /// What is called in place of [`Walk::walk`] on a thread on which no task may start: the lists are given up.
    #[cold]
    fn decline(&self, worker: &impl Worker) {
        if !self.is_given_up.swap(true, Ordering::Relaxed) {
            self.begin_flow(false, worker);
        }
    }

    /// Begins the flow of what is left, in which the caller is a worker, if `takes_part`.
    fn begin_flow(&self, takes_part: bool, worker: &impl Worker) {
        let flow = self.flow.get_or_init(|| self.close(takes_part));
        self.is_flowing.store(true, Ordering::Release);
        flow.invite(worker);
    }

    /// Closes all lists. Gives what is left, to be shared by those who have taken the last task of one, and by the
    /// caller, if `more`.
    fn close(&self, more: bool) -> Flow<'run> {
        let taken: Vec<usize> = self.walkers.iter().map(Walker::close).collect();
        let (mut done, mut running, mut workers) = (Vec::new(), Vec::new(), u32::from(more));
        for ((walker, list), taken) in self.walkers.iter().zip(self.lists.each()).zip(taken) {
            // After all lists were closed: where a task that waits for the last one was taken, this one was told.
            let told = walker.told.0.load(Ordering::Acquire) as usize;
            let all = taken > list.steps.len();
            let is_settled = all || told == taken;
            walker.is_settled.store(is_settled, Ordering::Relaxed);
            let taken = &list.steps[..taken.min(list.steps.len())];
            let (ended, last) = taken.split_at(taken.len() - usize::from(!is_settled));
            done.extend(ended.iter().map(|step| step.node));
            running.extend(last.iter().map(|step| step.node));
            workers += u32::from(!all && !taken.is_empty());
        }
        Flow::taking_over(self.view, self.lists.threads(), workers, &done, &running)
    }
}

impl Walker {
    /// Takes the next task. Says whether the list was open.
    #[inline]
    fn take(&self) -> bool {
        self.taken.0.fetch_add(1, Ordering::AcqRel) & CLOSED == 0
    }

    /// Closes the list. Gives how many tasks were taken, all of which but the last one are done, and one more where that is,
    /// too.
    fn close(&self) -> usize {
        self.taken.0.fetch_or(CLOSED, Ordering::AcqRel) as usize
    }

    /// Waits until something is so, but not for long, and only while the list is open.
    #[inline]
    fn await_that(&self, is_so: impl Fn() -> bool) -> bool {
        is_so() || !cfg!(loom) && self.look_on(is_so)
    }

    fn look_on(&self, is_so: impl Fn() -> bool) -> bool {
        let mut start = None;
        loop {
            for _ in 0..LOOKS {
                if is_so() {
                    return true;
                }
                core::hint::spin_loop();
            }
            if self.taken.0.load(Ordering::Relaxed) & CLOSED != 0 {
                return false;
            }
            if start.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                return false;
            }
        }
    }
}

/// How a run goes that is shared: tasks as they become ready, or by lists at first.
#[derive(Debug)]
pub(super) enum Course<'run> {
    Flow(Flow<'run>),
    Walk(Walk<'run>),
}

impl<'run> Course<'run> {
    /// The flow, if it has come to that.
    pub(super) fn flow(&self) -> Option<&Flow<'run>> {
        match self {
            Course::Flow(flow) => Some(flow),
            Course::Walk(walk) => walk.flow.get(),
        }
    }

    /// What the first worker does. What the thread of another list does, `send` has done.
    pub(super) fn start(&self, worker: &impl Worker, send: impl Fn(usize)) {
        match self {
            Course::Flow(flow) => flow.start(worker),
            Course::Walk(walk) => {
                let lists = walk.lists.each().iter().enumerate().skip(1);
                lists.filter(|(_, list)| !list.steps.is_empty()).for_each(|(list, _)| send(list));
                walk.walk(0, worker);
            }
        }
    }

    /// What the thread of a list does; where no task may start on it, unless `is_clear`, others do it.
    pub(super) fn walk(&self, list: usize, is_clear: bool, worker: &impl Worker) {
        match self {
            Course::Walk(walk) if is_clear => walk.walk(list, worker),
            Course::Walk(walk) => walk.decline(worker),
            Course::Flow(_) => {}
        }
    }
}
