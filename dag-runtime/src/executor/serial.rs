//! One task after the other, on the calling thread.

mod watched;

use alloc::vec;
use core::cell::Cell;

use super::outcome::{self, Failed};
#[cfg(feature = "rayon")]
use super::rayon::Deadline;
use super::unwind::catch;
use super::{Backend, Executor};
use crate::error::{Error, Failure};
use crate::graph::{Frame, Graph, Job};
use crate::observe::{Observer, Watch};
use crate::slot::{Cx, EachCell, Position};
use crate::steps::{Cursor, Mark, Steps};
use crate::stop::Stop;
use crate::table::Table;
use crate::task::Outcome;
use watched::Walk;

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
pub struct Serial<O = ()> {
    keep_going: bool,
    observer: O,
}

/// [`Serial`](struct@Serial) as a value.
#[allow(non_upper_case_globals)]
pub const Serial: Serial = Serial { keep_going: false, observer: () };

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

impl<O: Observer> Serial<O> {
    /// After a failure, goes on with all that does not depend on the failed task.
    pub fn keep_going(self) -> Self {
        Serial { keep_going: true, ..self }
    }

    /// Tells `observer` what the runs do, beside those that are told already.
    pub fn observe<P: Observer>(self, observer: P) -> Serial<(O, P)> {
        Serial { keep_going: self.keep_going, observer: (self.observer, observer) }
    }

    /// Stops the runs once `stop` says so: no further task starts then.
    pub fn stop_when(self, stop: &Stop) -> Serial<(O, Stop)> {
        self.observe(stop.clone())
    }
}

impl<G: Graph, O: Observer> Executor<G> for Serial<O> {
    #[inline]
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        let watch = Watch::of(&self.observer, frame.table());
        run(frame, watch, Backend::Serial, 0, self.keep_going)
    }
}

/// Without threads to hand a run over to, there is none.
#[cfg(not(feature = "rayon"))]
enum Deadline {}

#[cfg(not(feature = "rayon"))]
impl Deadline {
    fn allows(&self, _: u32) -> bool {
        match *self {}
    }
}

/// Where a walk has ended early. Panics are caught once around all tasks, not for each: this says whose they are.
struct Halt {
    cursor: Cell<Cursor>,
    /// At which element its task has stopped.
    element: Position,
}

impl Halt {
    const fn new() -> Self {
        Halt { cursor: Cell::new(Cursor::START), element: Position::new() }
    }
}

/// Runs all tasks of a job, one after the other.
#[inline]
pub(super) fn run<J: Job>(
    job: &J,
    watch: Option<Watch<'_>>,
    backend: Backend,
    worker: usize,
    keep_going: bool,
) -> Result<(), Error> {
    if watch.is_some() || keep_going {
        return Walk { watch, worker, keep_going, halt: Halt::new(), each: EachCell::new() }
            .run(job, backend);
    }
    // Apart from that, so that the compiler sees straight through a small graph.
    run_plainly(job, None)
}

/// Runs tasks of a job, one after the other, until they take too long: the deadline tells how many
/// have finished then, in the serial order. Outputs that only these read are dropped.
///
/// # Errors
///
/// Fails where a task does.
#[cfg(feature = "rayon")]
pub(super) fn run_until<J: Job>(job: &J, deadline: &Deadline) -> Result<(), Error> {
    run_plainly(job, Some(deadline))
}

/// Runs tasks until the deadline, or one fails.
#[inline]
fn run_plainly<J: Job>(job: &J, deadline: Option<&Deadline>) -> Result<(), Error> {
    let halt = Halt::new();
    let Err(failure) = catch(|| walk_plainly(job, &halt, deadline)) else { return Ok(()) };
    // Slots and a halt that no other function is told of may become registers.
    if !job.is_trivial() {
        outcome::release_all(job);
    }
    Err(fail(job.table(), halt.cursor.get(), halt.element.element(), failure))
}

/// Ends a run at its first failure. Nothing is left in its slots.
#[cold]
fn fail(table: &'static Table, at: Cursor, element: Option<usize>, failure: Failure) -> Error {
    let view = table.view();
    let (ran, left) = view.serial_order().split_at(at.position() + 1);
    let node = at.releasing().unwrap_or(ran[ran.len() - 1]);
    let failed = Failed { node, element, failure, finished: at.releasing().is_some() };
    outcome::fail(table, None, 0, vec![failed], &mut left.iter().copied())
}

/// Runs tasks until the deadline, or one fails.
#[inline]
fn walk_plainly<J: Job>(job: &J, halt: &Halt, deadline: Option<&Deadline>) -> Outcome<()> {
    walk_in_order(job, halt, deadline)
        .unwrap_or_else(|| walk(job, halt, deadline, |node| call(job, node, halt)))
}

/// As [`walk`], by code without a jump, where there is such code and it has the right order.
#[inline]
fn walk_in_order<J: Job>(job: &J, halt: &Halt, deadline: Option<&Deadline>) -> Option<Outcome<()>> {
    if !job.view().is_in_order() {
        return None;
    }
    #[allow(unsafe_code)]
    // SAFETY: the order is the serial one: as in `call`.
    let cx = unsafe { Cx::new(&halt.element) };
    job.in_order(&cx, &Cursors { job, halt, deadline })
}

/// Keeps up where a walk is, and drops outputs.
struct Cursors<'run, J> {
    job: &'run J,
    halt: &'run Halt,
    deadline: Option<&'run Deadline>,
}

impl<J: Job> Steps for Cursors<'_, J> {
    #[inline(always)]
    fn before(&self, node: u32) -> Mark<'_> {
        Mark::running(node, &self.halt.cursor)
    }

    #[inline(always)]
    fn after(&self, mark: Mark<'_>) {
        let node = mark.pass();
        release_after(self.job, node, node, self.halt);
    }

    #[inline(always)]
    fn goes_on(&self, done: u32) -> bool {
        self.deadline.is_none_or(|deadline| deadline.allows(done))
    }
}

/// Runs tasks, each by `call`, until the deadline, or one fails.
#[inline]
fn walk<J: Job>(
    job: &J,
    halt: &Halt,
    deadline: Option<&Deadline>,
    call: impl Fn(u32) -> Outcome<()>,
) -> Outcome<()> {
    let view = job.view();
    for (position, &node) in (0..).zip(view.serial_order()) {
        if deadline.is_some_and(|deadline| !deadline.allows(position)) {
            break;
        }
        let mark = Mark::running(position, &halt.cursor);
        call(node)?;
        mark.pass();
        release_after(job, node, position, halt);
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
fn release_after<J: Job>(job: &J, node: u32, position: u32, halt: &Halt) {
    for &output in job.view().releases_of(node) {
        let mark = Mark::releasing(position, output, &halt.cursor);
        release(job, output);
        mark.pass();
    }
}

/// Drops a task's output, if it is there.
#[inline]
#[allow(unsafe_code)]
fn release<J: Job>(job: &J, node: u32) {
    // SAFETY: the walk has come to the last reader of this output in the serial order.
    unsafe { job.slots().release(job.view().place(node)) }
}
