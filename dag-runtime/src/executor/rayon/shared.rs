//! A run that the threads of a pool share.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use ::rayon::{current_num_threads, current_thread_index, scope};

use super::each::EachTask;
use super::flow::{Flow, Ran, Worker};
use super::lists::Lists;
use super::nesting::{Message, Receiver, Sharing, Spot, inside, scoped, send};
use super::waiting;
use super::walk::{Course, Walk};
use crate::backend::Backend;
use crate::error::{Error, Failure, Outcome, catch, guard};
use crate::executor::given::Given;
use crate::executor::outcome::{self, Failed};
use crate::graph::Job;
use crate::observe::{Clock, Observer, Watch, is_watched};
use crate::slot::{Cx, Position};
use crate::unwind::ignore;

/// How a run that is shared begins.
pub(super) enum Begin<'run> {
    /// When these tasks are done.
    After(&'run [u32]),
    /// On one thread only, until then.
    Alone(Instant),
    ByLists(&'run Lists),
}

/// Runs the tasks of a job on the threads of the current pool. Says whether one has run them all, as far as that is looked
/// at.
pub(super) fn run_shared(
    begin: Begin<'_>,
    job: &(dyn Job + Sync),
    observer: &(dyn Observer + Sync),
    keep_going: bool,
    given: &Given,
) -> Result<bool, Error> {
    let (view, threads) = (job.view(), current_num_threads());
    let measured = given.of(job.table());
    let flow = |done| {
        let urgency = measured.as_deref().map_or_else(|| view.urgency(), |measured| measured.urgency(view));
        Flow::new(view, urgency, u32::try_from(threads).unwrap_or(u32::MAX), keep_going, done)
    };
    let (course, hold_back) = match begin {
        Begin::After(done) => (Course::Flow(flow(done)), None),
        Begin::Alone(until) => (Course::Flow(flow(&[])), Some(until)),
        Begin::ByLists(lists) => (Course::Walk(Walk::new(view, lists)), None),
    };
    let each_tasks = course.flow().map(Flow::each_tasks).into_iter().flatten();
    let mut run = Run {
        job,
        watched: is_watched(observer).then(|| (observer, Clock::start())),
        keep_going,
        stop: AtomicBool::new(false),
        hold_back,
        helped: AtomicBool::new(false),
        failures: Mutex::new(Vec::new()),
        each: each_tasks.map(|node| EachTask::new(node, threads)).collect(),
        course,
    };
    if let Some(watch) = run.watch() {
        outcome::start(&watch, Backend::Rayon, threads)?;
    }
    if current_thread_index().is_some() {
        run.share();
    } else {
        // A thread of the global pool begins.
        scope(|_| run.share());
    }
    run.end()?;
    Ok(!*run.helped.get_mut())
}

/// The number of this thread in its pool.
pub(super) fn worker() -> usize {
    current_thread_index().unwrap_or(0)
}

/// What the workers of a run share.
pub(super) struct Run<'run> {
    pub(super) job: &'run (dyn Job + Sync),
    watched: Option<(&'run (dyn Observer + Sync), Clock)>,
    pub(super) keep_going: bool,
    /// Whether no further element may start.
    pub(super) stop: AtomicBool,
    /// Until when the first worker is to be alone, as long as it has a task.
    hold_back: Option<Instant>,
    /// Whether another worker has run a task.
    helped: AtomicBool,
    failures: Mutex<Vec<Failed>>,
    /// The tasks that run once for each element of an output.
    each: Box<[EachTask]>,
    course: Course<'run>,
}

impl Run<'_> {
    /// Runs all tasks: what the first worker does.
    fn share(&self) {
        scoped(&mut |sharing| {
            let list = |list| send(sharing, self, Message::Walk(list));
            self.course.start(&Hand { run: self, sharing }, list);
        });
        // All jobs have ended. Tasks are left where all workers that were sent for them were refused.
        while let Some(flow) = self.course.flow().filter(|flow| flow.has_left_tasks()) {
            scoped(&mut |sharing| _ = flow.take_up(&Hand { run: self, sharing }));
        }
    }

    pub(super) fn watch(&self) -> Option<Watch<'_>> {
        self.watched.map(|(observer, clock)| Watch::new(observer, self.job.table(), clock))
    }

    #[cold]
    fn fails(&self, node: u32, element: Option<usize>, failure: Failure, finished: bool) {
        if !self.keep_going {
            self.stop.store(true, Ordering::Relaxed);
        }
        if let Some(watch) = self.watch() {
            ignore(|| watch.failed(node, worker(), element, &failure));
        }
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.push(Failed { node, element, failure, finished });
    }

    /// A task was not begun, since nothing is to start any more.
    #[cold]
    fn stop_at(&self, node: u32) {
        if let Some(flow) = self.course.flow() {
            flow.stop(node);
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        for each in &self.each {
            // Of a run that was stopped, some may be open.
            self.fail_by_element(each);
            each.clear();
        }
        let failures = self.failures.get_mut().unwrap_or_else(PoisonError::into_inner);
        let failures = core::mem::take(failures);
        let watch = self.watch();
        let flow = self.course.flow();
        if !failures.is_empty() || flow.is_some_and(Flow::is_stopped) {
            let held_back = &mut flow.into_iter().flat_map(Flow::held_back);
            outcome::release_all(self.job);
            return Err(outcome::fail(self.job.table(), watch.as_ref(), worker(), failures, held_back));
        }
        match watch {
            Some(watch) => outcome::succeed(self.job, &watch),
            None => Ok(()),
        }
    }

    /// Tells the first failure of an element of a task, if one has failed, and keeps all. Says whether one has.
    fn fail_by_element(&self, each: &EachTask) -> bool {
        let mut failed = each.take_failures().into_iter();
        let Some((element, failure)) = failed.next() else { return false };
        self.fails(each.node, element, failure, false);
        let others =
            failed.map(|(element, failure)| Failed { node: each.node, element, failure, finished: false });
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).extend(others);
        true
    }
}

impl Receiver for Run<'_> {
    fn receive<'scope>(&'scope self, message: Message, here: Spot, sharing: &Sharing<'_, 'scope>) {
        let (hand, is_clear) = (Hand { run: self, sharing }, here.is_clear(sharing.began()));
        let helped = match (message, self.course.flow()) {
            (Message::Walk(list), _) => {
                self.course.walk(list, is_clear, &hand);
                false
            }
            (_, None) => false,
            (Message::Work, Some(flow)) if is_clear => {
                if let Some(until) = self.hold_back {
                    flow.hold_back(|| Instant::now() >= until);
                }
                flow.work(&hand)
            }
            (Message::Work, Some(flow)) => {
                flow.refuse(&hand);
                false
            }
            (Message::Offer, Some(flow)) if is_clear => flow.take_up(&hand),
            (Message::Offer, Some(flow)) => {
                waiting::hold(sharing.began(), |other| match other {
                    Some(other) => flow.pass_on(&hand, other),
                    None => flow.park(),
                });
                false
            }
        };
        if helped {
            self.helped.store(true, Ordering::Relaxed);
        }
    }
}

/// One worker, on its thread.
struct Hand<'hand, 'scope, 'run> {
    run: &'scope Run<'run>,
    sharing: &'hand Sharing<'hand, 'scope>,
}

impl<'scope> Worker for Hand<'_, 'scope, '_> {
    #[inline]
    fn run(&self, node: u32) -> bool {
        match inside(self.sharing.began(), || catch(|| call(self.run, node))) {
            Ok(()) => true,
            Err(failure) if failure.is_stop() => {
                self.run.stop_at(node);
                false
            }
            Err(failure) => {
                self.run.fails(node, None, failure, false);
                false
            }
        }
    }

    fn open(&self, node: u32, each: usize) -> Option<usize> {
        let run = self.run;
        match inside(self.sharing.began(), || catch(|| run.each[each].open(run))) {
            Ok(width) => Some(width),
            Err(failure) if failure.is_stop() => {
                run.stop_at(node);
                None
            }
            Err(failure) => {
                run.each[each].clear();
                run.fails(node, None, failure, false);
                None
            }
        }
    }

    fn run_elements(&self, _: u32, each: usize, elements: Range<usize>) -> Ran {
        inside(self.sharing.began(), || self.run.each[each].run(self.run, elements))
    }

    fn close(&self, node: u32, each: usize) -> bool {
        let run = self.run;
        if run.fail_by_element(&run.each[each]) {
            run.each[each].clear();
            return false;
        }
        match inside(self.sharing.began(), || catch(|| run.each[each].close(run))) {
            Ok(()) => true,
            Err(failure) => {
                run.each[each].clear();
                run.fails(node, None, failure, false);
                false
            }
        }
    }

    fn release(&self, node: u32) -> bool {
        match guard(|| release(self.run.job, node)) {
            Ok(()) => true,
            Err(failure) => {
                self.run.fails(node, None, failure, true);
                false
            }
        }
    }

    #[cold]
    fn recruit(&self) {
        send(self.sharing, self.run, Message::Work);
    }

    #[cold]
    fn offer(&self) {
        send(self.sharing, self.run, Message::Offer);
    }
}

/// Runs one task.
#[inline]
fn call(run: &Run<'_>, node: u32) -> Outcome<()> {
    let position = Position::new();
    #[allow(unsafe_code)]
    // SAFETY: the flow, or the walk before it, has a task run once, by a worker to which all its
    // dependencies have finished; the flow has an output released once all its readers are done.
    let cx = unsafe { Cx::new(&position) };
    let Some(watch) = run.watch() else { return run.job.call(node, &cx) };
    watch.go_on()?;
    let start = watch.started(node, worker());
    run.job.call(node, &cx)?;
    watch.finished(node, worker(), start);
    Ok(())
}

/// Drops a task's output, if it is there.
#[allow(unsafe_code)]
fn release(job: &dyn Job, node: u32) {
    // SAFETY: the flow has an output released when it was the last thing that its last reader did,
    // and by a worker that sees what all readers did.
    unsafe { job.slots().release(job.view().place(node)) }
}
