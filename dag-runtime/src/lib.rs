#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod error;
mod executor;
mod graph;
mod observe;
mod offer;
#[allow(unsafe_code)]
mod slot;
mod table;
mod task;

#[doc(hidden)]
pub mod __private;

pub use crate::error::{Error, Failure};
#[cfg(feature = "rayon")]
pub use crate::executor::rayon::Rayon;
pub use crate::executor::{Backend, Executor, auto::Auto, serial::Serial};
pub use crate::observe::{Observer, RunEvent, RunSummary, TaskEvent};
pub use crate::table::{Name, Table, TaskRef, Tasks};
/// Makes a function a task.
///
/// The function stays as it is and can be called as before. Beside it appears a type of the same name and visibility, by
/// which graphs and other tasks refer to it: one `use stages::load;` brings both.
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
/// | `crate = path` | where `dag_runtime` is, if it was renamed or re-exported |
///
/// # Parameters
///
/// - A parameter with the name of a dependency's last path segment receives its output. A dependency without such a
///   parameter is for the order only.
/// - `#[from(path)] name: T` receives the output of that task under another name. It may be one in `depends`, or an
///   indirect dependency: a task that is upstream without being listed.
/// - `&T` borrows an output (`&[f64]` from a `Vec<f64>`, as everywhere in Rust). A parameter by value copies it where it is
///   `Copy`, and else moves it, which is an error if another task or the graph's outputs need it too.
/// - Every other parameter is an argument, given in `dag!`.
///
/// # Results
///
/// A function whose return type is called `Result` is fallible: its dependents receive the `Ok` value, and an `Err` fails
/// the run. The error may be anything that is `Into<Box<dyn Error + Send + Sync>>`. Outputs are owned (`'static`).
///
/// # Errors
///
/// Functions that are generic over types or constants, `async` or `unsafe`, methods, and patterns as parameters are
/// rejected, with what to write instead.
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
/// graph    := attributes visibility "graph" Name generics? inputs? ("->" outputs)? where-clause? "{" nodes "}"
/// inputs   := "(" (name ":" type),* ")"
/// outputs  := name | "(" (name),* ")"
/// nodes    := (node),*
/// node     := attributes (name "=")? path ("(" (argument),* ")")? ("after" "[" (task),* "]")?
/// ```
///
/// - `graph Name(…)` makes a struct `Name` with those attributes, generics and that visibility; the inputs are its fields.
///   A graph without inputs is `Name` and `Name {}`. It has two members: `run(self, &executor)`, which returns the
///   [`Error`] of a failed run or the outputs (one value, a tuple, or `()`), and the constant `TABLE`, a
///   `&'static` [`Table`].
/// - A node `path(arguments)` is a task. `name = path(arguments)` is an instance of one that is known as `name` in this
///   graph: a task can stand in a graph many times with different arguments. A doc comment on a node takes the place of the
///   task's own description; `#[cfg(…)]` on a node or a graph works.
/// - The arguments are those parameters that the task's attribute does not bind, in order: Rust expressions over inputs and
///   tasks. `&load` borrows the output of the task `load`, `load` takes it by value (copied where it is `Copy`, else moved),
///   anywhere in the expression: `Some(&a)`, `(&a, b)`, `a + b`. A task used like this is a dependency. An input that is used
///   once and by value is moved into the task. Names in format strings (`"{name}"`) are not seen: give them as arguments.
/// - `after [x, y]` lets a task wait for others without taking their outputs.
/// - All listed tasks run, whether an output needs them or not. Every output is dropped as soon as its last reader is done.
/// - The order of listing is of no importance to what is computed. [`Serial`](struct@Serial) runs depth-first in this order.
///
/// What is wrong with a graph is an error at compile time: a cycle, a task that is needed and not listed, an output of another
/// type than a parameter asks for, an output that is moved while others need it.
#[macro_export]
macro_rules! dag {
    ($($graphs:tt)*) => {
        $crate::__private::expand_dag! { $crate $($graphs)* }
    };
}
