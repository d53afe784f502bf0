//! What runs a rank's tasks: its own thread, or those of a pool beside it.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::execution::{Execution, TaskFailure};
use super::task_elements::{Ran, TaskElements};
use crate::executor::rayon::{Message, Receiver, Sharing, Spot, inside, send};

/// The work of the threads of a rank, and what they have done.
pub(crate) struct WorkQueue<'run> {
    execution: &'run Execution<'run>,
    lists: Mutex<Lists>,
    /// The thread that waits for what is done.
    owner: Thread,
}

/// What lies between the threads that run tasks and the one that gives them some.
#[derive(Default)]
struct Lists {
    done: Vec<Done>,
    /// Work for the jobs that were sent, one piece for each.
    sent: VecDeque<Work>,
    /// What jobs could not start where they came to.
    refused: Vec<Work>,
    /// Tasks for threads that are done with theirs, so that they need not wait to be given one.
    next: VecDeque<Work>,
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
    goes_on: bool,
}

/// What has become of it.
pub(super) enum WorkOutcome {
    Whole(Result<(), TaskFailure>),
    /// So many elements.
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

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receiver for WorkQueue<'_> {
    /// Runs the work that a job was sent for, unless this thread is inside another task of the run: see the README of the
    /// executor on rayon.
    fn receive<'scope>(&'scope self, _: Message, here: Spot, sharing: &Sharing<'_, 'scope>) {
        let work = self.pop_sent();
        if here.is_clear(sharing.began()) {
            inside(sharing.began(), || self.run(work));
        } else {
            self.lists().refused.push(work);
            self.owner.unpark();
        }
    }
}

/// How long a rank starts nothing on other threads after a refusal, at first and at most. All of them may wait in rayon inside
/// a task, and none tells when it is free.
const PAUSE: [Duration; 2] = [Duration::from_micros(20), Duration::from_millis(1)];

/// When work may be started again after a refusal.
struct Pause {
    /// How long to pause after the next one.
    next: Duration,
    until: Option<Instant>,
}

impl Pause {
    const NONE: Pause = Pause { next: PAUSE[0], until: None };

    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() >= until)
    }

    fn begin(&mut self) {
        self.until = Some(Instant::now() + self.next);
        self.next = (2 * self.next).min(PAUSE[1]);
    }
}

/// The threads that run the tasks of a rank.
pub(crate) struct Workers<'run> {
    execution: &'run Execution<'run>,
    pool: Option<Pool<'run>>,
}

/// Threads beside the rank's own one.
struct Pool<'run> {
    queue: &'run WorkQueue<'run>,
    /// Sends a job to one of them.
    send: &'run dyn Fn(),
    threads: usize,
    /// How many pieces of work were given away and are not done, and how many threads run some.
    given: usize,
    running: usize,
    /// What is done and was not handed out.
    done: Vec<Done>,
    pause: Pause,
}

impl Pool<'_> {
    fn give(&mut self, work: Work) {
        self.given += 1;
        self.running += 1;
        self.queue.lists().sent.push_back(work);
        (self.send)();
    }

    fn take_back(&mut self) -> Option<Work> {
        if self.given == 0 {
            return None;
        }
        let work = self.queue.lists().next.pop_back()?;
        self.given -= 1;
        Some(work)
    }

    fn take_refused(&mut self) -> Option<Work> {
        if self.given == 0 {
            return None;
        }
        let work = self.queue.lists().refused.pop()?;
        self.given -= 1;
        self.running -= 1;
        self.pause.begin();
        Some(work)
    }

    fn collect(&mut self) -> Option<Done> {
        if self.given == 0 {
            return None;
        }
        if self.done.is_empty() {
            core::mem::swap(&mut self.queue.lists().done, &mut self.done);
        }
        let done = self.done.pop()?;
        self.given -= 1;
        if !done.goes_on {
            self.running -= 1;
            // A thread is free.
            self.pause = Pause::NONE;
        }
        Some(done)
    }
}

impl<'run> Workers<'run> {
    /// This thread alone.
    pub(crate) fn alone(execution: &'run Execution<'run>) -> Self {
        Workers { execution, pool: None }
    }

    /// The threads of a pool, to which `send` sends jobs.
    pub(crate) fn beside(queue: &'run WorkQueue<'run>, send: &'run dyn Fn(), threads: usize) -> Self {
        let pool = Pool { queue, send, threads, given: 0, running: 0, done: Vec::new(), pause: Pause::NONE };
        Workers { execution: queue.execution, pool: Some(pool) }
    }

    /// What a task needs to run on this thread.
    #[inline]
    pub(super) fn execution(&self) -> &'run Execution<'run> {
        self.execution
    }

    /// Whether tasks run on other threads.
    #[inline]
    pub(super) fn is_apart(&self) -> bool {
        self.pool.is_some()
    }

    /// How many tasks run at a time.
    pub(super) fn threads(&self) -> usize {
        self.pool.as_ref().map_or(1, |pool| pool.threads)
    }

    /// Whether only one task runs at a time.
    #[inline]
    pub(super) fn is_single(&self) -> bool {
        self.threads() == 1
    }

    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        self.pool.as_ref().is_none_or(|pool| pool.given == 0)
    }

    /// Whether a thread has nothing to do, as far as is known.
    pub(super) fn has_room(&self) -> bool {
        self.pool.as_ref().is_none_or(|pool| pool.running < pool.threads && pool.pause.is_over())
    }

    /// Whether too few tasks wait for the threads that are done with theirs.
    pub(super) fn has_room_next(&self) -> bool {
        self.pool.as_ref().is_some_and(|pool| pool.given - pool.running < pool.threads)
    }

    /// Starts work on another thread.
    pub(super) fn start(&mut self, work: Work) {
        self.pool.as_mut().expect("there are other threads").give(work);
    }

    /// Has work started by a thread that is done with other work.
    pub(super) fn start_next(&mut self, work: Work) {
        let pool = self.pool.as_mut().expect("there are other threads");
        pool.given += 1;
        pool.queue.lists().next.push_back(work);
    }

    /// Takes back work that was not started.
    pub(super) fn take_back(&mut self) -> Option<Work> {
        self.pool.as_mut()?.take_back()
    }

    /// Work that came to a thread on which it may not start. Nothing is started for a while then.
    #[inline]
    pub(super) fn take_refused(&mut self) -> Option<Work> {
        self.pool.as_mut()?.take_refused()
    }

    /// Something that has run on another thread.
    #[inline]
    pub(super) fn collect(&mut self) -> Option<Done> {
        self.pool.as_mut()?.collect()
    }
}

/// Sends a job to a pool, for a piece of work in the queue.
pub(crate) fn spawn<'scope>(sharing: &Sharing<'_, 'scope>, queue: &'scope WorkQueue<'_>) {
    send(sharing, queue, Message::Work);
}
