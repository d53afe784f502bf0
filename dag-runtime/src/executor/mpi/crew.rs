//! What runs a rank's tasks: its own thread, or those of a pool beside it.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::rank::elements::task_elements::{Ran, Sheet};
use super::rank::steal::elements::Loan;
use super::report::trace::Trace;
use crate::error::{Failure, Outcome, catch};
use crate::executor::rayon::{Message, Receiver, Sharing, Spot, inside, send};
use crate::graph::Job;
use crate::slot::{Cx, Position};
use crate::unwind::discard;

/// What threads share that run tasks.
pub(super) struct Bench<'run> {
    pub(super) job: &'run (dyn Job + Sync),
    pub(super) keep_going: bool,
    /// Whether no further element of a task may start.
    pub(super) stop: AtomicBool,
    /// Where somebody observes the run.
    pub(super) trace: Option<Trace<'run>>,
    desk: Mutex<Desk>,
    /// The thread that waits for what is done.
    owner: Thread,
}

/// What lies between those who run tasks and the thread that gives them some.
#[derive(Default)]
struct Desk {
    done: Vec<Done>,
    /// Work for the jobs that were sent, one piece for each.
    sent: VecDeque<Work>,
    /// What jobs could not start where they came to.
    refused: Vec<Work>,
    /// Tasks for those who are done with theirs, so that they need not wait to be given one.
    next: VecDeque<Work>,
}

/// What to run: a task, or some of its elements.
pub(super) struct Work {
    pub(super) node: u32,
    elements: Option<(Arc<Sheet>, Range<usize>)>,
}

impl Work {
    pub(super) fn whole(node: u32) -> Self {
        Work { node, elements: None }
    }

    pub(super) fn elements(node: u32, sheet: Arc<Sheet>, elements: Range<usize>) -> Self {
        Work { node, elements: Some((sheet, elements)) }
    }

    /// The elements; none where it is the whole task.
    pub(super) fn into_elements(self) -> Option<Range<usize>> {
        self.elements.map(|(_, elements)| elements)
    }
}

/// What has run.
pub(super) struct Done {
    pub(super) node: u32,
    pub(super) outcome: Ended,
    pub(super) nanos: u64,
    /// Whether who has run it goes on with another one.
    goes_on: bool,
}

/// What has become of it.
pub(super) enum Ended {
    Whole(Result<(), Reason>),
    /// So many elements.
    Elements(usize, Ran),
}

/// Why a task has failed, and at which element where it runs once for each of several.
pub(super) struct Reason {
    pub(super) element: Option<usize>,
    pub(super) failure: Failure,
}

impl Reason {
    /// Of a task as a whole.
    pub(super) fn whole(failure: Failure) -> Self {
        Reason { element: None, failure }
    }
}

/// Of the failures of a task's elements, keeps that of the first one; one of no element is the task's as
/// a whole, and comes before.
#[cold]
pub(super) fn keep_first(first: &mut Option<Reason>, reason: Reason) {
    let other = match first {
        Some(known) if known.element <= reason.element => Some(reason),
        _ => first.replace(reason),
    };
    discard(other.map(|other| other.failure));
}

impl<'run> Bench<'run> {
    pub(super) fn new(job: &'run (dyn Job + Sync), keep_going: bool, trace: Option<Trace<'run>>) -> Self {
        let stop = AtomicBool::new(false);
        Bench { job, keep_going, stop, trace, desk: Mutex::default(), owner: thread::current() }
    }

    /// Runs one task.
    #[inline]
    fn attempt(&self, node: u32) -> Result<(), Reason> {
        let position = Position::new();
        catch(|| self.call(node, &position)).map_err(|failure| self.fails(node, position.element(), failure))
    }

    /// A task has failed.
    #[cold]
    pub(super) fn fails(&self, node: u32, element: Option<usize>, failure: Failure) -> Reason {
        if let Some(trace) = &self.trace {
            trace.failed(node, element, &failure);
        }
        Reason { element, failure }
    }

    fn call(&self, node: u32, position: &Position) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: a task is started once, on one rank, after all that it waits for has finished or
        // arrived here, and by a thread that sees that. `Run::holds` keeps what it reads until it is done.
        let cx = unsafe { Cx::new(position) };
        let Some(trace) = &self.trace else { return self.job.call(node, &cx) };
        let start = trace.started(node);
        self.job.call(node, &cx)?;
        trace.finished(node, start);
        Ok(())
    }

    /// Runs what was given to it, and puts it where [`Crew::collect`] finds it; then other work, while
    /// there is some.
    fn run(&self, mut work: Work) {
        loop {
            let node = work.node;
            let start = Instant::now();
            let outcome = match work.elements {
                None => Ended::Whole(self.attempt(node)),
                Some((sheet, elements)) => Ended::Elements(elements.len(), sheet.run(self, elements)),
            };
            let nanos = start.elapsed().as_nanos() as u64;
            let mut desk = self.desk();
            let next = desk.next.pop_front();
            desk.done.push(Done { node, outcome, nanos, goes_on: next.is_some() });
            drop(desk);
            self.owner.unpark();
            match next {
                Some(next) => work = next,
                None => break,
            }
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receiver for Bench<'_> {
    /// Runs the work that a job was sent for, unless this thread is inside another task of the run: see the README of the
    /// executor on rayon.
    fn receive<'scope>(&'scope self, _: Message, here: Spot, sharing: &Sharing<'_, 'scope>) {
        let work = self.desk().sent.pop_front().expect("each job has a piece of work");
        if here.is_clear(sharing.began()) {
            inside(sharing.began(), || self.run(work));
        } else {
            self.desk().refused.push(work);
            self.owner.unpark();
        }
    }
}

/// How long a rank starts nothing on other threads after a refusal, at first and at most. All of them may wait in rayon inside
/// a task, and none tells when it is free.
const PAUSE: [Duration; 2] = [Duration::from_micros(20), Duration::from_millis(1)];

/// Those who run the tasks of a rank.
pub(super) struct Crew<'run> {
    bench: &'run Bench<'run>,
    /// Sends a job to another thread, where there are others.
    send: Option<&'run dyn Fn()>,
    threads: usize,
    /// How many tasks were given away and are not done, and how many threads run some.
    given: usize,
    running: usize,
    /// What is done and was not handed out.
    done: Vec<Done>,
    /// How long to pause after the next refusal, and until when after the last one.
    pause: Duration,
    paused: Option<Instant>,
}

impl<'run> Crew<'run> {
    /// This thread alone.
    pub(super) fn alone(bench: &'run Bench<'run>) -> Self {
        Crew {
            bench,
            send: None,
            threads: 1,
            given: 0,
            running: 0,
            done: Vec::new(),
            pause: PAUSE[0],
            paused: None,
        }
    }

    /// The threads of a pool, to which `send` sends jobs.
    pub(super) fn beside(bench: &'run Bench<'run>, send: &'run dyn Fn(), threads: usize) -> Self {
        Crew { send: Some(send), threads, ..Crew::alone(bench) }
    }

    /// Whether tasks run on other threads.
    pub(super) fn is_apart(&self) -> bool {
        self.send.is_some()
    }

    /// Whether only one task runs at a time.
    pub(super) fn is_single(&self) -> bool {
        self.threads == 1
    }

    /// How many tasks run at a time.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    pub(super) fn is_idle(&self) -> bool {
        self.given == 0
    }

    /// Whether a thread has nothing to do, as far as is known.
    pub(super) fn has_room(&self) -> bool {
        self.running < self.threads && self.paused.is_none_or(|until| Instant::now() >= until)
    }

    /// Whether too few tasks wait for the threads that are done with theirs.
    pub(super) fn has_room_next(&self) -> bool {
        self.given - self.running < self.threads
    }

    /// Runs a task on this thread.
    #[inline]
    pub(super) fn attempt(&self, node: u32) -> Result<(), Reason> {
        self.bench.attempt(node)
    }

    /// Whether anybody is told what runs.
    pub(super) fn is_observed(&self) -> bool {
        self.bench.trace.is_some()
    }

    /// Begins a task that runs once for each element of an output.
    pub(super) fn open(&self, node: u32) -> Result<Arc<Sheet>, Reason> {
        Sheet::open(self.bench, self.threads, node)
    }

    /// Ends one.
    pub(super) fn close(&self, sheet: &Sheet) -> Result<(), Reason> {
        sheet.close(self.bench)
    }

    /// Runs some elements of one on this thread.
    pub(super) fn run_elements(&self, sheet: &Sheet, elements: Range<usize>) -> Ran {
        sheet.run(self.bench, elements)
    }

    /// Begins a part of one, of another rank.
    pub(super) fn open_loan(&self, node: u32, loan: &mut Loan) -> Result<Arc<Sheet>, Reason> {
        Sheet::open_loan(self.bench, self.threads, node, loan)
    }

    /// Tells the observer of elements that have run on another rank.
    pub(super) fn tell(&self, sheet: &Sheet, count: usize) -> Result<(), Failure> {
        catch(|| sheet.tell(self.bench, count))
    }

    /// Tells the observer that a task has failed, or an element of it.
    pub(super) fn tell_failed(&self, node: u32, Reason { element, failure }: Reason) -> Reason {
        self.bench.fails(node, element, failure)
    }

    /// Has no further element start.
    pub(super) fn stop(&self) {
        self.bench.stop.store(true, Ordering::Relaxed);
    }

    /// Starts work on another thread.
    pub(super) fn start(&mut self, work: Work) {
        let send = self.send.expect("there are other threads");
        self.given += 1;
        self.running += 1;
        self.bench.desk().sent.push_back(work);
        send();
    }

    /// Has work started by who is done with other work.
    pub(super) fn start_next(&mut self, work: Work) {
        self.given += 1;
        self.bench.desk().next.push_back(work);
    }

    /// Takes back work that was not started.
    pub(super) fn take_back(&mut self) -> Option<Work> {
        if self.given == 0 {
            return None;
        }
        let work = self.bench.desk().next.pop_back()?;
        self.given -= 1;
        Some(work)
    }

    /// Work that came to a thread on which it may not start. Nothing is started for a while then.
    pub(super) fn take_refused(&mut self) -> Option<Work> {
        if self.given == 0 {
            return None;
        }
        let work = self.bench.desk().refused.pop()?;
        self.given -= 1;
        self.running -= 1;
        self.paused = Some(Instant::now() + self.pause);
        self.pause = (2 * self.pause).min(PAUSE[1]);
        Some(work)
    }

    /// Something that has run on another thread.
    pub(super) fn collect(&mut self) -> Option<Done> {
        if self.given == 0 {
            return None;
        }
        if self.done.is_empty() {
            core::mem::swap(&mut self.bench.desk().done, &mut self.done);
        }
        let done = self.done.pop()?;
        self.given -= 1;
        if !done.goes_on {
            self.running -= 1;
            // A thread is free.
            (self.pause, self.paused) = (PAUSE[0], None);
        }
        Some(done)
    }

    pub(super) fn trace(&self) -> Option<&'run Trace<'run>> {
        self.bench.trace.as_ref()
    }
}

/// Sends a job to a pool, for a piece of work at the desk.
pub(super) fn spawn<'scope>(sharing: &Sharing<'_, 'scope>, bench: &'scope Bench<'_>) {
    send(sharing, bench, Message::Work);
}
