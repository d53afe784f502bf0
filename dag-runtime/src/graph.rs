//! The interface between code that knows types (the expansion of a graph) and code that knows numbers (an executor).

mod by_reference;
mod done;
mod drops;
mod execute;
mod generic;
#[cfg(feature = "store")]
mod kept;
mod limiter;
mod limits;
mod partial;
mod partial_frame;
pub(crate) mod serial_walk;
mod sized;

use alloc::vec::Vec;
#[cfg(feature = "mpi")]
use core::cell::Cell;
use core::mem::needs_drop;

use crate::error::{Error, Outcome};
#[cfg(feature = "store")]
use crate::key::TaskKey;
#[cfg(feature = "store")]
use crate::slot::KeptLine;
use crate::slot::{Bound, Cx, Finished, Layout, Sink, Slots, Written, is_trivial, with_slots};
use crate::table::{Data, Limits, Line, Memory, Rows, SharedTable, Table, View, locate, words};

pub use done::Done;
pub use drops::{Dropped, drop_each, drop_input};
pub(crate) use execute::Execute;
pub use generic::{Executor, Graph};
#[cfg(feature = "store")]
pub(crate) use kept::KeptGraph;
pub(crate) use limiter::Limiter;
pub(crate) use limits::{Collected, FREE, Found, Needs, Taken};
pub use partial::{Partial, run_partial, run_partial_sized};
pub(crate) use partial_frame::PartialFrame;
pub use serial_walk::SerialHooks;
use serial_walk::by_number;
pub use sized::{dim, firsts, no_constant_table, run_sized, shape, sized_table, spans};

/// No rank.
#[cfg(feature = "mpi")]
pub(crate) const ANYWHERE: u32 = u32::MAX;

/// A graph as executors use it: implemented by `dag!` for the type that it makes. Users see [`Graph`].
pub trait RawGraph: Sized {
    /// The inputs as the tasks use them.
    type Inputs;
    /// A struct with a [`Slot`](crate::slot::Slot) for each task, and nothing else.
    #[cfg(not(feature = "mpi"))]
    type Slots;
    /// As without MPI, with the codecs of the outputs.
    #[cfg(feature = "mpi")]
    type Slots: crate::slot::Codecs;
    /// The dependency table. Of a graph with sizes it holds only the lines, and of these only what no size changes.
    const RAW_TABLE: &'static Table;
    /// Whether the graph has sizes.
    const IS_SIZED: bool = false;

    /// The table of a run with these inputs.
    #[inline]
    fn table_of(_inputs: &Self::Inputs) -> &SharedTable {
        const { &SharedTable::constant(Self::RAW_TABLE) }
    }

    /// Whether the graph has limits.
    const IS_LIMITED: bool = Self::RAW_TABLE.limits().is_some();

    /// Whether any line has `on`.
    const HAS_RANKS: bool = false;

    /// Whether these ranks are the same in all runs with one table and as many ranks.
    const RANKS_ARE_FIXED: bool = false;

    /// The MPI rank on which a task must run, below `ranks`, if the graph says so.
    fn rank(_inputs: &Self::Inputs, _node: u32, _ranks: usize) -> Option<usize> {
        None
    }

    /// The number of units of a limit that is no constant.
    fn limit(_inputs: &Self::Inputs, _limit: u32) -> i128 {
        0
    }

    /// The number of units of a limit that a task takes, if that is no constant.
    fn units(_inputs: &Self::Inputs, _node: u32, _limit: u32) -> i128 {
        0
    }

    /// Drops the inputs, each separately.
    #[inline]
    fn drop_inputs(inputs: Self::Inputs) -> Dropped {
        let mut inputs = Some(inputs);
        drop_each(|| drop(inputs.take()))
    }

    /// Whether any line has `keep`.
    #[cfg(feature = "store")]
    const KEEPS: bool = false;

    /// For each line of a graph with `keep`, what its keys count, and how its outputs are encoded.
    #[cfg(feature = "store")]
    const KEPT: &'static [KeptLine] = &[];

    /// Writes what counts for the key of a task by its own line: its arguments and its condition.
    #[cfg(feature = "store")]
    fn key(_inputs: &Self::Inputs, _node: u32, _key: &mut TaskKey<'_>) {}

    /// Runs one task and stores its output.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    fn call(inputs: &Self::Inputs, slots: &Self::Slots, cx: &Cx<'_>, node: u32) -> Outcome<Written>;

    /// Runs all tasks in the order of their numbers, until one fails or the hooks stop the run. They are asked after
    /// the first task and then after every few. Returns whether the run ended early.
    #[inline]
    fn in_order<S: SerialHooks>(inputs: &Self::Inputs, slots: &Self::Slots, cx: &Cx<'_>, hooks: &S) -> bool {
        by_number(hooks, Self::LINES.len() as u32, |node| Self::call(inputs, slots, cx, node))
    }
}

impl<G: RawGraph> Layout for G {
    type Slots = G::Slots;
    const LINES: &'static [Line<'static>] = G::RAW_TABLE.lines();
}

/// One run of a graph: its inputs and slots.
#[derive(Debug)]
pub struct Frame<'run, G: RawGraph> {
    inputs: &'run G::Inputs,
    slots: &'run G::Slots,
}

/// The input of an executor: numbered tasks.
pub trait Job {
    /// The graph's table, for what keeps it beyond the run.
    fn shared_table(&self) -> &SharedTable;
    /// The graph's table.
    #[inline]
    fn table(&self) -> &Table {
        self.shared_table()
    }
    /// The columns of the table.
    #[inline]
    fn view(&self) -> &View {
        self.table().view()
    }
    /// Runs one task and stores its output.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()>;
    /// The slots, for the release of outputs.
    fn slots(&self) -> Slots<'_>;
    /// Whether the call of a task uses nothing that other tasks make, so that it is not skipped after they have failed. It still
    /// comes after them.
    fn needs_nothing(&self, node: u32) -> bool {
        let _ = node;
        false
    }
    /// The tasks that have finished, if the run returns outputs that are there even if it fails.
    fn finished(&self) -> Option<&Finished> {
        None
    }
    /// Checks that no task takes more units of a limit than there are. `found` receives what tasks take. Returns how many units
    /// there are of each limit.
    ///
    /// # Errors
    ///
    /// Fails if a task takes more than there is, or a number is negative or panics when it is calculated.
    fn units(&self, limits: &'static Limits, found: Option<&mut Found<'_>>) -> Result<Vec<u64>, Error> {
        let _ = (limits, found);
        Ok(Vec::new())
    }
    /// The rank on which each task must run, below `ranks`, or [`ANYWHERE`]; empty if the graph has no `on`. `at`
    /// receives the current task, since the expressions are user code and may panic.
    #[cfg(feature = "mpi")]
    fn pins(&self, ranks: usize, at: &Cell<u32>) -> Vec<u32> {
        let _ = (ranks, at);
        Vec::new()
    }
    /// Whether these are the same in all runs with one table and as many ranks.
    #[cfg(feature = "mpi")]
    fn pins_are_fixed(&self) -> bool {
        false
    }
}

/// A job with facts that are known at compile time, so that code that they rule out is not compiled.
pub trait StaticJob: Job {
    /// Whether no output needs a drop.
    const IS_TRIVIAL: bool;
    /// Whether a task may be called again after an `Err`.
    const RETRIES: bool;
    /// Whether its serial order is the order of the tasks' numbers, and there is code for it; `None` if only a run can
    /// find out.
    const IN_ORDER: Option<bool>;
    /// As [`RawGraph::in_order`], unless `IN_ORDER` rules it out.
    fn in_order<S: SerialHooks>(&self, cx: &Cx<'_>, hooks: &S) -> bool;
}

impl<G: RawGraph> Job for Frame<'_, G> {
    #[inline]
    fn shared_table(&self) -> &SharedTable {
        G::table_of(self.inputs)
    }

    #[inline]
    fn table(&self) -> &Table {
        if const { G::IS_SIZED } { G::table_of(self.inputs) } else { G::RAW_TABLE }
    }

    #[inline]
    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        G::call(self.inputs, self.slots, cx, node).map(drop)
    }

    #[inline]
    fn slots(&self) -> Slots<'_> {
        Slots::of(self.slots)
    }

    fn units(&self, limits: &'static Limits, found: Option<&mut Found<'_>>) -> Result<Vec<u64>, Error> {
        self.find_units(limits, found)
    }

    #[cfg(feature = "mpi")]
    fn pins(&self, ranks: usize, at: &Cell<u32>) -> Vec<u32> {
        if !G::HAS_RANKS {
            return Vec::new();
        }
        let pin = |task| {
            at.set(task);
            G::rank(self.inputs, task, ranks).map_or(ANYWHERE, |rank| rank as u32)
        };
        (0..self.table().len() as u32).map(pin).collect()
    }

    #[cfg(feature = "mpi")]
    fn pins_are_fixed(&self) -> bool {
        G::RANKS_ARE_FIXED
    }
}

impl<G: RawGraph> StaticJob for Frame<'_, G> {
    const IS_TRIVIAL: bool = is_trivial(G::RAW_TABLE.lines());
    const RETRIES: bool = has_retries(G::RAW_TABLE.lines());
    const IN_ORDER: Option<bool> = if G::IS_SIZED { None } else { G::RAW_TABLE.is_in_order() };

    #[inline]
    fn in_order<S: SerialHooks>(&self, cx: &Cx<'_>, hooks: &S) -> bool {
        G::in_order(self.inputs, self.slots, cx, hooks)
    }
}

/// Whether a task of these lines may be called again after an `Err`.
const fn has_retries(lines: &[Line<'_>]) -> bool {
    let mut line = 0;
    while line < lines.len() && lines[line].retries == 0 {
        line += 1;
    }
    line < lines.len()
}

/// Runs a graph on an executor and returns its outputs.
///
/// # Errors
///
/// The errors of the executor.
#[inline]
pub fn run<G: RawGraph, E: Execute<G> + ?Sized, R>(
    inputs: &G::Inputs,
    executor: &E,
    outputs: impl FnOnce(&G::Slots, &Done) -> R,
) -> Result<R, Error> {
    with_slots::<G, _>(|slots| {
        executor.execute(&Frame { inputs, slots })?;
        Ok(outputs(slots, &Done::new()))
    })
}

/// Drops the inputs of a run with this result.
///
/// # Errors
///
/// Returns the error of the run, or fails if the drop of an input panics.
// Separate from the run, which can then keep its values in registers.
#[inline]
pub fn end<G: RawGraph, R>(inputs: G::Inputs, result: Result<R, Error>) -> Result<R, Error> {
    // This depends only on the user's types: nothing else in the inputs of a run panics.
    if const { needs_drop::<G>() } { G::drop_inputs(inputs).end(G::RAW_TABLE, result) } else { result }
}

/// The outputs that the attribute of a line of `G` binds, for one element of an output. The output for the element goes
/// into `sink`.
#[inline(always)]
pub fn bound<'cx, G: RawGraph, O>(
    slots: &'cx G::Slots,
    cx: &'cx Cx<'_>,
    line: usize,
    sink: Sink<'cx, O>,
) -> Bound<'cx, O> {
    Bound::new(slots, cx, G::RAW_TABLE.lines(), line, sink)
}

/// The line of a task, and its position there.
#[inline]
pub fn place(table: &Table, node: u32) -> (u32, u32) {
    let line = locate(table.lines(), node);
    (line, node - table.lines()[line as usize].first)
}

/// The rank of `on`, modulo the number of ranks.
#[inline]
#[must_use]
pub const fn modulo(rank: isize, ranks: usize) -> usize {
    // Usually it is a valid rank already, and a division is slow.
    if rank >= 0 && (rank as usize) < ranks {
        rank as usize
    } else {
        rank.rem_euclid(ranks as isize) as usize
    }
}

/// An executor asked for a task that the graph does not have.
#[cold]
pub fn no_such_task(node: u32) -> Outcome<Written> {
    panic!("the graph has no task with the number {node}")
}

/// The table of a graph that does not compile.
pub static INCOMPLETE: Table = {
    static ROWS: Rows<0, 0> = Rows::EMPTY;
    static DATA: Data<0, { words(0, 0) }> = Data::new(&ROWS);
    static MEMORY: Memory = Memory::new();
    Table::new("", "", &ROWS, &DATA, &MEMORY)
};

/// The output of a graph that does not compile.
pub fn incomplete<T>() -> T {
    panic!("the graph does not compile")
}
