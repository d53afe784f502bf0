//! One task after the other, on the calling thread.

mod watched;

use alloc::vec::Vec;
use core::cell::Cell;
use core::mem::{self, ManuallyDrop};

#[cfg(feature = "rayon")]
use super::deadline::Deadline;
use super::options::{Options, options};
use super::outcome::{self, Failed};
use crate::backend::Backend;
use crate::error::{Error, Outcome, guard, result};
use crate::graph::serial_walk::{PositionGuard, SerialHooks, SerialPosition};
use crate::graph::{Execute, Executor, Frame, Graph, Job, RawGraph, StaticJob};
use crate::observe::{Monitor, Unobserved, Watch};
use crate::slot::{Cx, Position, Written};
use crate::table::Table;
use crate::unwind::{Payload, catch as catch_panic};

pub(super) use watched::run as run_watched;

/// Runs one task after the other, on the calling thread.
///
/// The order is [`Table::order`](crate::Table::order): depth-first in the order of the graph's
/// list, the same every time. An output is dropped as soon as its last reader in this order is
/// done. A run in which no task fails allocates nothing and uses no atomics.
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
        let watch = Watch::of(&self.options.monitor, frame.table());
        run(frame, watch, Backend::Serial, 0, self.options.keep_going)
    }
}

/// Without threads to hand a run over to, there is none.
#[cfg(not(feature = "rayon"))]
pub(super) enum Deadline {}

#[cfg(not(feature = "rayon"))]
impl Deadline {
    fn allows(&self, _: u32) -> bool {
        match *self {}
    }
}

/// Where a walk has ended early. Panics are caught once around all tasks, not for each: this says whose they are.
struct Halt {
    position: Cell<SerialPosition>,
    /// At which element its task has stopped.
    element: Position,
}

impl Halt {
    const fn new() -> Self {
        Halt { position: Cell::new(SerialPosition::START), element: Position::new() }
    }
}

/// Runs all tasks of a job, one after the other.
#[inline]
pub(super) fn run<J: StaticJob>(
    job: &J,
    watch: Option<Watch<'_>>,
    backend: Backend,
    worker: usize,
    keep_going: bool,
) -> Result<(), Error> {
    if watch.is_some() || keep_going {
        return run_watched(job, watch, backend, worker, keep_going);
    }
    // Apart from that, so that the compiler sees straight through a small graph.
    run_plainly(job, None)
}

/// Runs tasks of a job, one after the other, until they take too long, if there is a deadline: that tells how many
/// have finished then, in the serial order. Outputs that only these read are dropped.
///
/// # Errors
///
/// Fails where a task does.
// What comes after a failure is not generic, so that programs do not have to compile it.
#[inline]
pub(super) fn run_plainly<J: StaticJob>(job: &J, deadline: Option<&Deadline>) -> Result<(), Error> {
    let halt = Halt::new();
    // Dropped by `fail`, if there is something to drop.
    let ended = ManuallyDrop::new(catch_panic(|| walk_plainly(job, &halt, deadline)));
    if matches!(*ended, Ok(Ok(()))) {
        return Ok(());
    }
    // Slots and a halt that no other function is told of may become registers.
    let holding: Option<&dyn Job> = if const { J::IS_TRIVIAL } { None } else { Some(job) };
    Err(fail(
        job.table(),
        holding,
        halt.position.get(),
        halt.element.element(),
        ManuallyDrop::into_inner(ended),
    ))
}

/// Ends a run at its first failure. Nothing is left in the slots of the job, which is given where there may be something.
#[cold]
fn fail(
    table: &'static Table,
    holding: Option<&dyn Job>,
    at: SerialPosition,
    element: Option<usize>,
    ended: Result<Outcome<()>, Payload>,
) -> Error {
    let view = table.view();
    let (ran, left) = view.serial_order().split_at(at.position() + 1);
    let last = ran[ran.len() - 1];
    let node = at.releasing().unwrap_or(last);
    let failed = result(ended).err().map(|failure| {
        let finished = at.releasing().is_some();
        Failed { node, element, failure, finished }
    });
    let mut failures = Vec::from_iter(failed);
    if let Some(job) = holding {
        if at.releasing().is_some() {
            failures.extend(release_each(job, last));
        }
        outcome::release_all(job);
    }
    outcome::fail(table, None, 0, failures, &mut left.iter().copied())
}

/// Drops the outputs that are not needed after a task, each of which may panic.
#[cold]
fn release_each(job: &dyn Job, node: u32) -> impl Iterator<Item = Failed> {
    job.view().releases_of(node).iter().filter_map(move |&output| {
        let failure = guard(|| release(&job, output)).err()?;
        Some(Failed { node: output, element: None, failure, finished: true })
    })
}

/// Runs tasks until the deadline, or one fails: by code without a jump, where there is such code and it has the right
/// order.
#[inline]
fn walk_plainly<J: StaticJob>(job: &J, halt: &Halt, deadline: Option<&Deadline>) -> Outcome<()> {
    let by_number = |node| call(job, node, halt);
    // In constants, so that what cannot be is not compiled.
    if const { matches!(J::IN_ORDER, Some(false)) } {
        return walk(job, halt, deadline, by_number);
    }
    if const { J::IN_ORDER.is_none() } && !job.view().is_in_order() {
        return walk(job, halt, deadline, by_number);
    }
    #[allow(unsafe_code)]
    // SAFETY: the order is the serial one: as in `call`.
    let cx = unsafe { Cx::new(&halt.element) };
    // A panic, on whose way nothing is to be looked at, finds no error there.
    let outcome = ManuallyDrop::new(Cell::new(Ok(())));
    job.in_order(&cx, &PositionHooks { job, halt, deadline, outcome: &outcome });
    ManuallyDrop::into_inner(outcome).into_inner()
}

/// Keeps up where a walk is, and drops outputs.
struct PositionHooks<'run, J> {
    job: &'run J,
    halt: &'run Halt,
    deadline: Option<&'run Deadline>,
    /// How the walk has ended. Not in here: so the compiler knows that nothing of this ever changes.
    outcome: &'run Cell<Outcome<()>>,
}

impl<J: StaticJob> SerialHooks for PositionHooks<'_, J> {
    #[inline(always)]
    fn before(&self, node: u32) -> PositionGuard<'_> {
        PositionGuard::running(node, &self.halt.position)
    }

    #[inline(always)]
    fn after(&self, guard: PositionGuard<'_>, outcome: Outcome<Written>) -> bool {
        // What has nothing to drop is forgotten, so that no program has to compile how that is dropped.
        if let Err(error) = outcome {
            mem::forget(self.outcome.replace(Err(error)));
            return true;
        }
        let node = guard.pass();
        release_after(self.job, node, node, self.halt);
        false
    }

    #[inline(always)]
    fn goes_on(&self, done: u32) -> bool {
        match self.deadline {
            Some(deadline) => deadline.allows(done),
            None => true,
        }
    }
}

/// Runs tasks, each by `call`, until the deadline, or one fails.
#[inline]
fn walk<J: StaticJob>(
    job: &J,
    halt: &Halt,
    deadline: Option<&Deadline>,
    call: impl Fn(u32) -> Outcome<()>,
) -> Outcome<()> {
    // Not by an iterator: all that those of the core library may do would be looked at by the compiler in each program.
    let (mut left, mut position) = (job.view().serial_order(), 0);
    while let &[node, ref rest @ ..] = left {
        if let Some(deadline) = deadline {
            if !deadline.allows(position) {
                break;
            }
        }
        let guard = PositionGuard::running(position, &halt.position);
        call(node)?;
        guard.pass();
        release_after(job, node, position, halt);
        (left, position) = (rest, position + 1);
    }
    Ok(())
}

/// Runs one task.
#[inline]
fn call<J: Job>(job: &J, node: u32, halt: &Halt) -> Outcome<()> {
    #[allow(unsafe_code)]
    // SAFETY: in the serial order a task comes after its dependencies, and `fail` leaves out those
    // of which one has not finished. An output is released after its last reader in this order.
    let cx = unsafe { Cx::new(&halt.element) };
    job.call(node, &cx)
}

/// Drops the outputs that are not needed after a task.
#[inline(always)]
fn release_after<J: StaticJob>(job: &J, node: u32, position: u32, halt: &Halt) {
    if const { J::IS_TRIVIAL } {
        return;
    }
    let mut releases = job.view().releases_of(node);
    while let &[output, ref rest @ ..] = releases {
        let guard = PositionGuard::releasing(position, output, &halt.position);
        release(job, output);
        guard.pass();
        releases = rest;
    }
}

/// Drops a task's output, if it is there.
#[inline]
#[allow(unsafe_code)]
fn release<J: Job>(job: &J, node: u32) {
    // SAFETY: the walk has come to the last reader of this output in the serial order.
    unsafe { job.slots().release(job.view().place(node)) }
}
