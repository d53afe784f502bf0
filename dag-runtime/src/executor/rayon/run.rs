//! A run on a rayon pool.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ::rayon::{Scope, ThreadPool, current_num_threads, current_thread_index, scope};

use super::brief::{Deadline, alone_limit, is_for_lists, is_small};
use super::each::EachTask;
use super::flow::{Flow, Ran, Worker};
use super::lists::Lists;
use super::walk::{Course, Walk};
use crate::error::{Error, Failure};
use crate::executor::given::Given;
use crate::executor::outcome::{self, Failed};
use crate::executor::unwind::{catch, guard, ignore};
use crate::executor::{Backend, serial};
use crate::graph::{Job, Known};
use crate::observe::{Clock, Observer, Watch, is_watched};
use crate::slot::{Cx, Position};
use crate::table::Expected;
use crate::task::Outcome;

/// Runs all tasks of a job on a pool, or on the current one. Where the pool is `private`, no task can
/// tell by its pool that it runs in another thread.
#[inline]
pub(in crate::executor) fn run(
    pool: Option<&ThreadPool>,
    private: bool,
    job: &(impl Known + Sync),
    observer: &(dyn Observer + Sync),
    keep_going: bool,
    given: &Given,
) -> Result<(), Error> {
    let alone = |deadline: Option<&Deadline>| serial::run_plainly(job, deadline);
    run_on(pool, private, job, &alone, observer, keep_going, given)
}

/// As [`run`], with what runs the job on one thread, until a deadline if there is one. Not generic, so that programs do
/// not have to compile it.
fn run_on(
    pool: Option<&ThreadPool>,
    private: bool,
    job: &(dyn Job + Sync),
    alone: &(dyn Fn(Option<&Deadline>) -> Result<(), Error> + Sync),
    observer: &(dyn Observer + Sync),
    keep_going: bool,
    given: &Given,
) -> Result<(), Error> {
    let threads = u32::try_from(threads(pool)).unwrap_or(u32::MAX);
    let inside = is_inside(pool);
    if threads == 1 && (inside || !private) {
        // Nobody to share with: no state of the tasks is needed.
        let run = || {
            let watch = Watch::of(&observer, job.table());
            if watch.is_some() || keep_going {
                return serial::run_watched(job, watch, Backend::Rayon, worker(), keep_going);
            }
            alone(None)
        };
        return if inside { run() } else { enter(pool, |_| run()) };
    }
    let (base, pace) = (if inside { SHARING } else { ENTERING }, job.table().pace());
    if is_watched(observer) || keep_going {
        // What such a run takes says nothing of one without.
        return run_shared(pool, Begin::After(&[]), job, observer, keep_going, given).map(|_| ());
    }
    let expected = pace.expected();
    let tasks = u32::try_from(job.view().len()).unwrap_or(u32::MAX);
    if expected == Expected::Alone {
        let walk = || {
            let deadline = Deadline::new(base, pace.shared(), tasks);
            alone(Some(&deadline))?;
            let (took, fast, short) = deadline.verdict(tasks);
            pace.tell_alone(took, fast, short);
            Ok(deadline.missed())
        };
        let missed = if inside || private { walk() } else { enter(pool, |_| walk()) };
        let Some(done) = missed? else { return Ok(()) };
        let done = &job.view().serial_order()[..done as usize];
        return run_shared(pool, Begin::After(done), job, observer, false, given).map(|_| ());
    }
    if expected == Expected::Shared
        && let Some(lists) = lists_of(job, threads, tasks, given)
    {
        let start = Instant::now();
        run_shared(pool, Begin::ByLists(lists), job, observer, false, given)?;
        let took = start.elapsed();
        pace.tell_listed(took, is_small(took, base, tasks));
        return Ok(());
    }
    let start = Instant::now();
    let hold_back =
        (expected == Expected::Maybe).then(|| start + alone_limit(pace.without_lists(), base, tasks));
    let begin = hold_back.map_or(Begin::After(&[]), Begin::Alone);
    let alone = run_shared(pool, begin, job, observer, false, given)?;
    let end = Instant::now();
    match hold_back {
        Some(limit) => pace.tell_tried(alone && end <= limit),
        None => pace.tell_shared(end - start, is_small(end - start, base, tasks)),
    }
    Ok(())
}

/// What a short run may take beside its tasks, on a thread of the pool: what it costs to have another
/// one help.
const SHARING: Duration = Duration::from_micros(2);

/// The same on another thread: what it costs to enter the pool.
const ENTERING: Duration = Duration::from_micros(12);

/// Whether the caller is a thread of the pool, or of the current one.
fn is_inside(pool: Option<&ThreadPool>) -> bool {
    pool.map_or_else(current_thread_index, ThreadPool::current_thread_index).is_some()
}

/// The lists by which the next run is to be shared, if it is.
fn lists_of(job: &dyn Job, threads: u32, tasks: u32, given: &Given) -> Option<&'static Lists> {
    let (view, pace) = (job.view(), job.table().pace());
    if threads == 1 || !is_for_lists(pace.shared(), threads, tasks) || given.of(job.table()).is_some() {
        return None;
    }
    pace.lists(view, threads).filter(|_| pace.prefers_lists())
}

/// How a run that is shared begins.
enum Begin<'run> {
    /// When these tasks are done.
    After(&'run [u32]),
    /// On one thread only, until then.
    Alone(Instant),
    ByLists(&'run Lists),
}

/// Runs the tasks of a job on the threads of a pool. Says whether one has run them all, as far as that is looked at.
fn run_shared(
    pool: Option<&ThreadPool>,
    begin: Begin<'_>,
    job: &(dyn Job + Sync),
    observer: &(dyn Observer + Sync),
    keep_going: bool,
    given: &Given,
) -> Result<bool, Error> {
    let (view, threads) = (job.view(), threads(pool));
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
    enter(pool, |scope| {
        let run = &run;
        run.course.start(&Hand { run, scope }, |list| {
            scope.spawn(move |scope| run.course.walk(list, &Hand { run, scope }));
        });
    });
    run.end()?;
    Ok(!*run.helped.get_mut())
}

/// Runs a job by lists, whatever is known of its runs.
#[cfg(all(test, not(loom)))]
pub(in crate::executor) fn run_by_lists(
    pool: &ThreadPool,
    lists: &Lists,
    job: &(dyn Job + Sync),
) -> Result<(), Error> {
    run_shared(Some(pool), Begin::ByLists(lists), job, &(), false, &Given::NONE).map(|_| ())
}

/// How many threads a pool, or the current one, has.
pub(in crate::executor) fn threads(pool: Option<&ThreadPool>) -> usize {
    pool.map_or_else(current_num_threads, ThreadPool::current_num_threads)
}

/// Calls `body` in a pool, and waits for all that it spawns.
fn enter<'scope, R: Send>(pool: Option<&ThreadPool>, body: impl FnOnce(&Scope<'scope>) -> R + Send) -> R {
    match pool {
        Some(pool) => pool.scope(body),
        None => scope(body),
    }
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

/// One worker, on its thread.
struct Hand<'hand, 'scope, 'run> {
    run: &'scope Run<'run>,
    scope: &'hand Scope<'scope>,
}

impl<'scope> Worker for Hand<'_, 'scope, '_> {
    #[inline]
    fn run(&self, node: u32) -> bool {
        match catch(|| call(self.run, node)) {
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
        match catch(|| run.each[each].open(run)) {
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
        self.run.each[each].run(self.run, elements)
    }

    fn close(&self, node: u32, each: usize) -> bool {
        let run = self.run;
        if run.fail_by_element(&run.each[each]) {
            run.each[each].clear();
            return false;
        }
        match catch(|| run.each[each].close(run)) {
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
        let run = self.run;
        self.scope.spawn(move |scope| {
            if let (Some(until), Some(flow)) = (run.hold_back, run.course.flow()) {
                flow.hold_back(|| Instant::now() >= until);
            }
            if run.course.work(&Hand { run, scope }) {
                run.helped.store(true, Ordering::Relaxed);
            }
        });
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
