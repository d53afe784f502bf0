//! A run by a static schedule: each thread runs its own sequence of tasks, until one has to wait for too long. Then the
//! tasks that are left become a dynamic run. The README of `executor/rayon` shows why this is correct.

mod assignment;
mod progress;
mod schedule;

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

use super::dynamic_run::{DynamicRun, Worker};
use super::sync::{AtomicBool, Ordering, pause};
use crate::table::View;
use progress::ThreadProgress;
use schedule::{ThreadSchedule, Wait};

pub(crate) use schedule::StaticSchedule;

/// A run by a static schedule.
#[derive(Debug)]
pub(super) struct StaticRun<'run> {
    view: &'static View,
    schedule: &'run StaticSchedule,
    /// For each thread of the schedule.
    progress: Box<[ThreadProgress]>,
    /// Whether some thread abandons the schedule.
    is_abandoned: AtomicBool,
    /// Whether `dynamic` is initialized.
    has_dynamic: AtomicBool,
    /// The run of what is left, after the schedule was abandoned.
    dynamic: OnceLock<DynamicRun<'run>>,
}

impl<'run> StaticRun<'run> {
    pub(super) fn new(view: &'static View, schedule: &'run StaticSchedule) -> Self {
        StaticRun {
            view,
            schedule,
            progress: schedule.threads().iter().map(|_| ThreadProgress::new()).collect(),
            is_abandoned: AtomicBool::new(false),
            has_dynamic: AtomicBool::new(false),
            dynamic: OnceLock::new(),
        }
    }

    /// The dynamic run, if the schedule was abandoned.
    pub(super) fn dynamic(&self) -> Option<&DynamicRun<'run>> {
        self.dynamic.get()
    }

    /// What the first worker does: sends for a worker for each other thread of the schedule, and runs the tasks of the first.
    pub(super) fn start(&self, worker: &impl Worker, send: impl Fn(usize)) {
        let others = self.schedule.threads().iter().enumerate().skip(1);
        others.filter(|(_, tasks)| !tasks.tasks.is_empty()).for_each(|(thread, _)| send(thread));
        self.run_thread(0, worker);
    }

    /// Runs the tasks of one thread of the schedule. To be called at most once for each thread.
    pub(super) fn run_thread(&self, thread: usize, worker: &impl Worker) {
        let (own, schedule) = (&self.progress[thread], &self.schedule.threads()[thread]);
        let mut last = None;
        for (done, task) in (1..).zip(&schedule.tasks) {
            if !self.wait(own, schedule.waits_of(task)) || !own.claim() {
                return self.fall_back(own, last, worker);
            }
            let finished = worker.run(task.node);
            last = Some((task.node, finished));
            if !finished {
                return self.fall_back(own, last, worker);
            }
            if task.publishes {
                own.published.0.store(done, Ordering::Release);
            }
        }
        if !own.claim() {
            self.fall_back(own, last, worker);
        } else if !self.wait_for_all(own) {
            self.fall_back(own, None, worker);
        }
    }

    /// Called in place of [`StaticRun::run_thread`] on a thread on which no task may start: abandons the schedule.
    #[cold]
    pub(super) fn refuse(&self, worker: &impl Worker) {
        if !self.is_abandoned.swap(true, Ordering::Relaxed) {
            self.start_dynamic(false, worker);
        }
    }

    /// Waits for other threads. Returns whether they got there in time.
    #[inline]
    fn wait(&self, own: &ThreadProgress, waits: &[Wait]) -> bool {
        waits.iter().all(|wait| {
            let published = &self.progress[wait.thread as usize].published.0;
            own.wait_until(|| published.load(Ordering::Acquire) >= wait.count)
        })
    }

    /// Waits until no task of another thread can be claimed any more. Returns whether that is so, or is left to others.
    fn wait_for_all(&self, own: &ThreadProgress) -> bool {
        let threads = || self.progress.iter().zip(self.schedule.threads());
        let len = |schedule: &ThreadSchedule| schedule.tasks.len() as u32;
        own.wait_until(|| threads().all(|(at, tasks)| at.published.0.load(Ordering::Acquire) == len(tasks)))
            || threads().all(|(at, tasks)| at.claimed.0.load(Ordering::Relaxed) >= len(tasks))
    }

    /// Leaves the schedule, and joins the dynamic run. `last` is the last task that this thread claimed, with whether it has
    /// finished.
    #[cold]
    fn fall_back(&self, own: &ThreadProgress, last: Option<(u32, bool)>, worker: &impl Worker) {
        let first = !self.is_abandoned.swap(true, Ordering::Relaxed);
        if first {
            self.start_dynamic(last.is_none(), worker);
        } else if last.is_none() {
            // The dynamic run does not count this thread as a worker.
            return;
        }
        while !self.has_dynamic.load(Ordering::Acquire) {
            pause();
        }
        let dynamic = self.dynamic.get().expect("a dynamic run");
        match last {
            Some((node, finished)) if !own.is_last_counted.load(Ordering::Relaxed) => {
                dynamic.resume(node, finished, worker);
            }
            _ => dynamic.work(worker),
        }
    }

    /// Starts the dynamic run, with the caller as a worker if `takes_part`.
    fn start_dynamic(&self, takes_part: bool, worker: &impl Worker) {
        let dynamic = self.dynamic.get_or_init(|| self.close(takes_part));
        self.has_dynamic.store(true, Ordering::Release);
        dynamic.spawn_for_sources(worker);
    }

    /// Closes the schedules of all threads. Returns the run of what is left. Its workers are the threads that have claimed a
    /// task and have not reached the end, and the caller, if it takes part.
    fn close(&self, caller_takes_part: bool) -> DynamicRun<'run> {
        let claimed: Vec<usize> = self.progress.iter().map(ThreadProgress::close).collect();
        let (mut done, mut running, mut workers) = (Vec::new(), Vec::new(), u32::from(caller_takes_part));
        for ((progress, schedule), claimed) in self.progress.iter().zip(self.schedule.threads()).zip(claimed)
        {
            // Read after all threads were closed: if a task that waits for the last one was claimed, the last one was
            // published.
            let published = progress.published.0.load(Ordering::Acquire) as usize;
            let at_end = claimed > schedule.tasks.len();
            let is_last_counted = at_end || published == claimed;
            progress.is_last_counted.store(is_last_counted, Ordering::Relaxed);
            let claimed = &schedule.tasks[..claimed.min(schedule.tasks.len())];
            let (ended, last) = claimed.split_at(claimed.len() - usize::from(!is_last_counted));
            done.extend(ended.iter().map(|task| task.node));
            running.extend(last.iter().map(|task| task.node));
            workers += u32::from(!at_end && !claimed.is_empty());
        }
        DynamicRun::continuing(self.view, self.schedule.thread_count(), workers, &done, &running)
    }
}
