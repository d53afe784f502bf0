//! Pieces of work for the threads of a rank, and where they lie.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use super::execution::{Execution, TaskFailure};
use super::task_elements::{Ran, TaskElements};
use crate::executor::rayon::{JobReceiver, Request, RunScope, StackPosition, Then, inside_task, spawn_job};

/// The work of the threads of a rank, and what they have done.
pub(crate) struct WorkQueue<'run> {
    pub(super) execution: &'run Execution<'run>,
    lists: Mutex<Lists>,
    /// The thread that waits for what is done.
    owner: Thread,
}

/// What lies between the threads that run tasks and the one that gives them some.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) done: Vec<Done>,
    /// Work for the jobs that were sent, one piece for each.
    pub(super) sent: VecDeque<Work>,
    /// What jobs could not start where they came to.
    pub(super) refused: Vec<Work>,
    /// Tasks for threads that are done with theirs, so that they need not wait to be given one.
    pub(super) next: VecDeque<Work>,
}

/// What to run: a task, or some of its elements.
pub(super) struct Work {
    pub(super) task: u32,
    elements: Option<(Arc<TaskElements>, Range<usize>)>,
}

impl Work {
    pub(super) fn whole(task: u32) -> Self {
        Work { task, elements: None }
    }

    pub(super) fn elements(task: u32, state: Arc<TaskElements>, elements: Range<usize>) -> Self {
        Work { task, elements: Some((state, elements)) }
    }

    /// The elements; none where it is the whole task.
    pub(super) fn into_elements(self) -> Option<Range<usize>> {
        self.elements.map(|(_, elements)| elements)
    }
}

/// What has run.
pub(super) struct Done {
    pub(super) task: u32,
    pub(super) outcome: WorkOutcome,
    pub(super) nanos: u64,
    /// Whether the thread that has run it goes on with other work.
    pub(super) goes_on: bool,
}

/// What has become of it.
pub(super) enum WorkOutcome {
    Whole(Result<(), TaskFailure>),
    /// This many elements.
    Elements(usize, Ran),
}

impl<'run> WorkQueue<'run> {
    pub(crate) fn new(execution: &'run Execution<'run>) -> Self {
        WorkQueue { execution, lists: Mutex::default(), owner: thread::current() }
    }

    /// Runs work, and puts it where [`Workers::collect`] finds it; then other work, while there is some.
    fn run(&self, mut work: Work) {
        loop {
            let task = work.task;
            let start = Instant::now();
            let outcome = match work.elements {
                None => WorkOutcome::Whole(self.execution.run(task)),
                Some((state, elements)) => {
                    WorkOutcome::Elements(elements.len(), state.run(self.execution, elements))
                }
            };
            let nanos = start.elapsed().as_nanos() as u64;
            let mut lists = self.lists();
            let next = lists.next.pop_front();
            lists.done.push(Done { task, outcome, nanos, goes_on: next.is_some() });
            drop(lists);
            self.owner.unpark();
            match next {
                Some(next) => work = next,
                None => break,
            }
        }
    }

    fn pop_sent(&self) -> Work {
        self.lists().sent.pop_front().expect("each job has a piece of work")
    }

    /// Runs the work of one job that was sent.
    #[cfg(test)]
    pub(super) fn run_sent(&self) {
        let work = self.pop_sent();
        self.run(work);
    }

    /// Refuses the work of one job that was sent.
    #[cfg(test)]
    pub(super) fn refuse_sent(&self) {
        let work = self.pop_sent();
        self.refuse(work);
    }

    /// Work may not start where its job came to.
    fn refuse(&self, work: Work) {
        self.lists().refused.push(work);
        self.owner.unpark();
    }

    pub(super) fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl JobReceiver for WorkQueue<'_> {
    /// Runs the work that a job was sent for, unless this thread is inside another task of the run: see the README of the
    /// executor on rayon.
    fn receive(&self, _: Request, at: StackPosition, scope: &RunScope<'_>) -> Then {
        let work = self.pop_sent();
        if at.may_start(scope.run_number()) {
            inside_task(scope.run_number(), || self.run(work));
        } else {
            self.refuse(work);
        }
        Then::Leave
    }

    /// Each job has a piece of work.
    fn may_end(&self) -> bool {
        self.lists().sent.is_empty()
    }
}

/// Sends a job to a pool, for a piece of work in the queue.
pub(crate) fn spawn(scope: &RunScope<'_>) {
    spawn_job(scope, Request::Work);
}
