//! Runs that return the outputs that are there, whatever happens.

use alloc::format;
use alloc::vec::Vec;
use core::mem::needs_drop;

use super::{Execute, Frame, PartialFrame, RawGraph};
use crate::error::{Error, Failure};
use crate::slot::{Finished, Members, SizedMembers, Slot, Task, TooLarge, with_sized_slots, with_slots};
use crate::table::{Table, Template};
use crate::unwind::{Payload, catch};

/// What a run has left, whether it failed or not: the result of a graph's `run_partial`.
///
/// An output is `None` if its task has failed, or did not run. The shape of `outputs` is that of what `run` returns:
///
/// | an output of the graph | in `outputs` |
/// |---|---|
/// | a task with output `T` | `Option<T>` |
/// | a family | a `Vec` of `Option`s; empty if the graph is wrong for its sizes, or there is not enough memory for its outputs |
/// | a task with `each` | `Option<Vec<T>>`: all elements, or none |
/// | a task with `when` | `Option<Option<T>>`: `Some(None)` if it was not wanted |
/// | none at all | `()` |
///
/// Outputs that are there are returned also if an observer panics when the run ends, or the drop of an input does.
///
/// ```
/// use dag_runtime::{Partial, Serial, dag, task};
///
/// #[task]
/// fn lines(file: &str) -> Result<usize, String> {
///     match file.split_once(": ") {
///         Some((_, text)) => Ok(text.lines().count()),
///         None => Err(format!("`{file}` is broken")),
///     }
/// }
///
/// #[task]
/// fn longest(files: &[String]) -> usize { files.iter().map(String::len).max().unwrap_or(0) }
///
/// #[task]
/// fn total(lines: &[usize]) -> usize { lines.iter().sum() }
///
/// dag! {
///     graph Count<'a>[n](files: &'a [String]) -> (lines, longest, total) {
///         lines[k in 0..n] = lines(&files[k]),
///         longest(files),
///         total(&lines[..]),
///     }
/// }
///
/// // Thirty files, of which one is broken.
/// let mut files: Vec<String> = (0..30).map(|k| format!("file {k}: one line\nand another")).collect();
/// files[17] = "file 17".into();
///
/// let Partial { outputs, error } = Count { n: files.len(), files: &files }.run_partial(&Serial.keep_going());
/// let (lines, longest, total) = outputs;
/// assert_eq!(lines.iter().flatten().count(), 29);
/// assert_eq!(lines[17], None);
/// assert_eq!(longest, Some(29));
/// assert_eq!(total, None);
///
/// let error = error.unwrap();
/// assert_eq!(error.to_string(), "task `lines[17]` of graph `Count` failed: `file 17` is broken");
/// assert_eq!(error.skipped(), ["total"]);
/// ```
///
/// On MPI, all ranks have to call `run_partial`. The same outputs are there on all of them; if only one rank gets outputs, all are
/// `None` on the others.
#[derive(Debug)]
#[must_use = "it may hold an error"]
pub struct Partial<O> {
    /// The outputs of the graph, each as an `Option`.
    pub outputs: O,
    /// Why there are not all outputs, or why the run has failed although there are.
    pub error: Option<Error>,
}

/// The outputs of a graph that are there after a run.
#[derive(Debug)]
pub struct Left<'run, S> {
    /// `None` if the run could not start.
    slots: Option<&'run S>,
    finished: &'run Finished,
    table: &'run Table,
}

impl<S> Left<'_, S> {
    /// Takes the output of a line that is a single task.
    pub fn take<T: Task<Output: Sized>>(
        &self,
        line: usize,
        slot: impl FnOnce(&S) -> &Slot<T>,
    ) -> Option<T::Output> {
        self.finished.take(self.first(line), slot(self.slots?))
    }

    /// Takes the outputs of a line that is a family.
    pub fn take_all<T: Task<Output: Sized>, const N: usize>(
        &self,
        line: usize,
        members: impl FnOnce(&S) -> &Members<T, N>,
    ) -> Vec<Option<T::Output>> {
        match self.slots {
            Some(slots) => self.finished.take_all(self.first(line), members(slots)),
            None => self.none(line),
        }
    }

    /// Takes the outputs of a line that is a family whose number of members depends on sizes.
    pub fn take_all_sized<T: Task<Output: Sized>>(
        &self,
        line: usize,
        members: impl FnOnce(&S) -> &SizedMembers<T>,
    ) -> Vec<Option<T::Output>> {
        match self.slots {
            Some(slots) => self.finished.take_all_sized(self.first(line), members(slots)),
            None => self.none(line),
        }
    }

    fn first(&self, line: usize) -> u32 {
        self.table.lines()[line].first
    }

    /// No output of a family. Without a table for its sizes, the number of members is not known. There may be too little
    /// memory for as many outputs, which is then why the run could not start.
    fn none<O>(&self, line: usize) -> Vec<Option<O>> {
        let members = self.table.lines()[line].shape.map_or(0, |shape| shape.len());
        let mut none = Vec::new();
        if none.try_reserve_exact(members).is_ok() {
            none.extend((0..members).map(|_| None));
        }
        none
    }
}

/// Runs a graph on an executor, and returns the outputs that are there.
pub fn run_partial<G: RawGraph, E: Execute<G> + ?Sized, O>(
    inputs: G::Inputs,
    executor: &E,
    outputs: impl FnOnce(&Left<'_, G::Slots>) -> O,
) -> Partial<O> {
    let finished = Finished::none_of(G::RAW_TABLE.len());
    let (outputs, error) = with_slots::<G, _>(|slots| {
        let error = execute::<G, E>(executor, &inputs, slots, &finished);
        (outputs(&Left { slots: Some(slots), finished: &finished, table: G::RAW_TABLE }), error)
    });
    end::<G, _>(inputs, outputs, error)
}

/// As [`run_partial`], for a graph with these sizes, of which `known` says whether there is a table.
pub fn run_partial_sized<G: RawGraph, E: Execute<G> + ?Sized, O>(
    inputs: G::Inputs,
    (template, sizes): (&Template, &[usize]),
    known: Result<(), Error>,
    executor: &E,
    outputs: impl Fn(&Left<'_, G::Slots>) -> O,
) -> Partial<O> {
    let table = G::table_of(&inputs);
    let finished = Finished::none_of(table.len());
    let refuse = |error| {
        let nothing = Left { slots: None, finished: &finished, table };
        (outputs(&nothing), Some(executor.refuse(error)))
    };
    let run = |slots: &G::Slots| {
        let error = execute::<G, E>(executor, &inputs, slots, &finished);
        (outputs(&Left { slots: Some(slots), finished: &finished, table }), error)
    };
    let (outputs, error) = match known {
        Err(error) => refuse(error),
        Ok(()) => with_sized_slots::<G, _>(table.lines(), run)
            .unwrap_or_else(|TooLarge| refuse(template.no_memory(sizes))),
    };
    end::<G, _>(inputs, outputs, error)
}

fn execute<G: RawGraph, E: Execute<G> + ?Sized>(
    executor: &E,
    inputs: &G::Inputs,
    slots: &G::Slots,
    finished: &Finished,
) -> Option<Error> {
    let frame = PartialFrame::new(Frame { inputs, slots }, finished);
    match catch(|| executor.execute_partial(&frame)) {
        Ok(ran) => ran.err(),
        Err(payload) => Some(panicked(finished, payload)),
    }
}

/// The executor itself has panicked: for instance if rayon cannot start its pool.
#[cold]
fn panicked(finished: &Finished, payload: Payload) -> Error {
    finished.clear();
    Error::setup(format!("the executor panicked: {}", Failure::panic(payload)), None)
}

/// Drops the inputs.
fn end<G: RawGraph, O>(inputs: G::Inputs, outputs: O, error: Option<Error>) -> Partial<O> {
    let error = if const { needs_drop::<G>() } {
        G::drop_inputs(inputs).end(G::RAW_TABLE, error.map_or(Ok(()), Err)).err()
    } else {
        error
    };
    Partial { outputs, error }
}
