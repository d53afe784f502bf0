//! What runs a rank's tasks: its own thread, or those of a pool beside it.

use alloc::vec::Vec;
use std::time::{Duration, Instant};

use super::execution::Execution;
use super::work::{Done, Work, WorkQueue};

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
    #[inline]
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
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.pool.as_ref().is_none_or(|pool| pool.running < pool.threads && pool.pause.is_over())
    }

    /// Whether too few tasks wait for the threads that are done with theirs.
    #[inline]
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
