#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;
// The tests of this crate expand its own macros.
#[cfg(all(test, any(feature = "cli", feature = "tracing")))]
extern crate self as dag_runtime;

mod backend;
#[cfg(feature = "cli")]
#[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
pub mod cli;
#[cfg(feature = "std")]
mod costs;
mod duration_text;
mod error;
mod executor;
mod graph;
#[cfg(all(any(doc, doctest), feature = "cli"))]
#[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
pub mod guide;
#[doc(hidden)]
pub mod lints;
/// Tasks on the ranks of an MPI job: the executor [`Mpi`] and its options.
#[cfg(feature = "mpi")]
#[cfg_attr(docsrs, doc(cfg(feature = "mpi")))]
pub mod mpi {
    pub use crate::executor::mpi::{Mpi, Results, Schedule};
}
mod observe;
mod plan;
mod probe;
#[cfg(feature = "progress")]
mod progress;
#[cfg(feature = "std")]
mod record;
mod render;
#[allow(unsafe_code)]
mod slot;
mod state;
mod stop;
mod table;
mod task;
#[cfg(feature = "tracing")]
mod tracing;
mod unwind;
#[cfg(feature = "std")]
mod xml;

#[doc(hidden)]
pub mod __private;

pub use crate::backend::{Backend, UnknownBackend};
#[cfg(feature = "std")]
pub use crate::costs::{Costs, CostsIter};
pub use crate::error::{Error, Failure, Failures, RunningTask, Skipped, StopReason};
#[cfg(feature = "mpi")]
#[cfg_attr(docsrs, doc(cfg(feature = "mpi")))]
pub use crate::executor::mpi::Mpi;
#[cfg(feature = "rayon")]
pub use crate::executor::rayon::{Rayon, RayonBuilder};
pub use crate::executor::{auto::Auto, serial::Serial};
pub use crate::graph::{Executor, Graph, Partial};
pub use crate::observe::{Monitor, Observed, Observer, RunEvent, RunId, RunSummary, TaskEvent, Unobserved};
pub use crate::plan::{Gantt, Plan, PlannedTask, Planner, UnknownTask};
#[cfg(feature = "progress")]
#[cfg_attr(docsrs, doc(cfg(feature = "progress")))]
pub use crate::progress::Progress;
#[cfg(feature = "json")]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
pub use crate::record::ChromeTrace;
#[cfg(feature = "std")]
pub use crate::record::{
    Attempt, Caught, GanttSvg, LineReport, Message, Recorder, Recording, Report, TaskRun, WorkerReport,
};
#[cfg(feature = "svg")]
#[cfg_attr(docsrs, doc(cfg(feature = "svg")))]
pub use crate::render::Svg;
pub use crate::render::{Dot, Mermaid};
pub use crate::state::TaskState;
pub use crate::stop::Stop;
pub use crate::table::{Family, Member, Name, Proven, SharedTable, Sizes, Table, TaskRef, Tasks};
#[cfg(feature = "tracing")]
#[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
pub use crate::tracing::Tracing;
/// Makes a function a task.
///
/// The function does not change and can be called as before. The macro adds a type of the same name and visibility, by
/// which graphs and other tasks refer to it. One `use stages::load;` imports both.
///
/// ```
/// use dag_runtime::{Serial, dag, task};
///
/// /// Reads one number a line.
/// #[task]
/// fn load(text: &str) -> Result<Vec<f64>, std::num::ParseFloatError> {
///     text.lines().map(str::parse).collect()
/// }
///
/// #[task(depends = [load], cost = 10)]
/// fn mean(load: &[f64]) -> f64 {
///     load.iter().sum::<f64>() / load.len() as f64
/// }
///
/// dag! {
///     graph Stats<'a>(text: &'a str) -> mean { load(text), mean }
/// }
///
/// # fn main() -> Result<(), dag_runtime::Error> {
/// assert_eq!(Stats { text: "1\n2\n6" }.run(&Serial)?, 3.0);
/// # Ok(())
/// # }
/// ```
///
/// # Keys
///
/// | key | meaning |
/// |---|---|
/// | `depends = [path, …]` | the tasks that must be complete before this one |
/// | `cost = EXPR` | the relative time the task takes: a constant `u64`, 1 where it is not given |
/// | `each = path` | runs the task once for each element of that dependency's output: see below |
/// | `catch` | an `Err` is the output of the task, and does not end the run: see below |
/// | `crate = path` | where `dag_runtime` is, if it was renamed or re-exported |
///
/// # Parameters
///
/// - A parameter that is named like the last path segment of a dependency receives its output. A dependency without
///   such a parameter only orders the tasks.
/// - `#[from(path)] name: T` receives the output of that task under another name. The task is one in `depends` or an
///   indirect dependency: a task that is upstream without being listed.
/// - `&T` borrows an output (`&[f64]` from a `Vec<f64>`, as everywhere in Rust). A parameter by value copies the output
///   if it is `Copy`, and moves it otherwise. It is an error to move an output that another task or the graph's outputs
///   need too.
/// - Every other parameter is an argument, which `dag!` provides.
///
/// `#[cfg(…)]` and `#[cfg_attr(…)]` work on parameters and on the entries of `depends`.
///
/// # `each`: as many tasks as the data has
///
/// With `each = dependency` the task runs once for each element of the output of that dependency. The output must give
/// a slice: a `Vec`, an array, a `Box<[T]>`, a family, or another task with `each`. Elements run in parallel if the
/// executor does. The parameter takes one element, by the rules above. The output of the task is a `Vec` in the order
/// of the elements, which is empty if there are none. Arguments by value are cloned for each element. An error names
/// the element that failed (`parse[17]`); if several failed, the lowest one.
///
/// ```
/// use dag_runtime::{Serial, dag, task};
///
/// #[task]
/// fn lines(text: &str) -> Vec<String> { text.lines().map(str::to_owned).collect() }
///
/// #[task(depends = [lines], each = lines)]
/// fn parse(lines: &str) -> Result<u32, std::num::ParseIntError> { lines.parse() }
///
/// #[task(depends = [parse])]
/// fn sum(parse: &[u32]) -> u32 { parse.iter().sum() }
///
/// dag! { graph Sum<'a>(text: &'a str) -> sum { lines(text), parse, sum } }
///
/// assert_eq!(Sum { text: "1\n2\n3" }.run(&Serial).unwrap(), 6);
/// let error = Sum { text: "1\n2\nx" }.run(&Serial).unwrap_err();
/// assert_eq!(error.task(), Some("parse[2]"));
/// ```
///
/// # Results
///
/// A function whose return type is called `Result` is fallible: its dependents receive the `Ok` value, and an `Err`
/// fails the run. The error can be any type that is `Into<Box<dyn Error + Send + Sync>>`. Outputs are owned
/// (`'static`).
///
/// With `catch` the output is the whole `Result`, of which the error can be of any type: dependents receive
/// `&Result<T, E>`, or with `each` `&[Result<T, E>]`. Observers are told of each `Err` by
/// [`caught`](Observer::caught). A panic fails the run all the same.
///
/// ```
/// use dag_runtime::{Serial, dag, task};
/// use std::num::ParseIntError;
///
/// #[task]
/// fn lines(text: &str) -> Vec<String> { text.lines().map(str::to_owned).collect() }
///
/// #[task(depends = [lines], each = lines, catch)]
/// fn parse(lines: &str) -> Result<u32, ParseIntError> { lines.parse() }
///
/// #[task(depends = [parse])]
/// fn sum(parse: &[Result<u32, ParseIntError>]) -> u32 { parse.iter().flatten().sum() }
///
/// dag! { graph Sum<'a>(text: &'a str) -> (sum, parse) { lines(text), parse, sum } }
///
/// let (sum, parsed) = Sum { text: "1\n2\nx" }.run(&Serial).unwrap();
/// assert_eq!(sum, 3);
/// assert!(parsed[2].is_err());
/// ```
///
/// # Errors
///
/// Functions that are generic over types or constants, `async` or `unsafe` functions, methods, and patterns as
/// parameters are rejected. The error says what to write instead.
#[doc(inline)]
pub use dag_macros::task;

/// Makes graphs of tasks.
///
/// ```
/// use dag_runtime::{Serial, dag, task};
///
/// #[task]
/// fn parse(text: &str) -> Vec<f64> { text.split(' ').filter_map(|word| word.parse().ok()).collect() }
///
/// #[task]
/// fn mean(xs: &[f64]) -> f64 { xs.iter().sum::<f64>() / xs.len() as f64 }
///
/// #[task]
/// fn difference(a: f64, b: f64) -> f64 { a - b }
///
/// dag! {
///     /// How far the means of two lists of numbers are apart.
///     pub graph Compare<'a>(left: &'a str, right: &'a str) -> difference {
///         a = parse(left),
///         b = parse(right),
///         mean_a = mean(&a),
///         mean_b = mean(&b),
///         difference(mean_a, mean_b),
///     }
/// }
///
/// # fn main() -> Result<(), dag_runtime::Error> {
/// let apart = Compare { left: "4 6", right: "1 2 3" }.run(&Serial)?;
/// assert_eq!(apart, 3.0);
/// assert_eq!(Compare::TABLE.depth(), 3);
/// # Ok(())
/// # }
/// ```
///
/// # Grammar
///
/// ```text
/// dag      := graph*
/// graph    := attributes visibility "graph" Name generics? sizes? inputs? ("->" outputs)? where-clause? "{" nodes "}"
/// sizes    := "[" (name),+ "]"
/// inputs   := "(" (name ":" type),* ")"
/// outputs  := path | "(" (path),* ")"
/// nodes    := (node),*
/// node     := attributes (name family? "=")? path ("(" (argument),* ")")?
///             ("after" "[" (member ("if" expression)?),* "]")? ("on" expression)?
/// family   := "[" (index "in" range),+ "]"
/// argument := "each"? expression
/// member   := path ("[" (expression | range),+ "]")?
/// ```
///
/// - `graph Name(…)` makes a struct `Name` with those attributes, generics and that visibility; the inputs are its
///   fields. A graph without inputs can be written as `Name` or `Name {}`. It has the method `run(self, &executor)`,
///   which returns the outputs (one value, a tuple, or `()`) or the [`Error`] of a failed run, and the constant
///   `TABLE`, a `&'static` [`Table`].
/// - `graph Name[n, m](…)` has *sizes*: fields of type `usize`, before the inputs, for the ranges of families. In place of
///   `TABLE` it has `Name::table(n, m)`: see below.
/// - A node `path(arguments)` is a task. `name = path(arguments)` is an instance of a task that is called `name` in
///   this graph: a graph can list a task many times with different arguments. A doc comment on a node replaces the
///   description of the task. `#[cfg(…)]` and `#[cfg_attr(…)]` work on graphs, inputs, outputs, nodes, arguments and
///   the entries of `after`.
/// - The arguments are the parameters that the task's attribute does not bind, in order. They are Rust expressions over
///   inputs and tasks. `&load` borrows the output of the task `load`, and `load` takes it by value (copied if it is
///   `Copy`, moved otherwise), anywhere in the expression: `Some(&a)`, `(&a, b)`, `a + b`, `format!("{a}")`. Before a
///   `.` or a `[` it is a shared place, as a variable is: `load.len()`, `load[0]`; `{ load }.into_iter()` takes the
///   value. A task that is used like this is a dependency. An input that is used once and by value is moved into the
///   task.
/// - A task that is listed by a path is used by its last segment or by the same path: `mean(&stages::load)`, also as an
///   output. The name or path of a task followed by parentheses is a call of its function.
/// - Names that an argument binds or declares hide inputs and tasks, by Rust's own rules. Local variables around `dag!`
///   are not visible. The input of a macro in an argument can be expressions, statements or anything else: names in it
///   are uses if they are values.
/// - `after [x, y]` makes a task wait for others without taking their outputs.
/// - `each &files` as an argument runs the task once for each element of the output of `files`, like `each` in the
///   attribute. `each files` takes the elements by value. The other arguments are evaluated for each element.
/// - `on EXPR`, over inputs, indices and `ranks`, is the MPI rank on which the task runs, modulo the number of ranks.
///   Executors without ranks ignore it.
/// - All listed tasks run, whether an output needs them or not. Every output is dropped as soon as its last reader has
///   finished.
/// - The order of the list does not affect the results. [`Serial`](struct@Serial) runs depth-first in this order.
///
/// # Families: many tasks from one line
///
/// ```
/// use dag_runtime::{Serial, dag, task};
///
/// const STEPS: usize = 100;
/// const CELLS: usize = 64;
///
/// /// One cell of a rod from its neighbours one step before; a warm spot at the start.
/// #[task]
/// fn step(before: &[f64], x: usize) -> f64 {
///     match before {
///         [] => if x == CELLS / 2 { 1.0 } else { 0.0 },
///         _ => before.iter().sum::<f64>() / before.len() as f64,
///     }
/// }
///
/// #[task]
/// fn hottest(cells: &[f64]) -> f64 { cells.iter().copied().fold(0.0, f64::max) }
///
/// dag! {
///     graph Heat -> hottest {
///         cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
///         hottest(&cell[STEPS - 1, ..]),
///     }
/// }
///
/// assert_eq!(Heat::TABLE.len(), STEPS * CELLS + 1);
/// assert_eq!(Heat::TABLE.task(CELLS).unwrap().name(), "cell[1, 0]");
/// assert!(Heat.run(&Serial).unwrap() < 0.1);
/// ```
///
/// - `name[i in 0..N, j in 0..=i] = path(…)` makes one task for each index. Ranges are expressions over constants and
///   sizes; a range can use the indices before it. A family has at most 8 indices.
/// - `&cell[t - 1, x]` is the output of one member, and `cell[t - 1, x]` is this output by value. A range as the last
///   index, `&cell[t, a..=b]` or `&cell[t, ..]`, is a slice: the outputs of a family are contiguous in row-major order,
///   so nothing is copied. `&cell` is the whole family. In an attribute, `depends = [cell]` is the whole family too.
/// - A range is clipped to the family's own. A single index that is out of range is an error at compile time.
/// - An `if` in an argument whose condition is made of indices, sizes and constants makes the uses in its branches
///   conditional, as does `if` after a member of `after`: only the uses of the branch taken are dependencies. If an
///   input or a name that the argument binds decides, the uses of all branches are dependencies.
/// - Brackets and such conditions are evaluated once for each call, before its arguments. Names in them have the
///   meaning that they have around the graph: an item in the argument, or in a macro around it, does not change it. A
///   local variable of the argument cannot be used in brackets.
/// - In conditions and brackets an index is a signed integer that adapts to the type beside it: `x + 1 < CELLS` needs
///   no cast. Elsewhere in arguments it is a `usize`.
/// - As a graph's output, a family is a `Vec`.
///
/// ## Sizes that are known when the graph runs
///
/// ```
/// use dag_runtime::{Serial, dag, task};
///
/// #[task]
/// fn add(before: Option<&u64>, x: u64) -> u64 { before.unwrap_or(&0) + x }
///
/// #[task]
/// fn last(sum: &u64) -> u64 { *sum }
///
/// dag! {
///     graph Sums<'a>[n](numbers: &'a [u64]) -> last {
///         sum[i in 0..n] = add(if i > 0 { Some(&sum[i - 1]) } else { None }, numbers[i]),
///         last(&sum[n - 1]),
///     }
/// }
///
/// let numbers = [4, 5, 6];
/// assert_eq!(Sums { n: numbers.len(), numbers: &numbers }.run(&Serial).unwrap(), 15);
/// assert_eq!(Sums::table(100).unwrap().len(), 101);
/// let error = Sums { n: 0, numbers: &[] }.run(&Serial).unwrap_err();
/// assert_eq!(error.to_string(), "graph `Sums` with n = 0: `last` asks for `sum[-1]`, and `i` is in 0..0");
/// ```
///
/// - In ranges, brackets and conditions that decide dependencies, a size is an `isize`, as an index is; in other arguments
///   and in `on` it is a `usize`. Inputs cannot be used in ranges and brackets.
/// - That no member depends on itself is proven for all sizes, or an error at compile time. With `#[checked_at_run]` on
///   the graph it is checked before a run instead. What else depends on sizes is proven where the form of the indices
///   allows it, or checked before a run: `Name::PROVEN` says what is. What is wrong is an [`Error`].
/// - [The guide](crate::guide::large) has more on sizes, and [what is proven](crate::guide::proofs).
///
/// ## How long families take to compile
///
/// The compile time of a family does not depend on its size if the form of its indices proves two things: that each
/// index is in its range, checked one index at a time, and that no cycle is possible. Otherwise, without sizes, its members are
/// expanded at compile time, which takes about 0.1 ms for each. The table of its members is computed when it is first
/// read.
///
/// # Errors
///
/// Mistakes in a graph are errors at compile time: a cycle, a task that is needed and not listed, an output whose type
/// is not the one that a parameter takes, an output that is moved while others need it.
#[macro_export]
macro_rules! dag {
    ($($graphs:tt)*) => {
        $crate::__private::v0_1::expand_dag! { $crate $($graphs)* }
    };
}

/// Without MPI, no output crosses ranks.
#[cfg(not(feature = "mpi"))]
#[macro_export]
#[doc(hidden)]
macro_rules! __dag_crossing {
    ($($tokens:tt)*) => {};
}
