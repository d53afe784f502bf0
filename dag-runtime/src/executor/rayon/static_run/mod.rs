//! A run by a static schedule: each thread runs its own sequence of tasks, until one has to wait for too long. Then the
//! tasks that are left become a dynamic run. The README of `executor/rayon` shows why this is correct.

mod assignment;
mod progress;
mod schedule;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::OnceLock;

use super::dynamic_run::{DynamicRun, Role, Worker};
use super::sharing_cost::sharing_cost;
use super::sync::{AtomicBool, AtomicUsize, Ordering, pause};
use crate::table::View;
use progress::{MAX_WAIT, ThreadProgress};
use schedule::{ThreadSchedule, Wait};

pub(crate) use schedule::StaticSchedule;

/// What sharing may cost for each task.
const HAND_OVER: Duration = Duration::from_nanos(50);

/// A run by a static schedule.
#[derive(Debug)]
pub(super) struct StaticRun<'run> {
    view: &'run View,
    schedule: &'run StaticSchedule,
    /// For each thread of the schedule.
    progress: Box<[ThreadProgress]>,
    /// The first thread of the schedule that no helper has taken. The owner has the thread 0.
    next_thread: AtomicUsize,
    /// Whether some thread abandons the schedule.
    is_abandoned: AtomicBool,
    /// Whether `dynamic` is initialized.
    has_dynamic: AtomicBool,
    /// The run of what is left, after the schedule was abandoned.
    dynamic: OnceLock<DynamicRun<'run>>,
}

impl<'run> StaticRun<'run> {
    pub(super) fn new(view: &'run View, schedule: &'run StaticSchedule) -> Self {
        StaticRun {
            view,
            schedule,
            progress: schedule.threads().iter().map(|_| ThreadProgress::new()).collect(),
            next_thread: AtomicUsize::new(1),
            is_abandoned: AtomicBool::new(false),
            has_dynamic: AtomicBool::new(false),
            dynamic: OnceLock::new(),
        }
    }

    /// The dynamic run, if the schedule was abandoned.
    pub(super) fn dynamic(&self) -> Option<&DynamicRun<'run>> {
        // Sequentially consistent, as the owner looks for it before it sleeps.
        self.has_dynamic.load(Ordering::SeqCst).then(|| self.dynamic.get()).flatten()
    }

    /// What the owner does: calls a helper for the next thread of the schedule, and runs the tasks of the first.
    pub(super) fn start(&self, worker: &impl Worker) {
        self.call_next(worker);
        self.run_thread(0, worker);
    }

    /// What a helper does while the schedule is followed: takes a thread of the schedule, calls a helper for the next one, and
    /// runs its tasks.
    pub(super) fn help(&self, worker: &impl Worker) {
        let thread = self.next_thread.fetch_add(1, Ordering::Relaxed);
        if thread < self.progress.len() {
            self.call_next(worker);
            self.run_thread(thread, worker);
        }
    }

    fn call_next(&self, worker: &impl Worker) {
        if self.next_thread.load(Ordering::Relaxed) < self.progress.len() {
            worker.call(true);
        }
    }

    /// Runs the tasks of one thread of the schedule. To be called at most once for each thread.
    fn run_thread(&self, thread: usize, worker: &impl Worker) {
        let (own, schedule) = (&self.progress[thread], &self.schedule.threads()[thread]);
        let role = if thread == 0 { Role::Owner } else { Role::Helper };
        let mut last = None;
        for (done, task) in (1..).zip(&schedule.tasks) {
            if !self.wait(own, schedule.waits_of(task)) || !own.claim() {
                return self.fall_back(role, own, last, worker);
            }
            let finished = worker.run(task.node);
            last = Some((task.node, finished));
            if !finished {
                return self.fall_back(role, own, last, worker);
            }
            if task.publishes {
                own.published.0.store(done, Ordering::Release);
            }
        }
        if !own.claim() {
            self.fall_back(role, own, last, worker);
        } else if !self.wait_for_all(own) {
            self.fall_back(role, own, None, worker);
        }
    }

    /// Called in place of [`StaticRun::help`] on a thread on which no task may start: abandons the schedule.
    #[cold]
    pub(super) fn refuse(&self, worker: &impl Worker) {
        if !self.is_abandoned.swap(true, Ordering::Relaxed) {
            self.start_dynamic(0, worker);
        }
    }

    /// Waits for other threads. Returns whether they got there in time.
    #[inline]
    fn wait(&self, own: &ThreadProgress, waits: &[Wait]) -> bool {
        waits.iter().all(|wait| {
            let other = &self.progress[wait.thread as usize];
            let longest = || self.longest_wait(other.has_begun());
            own.wait_until(longest, || other.published.0.load(Ordering::Acquire) >= wait.count)
        })
    }

    /// How long a thread waits for another one. If that one has not begun, it may be busy with other work. So beside few tasks it
    /// only gets twice the time that it needs to wake up, after the threads before it.
    fn longest_wait(&self, has_begun: bool) -> Duration {
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let wake_ups =
            Duration::from_nanos(sharing_cost().into()).saturating_mul(count(self.progress.len() - 1));
        let to_begin = (2 * wake_ups).max(HAND_OVER.saturating_mul(count(self.view.len())));
        if has_begun { MAX_WAIT } else { MAX_WAIT.min(to_begin) }
    }

    /// Waits until no task of another thread can be claimed any more. Returns whether that is so, or is left to others.
    fn wait_for_all(&self, own: &ThreadProgress) -> bool {
        let threads = || self.progress.iter().zip(self.schedule.threads());
        let len = |schedule: &ThreadSchedule| schedule.tasks.len() as u32;
        let longest = || self.longest_wait(threads().all(|(at, tasks)| len(tasks) == 0 || at.has_begun()));
        own.wait_until(longest, || {
            threads().all(|(at, tasks)| at.published.0.load(Ordering::Acquire) == len(tasks))
        }) || threads().all(|(at, tasks)| at.claimed.0.load(Ordering::Relaxed) >= len(tasks))
    }

    /// Leaves the schedule, and joins the dynamic run. `last` is the last task that this thread claimed, with whether it has
    /// finished.
    #[cold]
    fn fall_back(&self, role: Role, own: &ThreadProgress, last: Option<(u32, bool)>, worker: &impl Worker) {
        let first = !self.is_abandoned.swap(true, Ordering::Relaxed);
        if first {
            self.start_dynamic(u32::from(last.is_none() && role == Role::Helper), worker);
        } else if last.is_none() {
            // The dynamic run does not count this thread as a helper; its owner works again when there are tasks.
            return;
        }
        while !self.has_dynamic.load(Ordering::Acquire) {
            pause();
        }
        let dynamic = self.dynamic.get().expect("a dynamic run");
        match last {
            Some((node, finished)) if !own.is_last_counted.load(Ordering::Relaxed) => {
                dynamic.resume(node, finished, role, worker);
            }
            _ => dynamic.take_part(role, worker),
        }
    }

    /// Starts the dynamic run, in which the caller is one helper more, or none.
    fn start_dynamic(&self, more: u32, worker: &impl Worker) {
        let dynamic = self.dynamic.get_or_init(|| self.close(more));
        self.has_dynamic.store(true, Ordering::SeqCst);
        dynamic.call_for_sources(worker);
    }

    /// Closes the schedules of all threads. Returns the run of what is left. Its helpers are `more`, and the threads but the
    /// owner that have claimed a task and have not reached the end.
    fn close(&self, more: u32) -> DynamicRun<'run> {
        let claimed: Vec<usize> = self.progress.iter().map(ThreadProgress::close).collect();
        let (mut done, mut running, mut helpers) = (Vec::new(), Vec::new(), more);
        let threads = self.progress.iter().zip(self.schedule.threads());
        for (thread, ((progress, schedule), claimed)) in threads.zip(claimed).enumerate() {
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
            helpers += u32::from(thread > 0 && !at_end && !claimed.is_empty());
        }
        DynamicRun::continuing(self.view, self.schedule.thread_count(), helpers, &done, &running)
    }
}
