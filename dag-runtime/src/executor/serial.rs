//! Runs on the calling thread, one task after the other.

mod failure;
mod observed;
mod retry;

use core::cell::Cell;
use core::mem::{self, ManuallyDrop};

#[cfg(feature = "rayon")]
use super::checkpoints::Checkpoints;
use super::options::{Options, options};
use crate::backend::Backend;
use crate::error::{Error, Outcome};
#[cfg(feature = "store")]
use crate::graph::KeptGraph;
use crate::graph::serial_walk::{PositionGuard, SerialHooks, SerialPosition};
use crate::graph::{Execute, Executor, Frame, Graph, Job, PartialFrame, RawGraph, StaticJob};
#[cfg(feature = "store")]
use crate::keep;
use crate::observe::{Monitor, Unobserved, is_watched};
use crate::slot::{Cx, Position, Written};
#[cfg(feature = "store")]
use crate::store::Store;
use crate::unwind::catch as catch_panic;

use failure::fail;
pub(super) use observed::run as run_observed;

/// Runs one task after the other, on the calling thread.
///
/// The order is [`Table::order`](crate::Table::order): depth-first in the order in which the graph lists its tasks, and always the
/// same. An output is dropped as soon as its last reader in this order is done. A run in which no task fails allocates nothing and uses no atomics, except
/// to check the limits of a graph that has some.
///
/// `Serial` is also a value, so that it can be written `graph.run(&Serial)`.
///
/// # Panics
///
/// Without the feature `std` a task's panic passes through `run`.
///
/// # Examples
///
/// ```
/// use dag_runtime::{Serial, dag, task};
///
/// #[task]
/// fn load(text: &str) -> Result<i32, std::num::ParseIntError> { text.parse() }
///
/// #[task(depends = [load])]
/// fn double(load: i32) -> i32 { 2 * load }
///
/// dag! { graph Parse<'a>(text: &'a str) -> double { load(text), double } }
///
/// assert_eq!(Parse { text: "21" }.run(&Serial).unwrap(), 42);
/// let error = Parse { text: "x" }.run(&Serial).unwrap_err();
/// assert_eq!(error.to_string(), "task `load` of graph `Parse` failed: invalid digit found in string");
/// assert_eq!(error.skipped(), ["double"]);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "an executor does nothing until a graph is run on it"]
pub struct Serial<M = Unobserved> {
    options: Options<M>,
}

/// [`Serial`](struct@Serial) as a value.
#[allow(non_upper_case_globals)]
pub const Serial: Serial = Serial { options: Options::DEFAULT };

impl Serial {
    /// The serial executor, as is the value `Serial`.
    pub const fn new() -> Self {
        Serial
    }
}

impl Default for Serial {
    fn default() -> Self {
        Serial
    }
}

options!(Serial {});

impl<G: Graph, M: Monitor> Executor<G> for Serial<M> {}

impl<G: RawGraph, M: Monitor> Execute<G> for Serial<M> {
    #[inline]
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(store) = self.options.monitor.store() {
                return run_kept(frame, store, &self.options.monitor, self.options.keep_going);
            }
        }
        if const { G::IS_LIMITED } {
            check_limits(frame)?;
        }
        run(frame, &self.options.monitor, Backend::Serial, 0, self.options.keep_going)
    }

    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(store) = self.options.monitor.store() {
                return run_kept(frame, store, &self.options.monitor, self.options.keep_going);
            }
        }
        if const { G::IS_LIMITED } {
            check_limits(frame)?;
        }
        let job: &dyn Job = frame;
        run(&job, &self.options.monitor, Backend::Serial, 0, self.options.keep_going)
    }
}

/// No run ends early without other threads that could take it over.
#[cfg(not(feature = "rayon"))]
pub(super) struct Checkpoints<'run>(core::convert::Infallible, core::marker::PhantomData<&'run ()>);

#[cfg(not(feature = "rayon"))]
impl Checkpoints<'_> {
    fn allow(&self, _: u32) -> bool {
        match self.0 {}
    }
}

/// Where a serial walk is, or where it has stopped. A panic is caught once around all tasks: this tells which task panicked.
struct StopPoint<'run> {
    position: Cell<SerialPosition>,
    /// The element at which the task has stopped.
    element: Position<'run>,
}

impl<'run> StopPoint<'run> {
    /// Before the first task. `element` is that of its call.
    const fn new(element: Position<'run>) -> Self {
        StopPoint { position: Cell::new(SerialPosition::START), element }
    }
}

/// Runs all tasks of a job, one after the other.
#[inline]
pub(super) fn run<J: StaticJob>(
    job: &J,
    monitor: &impl Monitor,
    backend: Backend,
    worker: usize,
    keep_going: bool,
) -> Result<(), Error> {
    if is_watched(monitor) || keep_going {
        return run_observed(job, monitor, backend, worker, keep_going);
    }
    // Kept separate so that small graphs inline fully.
    run_unobserved(job, None)
}

/// Runs all tasks of a graph with `keep`, one after the other, with a store.
#[cfg(feature = "store")]
pub(super) fn run_kept(
    graph: &dyn KeptGraph,
    store: &Store,
    monitor: &dyn Monitor,
    keep_going: bool,
) -> Result<(), Error> {
    keep::run(graph, store, monitor, |job, monitor| {
        let job: &dyn Job = job;
        check_limits(job)?;
        run(&job, monitor, Backend::Serial, 0, keep_going)
    })
}

/// Checks that no task takes more units of a limit than there are. One task at a time then keeps all limits.
#[cold]
pub(super) fn check_limits(job: &dyn Job) -> Result<(), Error> {
    match job.table().limits() {
        Some(limits) => job.units(limits, None).map(drop),
        None => Ok(()),
    }
}

/// Runs tasks of a job in the serial order, until a checkpoint ends the run, if there are any. The outputs that only these tasks
/// read are dropped.
///
/// # Errors
///
/// Fails if a task fails.
// The handling of failures is not generic, so that it is not compiled again for each graph.
#[inline]
pub(super) fn run_unobserved<J: StaticJob>(
    job: &J,
    checkpoints: Option<&Checkpoints<'_>>,
) -> Result<(), Error> {
    let stop_point = StopPoint::new(Position::new());
    // Dropped by `fail`, if there is something to drop.
    let mut ended = ManuallyDrop::new(catch_panic(|| walk_unobserved(job, &stop_point, checkpoints)));
    if matches!(*ended, Ok(Ok(()))) {
        return Ok(());
    }
    if const { J::RETRIES } {
        let failed = ManuallyDrop::into_inner(ended);
        ended = ManuallyDrop::new(retry::resume(&job, &stop_point, checkpoints, failed));
        if matches!(*ended, Ok(Ok(()))) {
            return Ok(());
        }
    }
    // Slots and a stop point whose address does not escape may become registers.
    let holding: Option<&dyn Job> = if const { J::IS_TRIVIAL } { None } else { Some(job) };
    Err(fail(
        job.table(),
        holding,
        stop_point.position.get(),
        stop_point.element.element(),
        ManuallyDrop::into_inner(ended),
    ))
}

/// Runs tasks until a checkpoint ends the walk, or until one fails. Uses straight-line code if there is such code and its order is the serial
/// one.
#[inline]
fn walk_unobserved<J: StaticJob>(
    job: &J,
    stop_point: &StopPoint<'_>,
    checkpoints: Option<&Checkpoints<'_>>,
) -> Outcome<()> {
    let by_number = |node| call(job, node, stop_point);
    // In constants, so that branches that cannot be taken are not compiled.
    if const { matches!(J::IN_ORDER, Some(false)) } {
        return walk(job, stop_point, checkpoints, 0, by_number);
    }
    if const { J::IN_ORDER.is_none() } && !job.view().is_in_order() {
        return walk(job, stop_point, checkpoints, 0, by_number);
    }
    #[allow(unsafe_code)]
    // SAFETY: the order is the serial one, as in `call`.
    let cx = unsafe { Cx::new(&stop_point.element) };
    // A panic leaves no error behind, so nothing has to be dropped while it unwinds.
    let outcome = ManuallyDrop::new(Cell::new(Ok(())));
    job.in_order(&cx, &PositionHooks { job, stop_point, checkpoints, outcome: &outcome });
    ManuallyDrop::into_inner(outcome).into_inner()
}

/// Records the position of a walk, and drops outputs.
struct PositionHooks<'run, J> {
    job: &'run J,
    stop_point: &'run StopPoint<'run>,
    checkpoints: Option<&'run Checkpoints<'run>>,
    /// How the walk has ended. By reference, so that the compiler knows that this struct never changes.
    outcome: &'run Cell<Outcome<()>>,
}

impl<J: StaticJob> SerialHooks for PositionHooks<'_, J> {
    #[inline(always)]
    fn before(&self, node: u32) -> PositionGuard<'_> {
        PositionGuard::running(node, &self.stop_point.position)
    }

    #[inline(always)]
    fn after(&self, guard: PositionGuard<'_>, outcome: Outcome<Written>) -> bool {
        // The value replaced has nothing to drop. It is forgotten, so that its drop is not compiled in each program.
        if let Err(error) = outcome {
            mem::forget(self.outcome.replace(Err(error)));
            return true;
        }
        let node = guard.pass();
        release_after(self.job, node, node, self.stop_point);
        false
    }

    #[inline(always)]
    fn goes_on(&self, done: u32) -> bool {
        match self.checkpoints {
            Some(checkpoints) => checkpoints.allow(done),
            None => true,
        }
    }
}

/// Runs the tasks of the serial order from `position` on, each by `call`, until a checkpoint ends the walk or one fails.
#[inline]
fn walk<J: StaticJob>(
    job: &J,
    stop_point: &StopPoint<'_>,
    checkpoints: Option<&Checkpoints<'_>>,
    mut position: u32,
    call: impl Fn(u32) -> Outcome<()>,
) -> Outcome<()> {
    // Without an iterator, which would cost compile time in each program.
    let mut left = &job.view().serial_order()[position as usize..];
    while let &[node, ref rest @ ..] = left {
        if let Some(checkpoints) = checkpoints {
            if !checkpoints.allow(position) {
                break;
            }
        }
        let guard = PositionGuard::running(position, &stop_point.position);
        call(node)?;
        guard.pass();
        release_after(job, node, position, stop_point);
        (left, position) = (rest, position + 1);
    }
    Ok(())
}

/// Runs one task.
#[inline]
fn call<J: Job>(job: &J, node: u32, stop_point: &StopPoint<'_>) -> Outcome<()> {
    #[allow(unsafe_code)]
    // SAFETY: in the serial order a task comes after its dependencies, and tasks whose dependencies have not finished are
    // left out after a failure. An output is released after its last reader in this order.
    let cx = unsafe { Cx::new(&stop_point.element) };
    job.call(node, &cx)
}

/// Drops the outputs that are not needed after a task.
#[inline(always)]
fn release_after<J: StaticJob>(job: &J, node: u32, position: u32, stop_point: &StopPoint<'_>) {
    if const { J::IS_TRIVIAL } {
        return;
    }
    let mut releases = job.view().releases_of(node);
    while let &[output, ref rest @ ..] = releases {
        let guard = PositionGuard::releasing(position, output, &stop_point.position);
        release(job, output);
        guard.pass();
        releases = rest;
    }
}

/// Drops a task's output, if it is there.
#[inline]
#[allow(unsafe_code)]
fn release<J: Job>(job: &J, node: u32) {
    // SAFETY: the walk is past the last reader of this output in the serial order.
    unsafe { job.slots().release(job.view().place(node)) }
}
