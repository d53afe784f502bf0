//! One task after the other, on the calling thread.

use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use super::outcome::{self, Failed};
use super::unwind::{catch, guard, ignore};
use super::{Backend, Executor};
use crate::error::{Error, Failure};
use crate::graph::{Frame, Graph, Job};
use crate::observe::{Observer, Watch};
use crate::slot::Cx;
use crate::task::Outcome;

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
}

impl<G: Graph, O: Observer> Executor<G> for Serial<O> {
    #[inline]
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        let watch = Watch::of(&self.observer, frame.table());
        run(frame, watch, Backend::Serial, 0, self.keep_going)
    }
}

/// Where a walk is.
#[derive(Clone, Copy)]
struct Cursor {
    /// In the serial order.
    position: usize,
    /// The task whose output is being dropped, if one is.
    releasing: Option<u32>,
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
    let watch = watch.as_ref();
    if let Some(watch) = watch {
        outcome::start(watch, backend, 1)?;
    }
    // Panics are caught once around all tasks, not for each: the cursor says whose they are.
    let cursor = Cell::new(Cursor { position: 0, releasing: None });
    if let Err(failure) = catch(|| walk(job, watch, worker, &cursor)) {
        return Err(fail(job, watch, worker, keep_going, cursor.get(), failure));
    }
    match watch {
        Some(watch) => outcome::succeed(job, watch),
        None => Ok(()),
    }
}

/// Runs tasks until one fails.
#[inline]
fn walk<J: Job>(job: &J, watch: Option<&Watch<'_>>, worker: usize, cursor: &Cell<Cursor>) -> Outcome<()> {
    let table = job.table();
    for (position, &node) in table.serial_order().iter().enumerate() {
        cursor.set(Cursor { position, releasing: None });
        call(job, watch, worker, node)?;
        for &output in table.releases_of(node) {
            cursor.set(Cursor { position, releasing: Some(output) });
            release(job, output);
        }
    }
    Ok(())
}

/// After a first failure: runs what may still run, and ends the run.
#[cold]
fn fail(
    job: &dyn Job,
    watch: Option<&Watch<'_>>,
    worker: usize,
    keep_going: bool,
    at: Cursor,
    failure: Failure,
) -> Error {
    let table = job.table();
    let order = table.serial_order();
    let mut failures = Vec::new();
    let mut blocked = vec![false; table.len()];
    let mut fails = |node: u32, failure: Failure, finished: bool| {
        if let Some(watch) = watch {
            ignore(|| watch.failed(node, worker, &failure));
        }
        failures.push(Failed { node, failure, finished });
    };

    let failed = at.releasing.unwrap_or(order[at.position]);
    fails(failed, failure, at.releasing.is_some());
    blocked[failed as usize] = at.releasing.is_none();
    let mut run_to = at.position + 1;
    if keep_going {
        for &node in &order[at.position..] {
            if node != order[at.position] {
                if table.dependencies_of(node).iter().any(|&k| blocked[k as usize]) {
                    blocked[node as usize] = true;
                } else if let Err(failure) = catch(|| call(&job, watch, worker, node)) {
                    fails(node, failure, false);
                    blocked[node as usize] = true;
                }
            }
            // At the position of the first failure, what was dropped before it is gone already.
            for &output in table.releases_of(node) {
                if let Err(failure) = guard(|| release(&job, output)) {
                    fails(output, failure, true);
                }
            }
        }
        run_to = order.len();
    }
    outcome::fail(job, watch, worker, failures, &mut order[run_to..].iter().copied())
}

/// Runs one task.
#[inline]
fn call<J: Job>(job: &J, watch: Option<&Watch<'_>>, worker: usize, node: u32) -> Outcome<()> {
    #[allow(unsafe_code)]
    // SAFETY: in the serial order a task comes after its dependencies, and `fail` leaves out those
    // of which one has not finished. An output is released after its last reader in this order.
    let cx = unsafe { Cx::new() };
    let Some(watch) = watch else { return job.call(node, &cx) };
    let start = watch.started(node, worker);
    job.call(node, &cx)?;
    watch.finished(node, worker, start);
    Ok(())
}

/// Drops a task's output, if it is there.
#[inline]
#[allow(unsafe_code)]
fn release<J: Job>(job: &J, node: u32) {
    // SAFETY: the walk has come to the last reader of this output in the serial order.
    unsafe { job.slots().release(&job.table().nodes()[node as usize]) }
}
