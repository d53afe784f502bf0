#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;
// The tests of this crate expand its own macros.
#[cfg(all(test, any(feature = "cli", feature = "store", feature = "tracing")))]
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
#[cfg(feature = "store")]
mod keep;
#[cfg(feature = "store")]
mod key;
#[doc(hidden)]
pub mod lints;
/// Tasks on the ranks of an MPI job: the executor [`Mpi`] and its options.
#[cfg(feature = "mpi")]
#[cfg_attr(docsrs, doc(cfg(feature = "mpi")))]
pub mod mpi {
    pub use crate::executor::mpi::{Mpi, Results, Schedule};
}
mod observe;
mod ordered;
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
#[cfg(feature = "store")]
mod store;
mod table;
mod task;
#[cfg(feature = "tracing")]
mod tracing;
mod unwind;
#[cfg(feature = "std")]
mod watchdog;
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
#[cfg(feature = "store")]
#[cfg_attr(docsrs, doc(cfg(feature = "store")))]
pub use crate::keep::{ExplainedTask, Explanation, Outlook};
#[cfg(feature = "store")]
#[cfg_attr(docsrs, doc(cfg(feature = "store")))]
pub use crate::key::{File, Key, KeyWriter};
pub use crate::observe::{
    Monitor, Observed, Observer, RunEvent, RunId, RunSummary, StoreSummary, TaskEvent, Unobserved,
};
pub use crate::plan::{Gantt, Plan, PlannedTask, Planner, UnknownTask};
#[cfg(feature = "progress")]
#[cfg_attr(docsrs, doc(cfg(feature = "progress")))]
pub use crate::progress::Progress;
#[cfg(feature = "json")]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
pub use crate::record::ChromeTrace;
#[cfg(feature = "std")]
pub use crate::record::{
    Attempt, Caught, GanttSvg, LimitReport, LineReport, Message, Recorder, Recording, Report, TaskRun, Wait,
    WorkerReport,
};
#[cfg(feature = "svg")]
#[cfg_attr(docsrs, doc(cfg(feature = "svg")))]
pub use crate::render::Svg;
pub use crate::render::{Dot, Mermaid};
pub use crate::state::TaskState;
pub use crate::stop::Stop;
#[cfg(feature = "store")]
#[cfg_attr(docsrs, doc(cfg(feature = "store")))]
pub use crate::store::{Collected, Gc, Store, StoredEntry, Verified};
pub use crate::table::{Family, Member, Name, Proven, SharedTable, Sizes, Table, TaskRef, Tasks};
#[cfg(feature = "tracing")]
#[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
pub use crate::tracing::Tracing;
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use crate::watchdog::Watchdog;
/// Makes a type a [`Key`](trait@Key), so that its values can be in the keys of kept outputs.
///
/// ```
/// use dag_runtime::Key;
///
/// #[derive(Key)]
/// struct Options {
///     degree: u32,
///     method: Method,
///     /// Changes how fast the result is there, and not the result.
///     #[key(skip)]
///     threads: usize,
/// }
///
/// #[derive(Key)]
/// enum Method { Exact, Sampled { rate: f64 } }
/// ```
///
/// A value counts by the name of its type (without modules), the name of its variant, the names of its fields, and the
/// fields in the order in which they are declared. So a type, a variant or a field that gets another name is another value,
/// as are two fields that change places. The order of variants does not count, nor what numbers they have.
///
/// All fields have to be `Key`s but those with `#[key(skip)]`, which do not count. The type parameters of a type that is
/// generic have to be `Key`s where a field that counts mentions them. `#[key(crate = path)]` before the type says where
/// `dag_runtime` is, if it was renamed or re-exported.
#[cfg(feature = "store")]
#[cfg_attr(docsrs, doc(cfg(feature = "store")))]
#[doc(inline)]
pub use dag_macros::Key;
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
/// | `retry = EXPR` | after an `Err`, the function is called again, up to this many times: a constant `u32`. See below |
/// | `version = EXPR` | with the feature `store`: a constant `u64` that counts in place of the code. See below |
/// | `uses = [path, …]` | with the feature `store`: constants and tasks' functions that count beside the code. See below |
/// | `volatile` | with the feature `store`: the task always runs and counts by its output. See below |
/// | `crate = path` | where `dag_runtime` is, if it was renamed or re-exported |
///
/// # Parameters
///
/// - A parameter that is named like the last path segment of a dependency receives its output. A dependency without
///   such a parameter only orders the tasks.
/// - `#[from(path)] name: T` receives the output of that task under another name. The task is one in `depends` or an
///   indirect dependency: a task that is upstream without being listed.
/// - `&T` borrows an output (`&[f64]` from a `Vec<f64>`, as everywhere in Rust). A parameter by value copies the output
///   if it is `Copy`, and moves it otherwise. An output is moved once, after all other tasks that read it: these have to be
///   upstream. It is an error to move an output of the graph, or one that another task may read later.
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
/// With `retry = 3` the function is called again after an `Err`, at once and on the same worker, up to 3 times more. Its
/// arguments are evaluated anew for each attempt. What it takes by value is cloned for all attempts but the last, so it has to
/// be `Clone`. An input that it takes by value then stays until the end of the run. With `each`, each element has attempts
/// of its own. With `catch`, the last `Err` is the output. No attempt follows a panic, nor an `Err` when the run is
/// stopped or a run inside of the task was. Observers are told of each failed attempt by
/// [`retried`](Observer::retried).
///
/// ```
/// use dag_runtime::{Serial, dag, task};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// #[task(retry = 2)]
/// fn fetch(calls: &AtomicU32) -> Result<u32, String> {
///     let call = calls.fetch_add(1, Ordering::Relaxed);
///     if call < 2 { Err("the server is busy".into()) } else { Ok(call) }
/// }
///
/// dag! { graph Fetch(calls: AtomicU32) -> fetch { fetch(&calls) } }
///
/// assert_eq!(Fetch { calls: AtomicU32::new(0) }.run(&Serial).unwrap(), 2);
/// ```
///
/// # What counts for a kept output
///
/// With the feature `store`, `keep` in `dag!` keeps outputs from run to run. What of a function is in the keys of its outputs:
///
/// | counts | does not count |
/// |---|---|
/// | its path: the crate, the modules and its name | file, line, visibility, graph, instance |
/// | the tokens of its signature and its body | layout: spaces, lines, commas behind the last of a list; comments, documentation |
/// | attributes of other macros, `#[from]` | attributes for lints, `#[inline]`, `#[must_use]`, `#[deprecated]` and the like |
/// | conditions (`#[cfg(…)]`, `cfg!`), `env!`, `option_env!`, `include_str!`, `include_bytes!` in it: by their values | |
/// | constants and functions of tasks in `uses` | all else that it uses: functions, macros, statics, crates |
/// | its arguments, by value: their types are [`Key`](trait@Key) | arguments of parameters with `#[key(skip)]` |
/// | the keys of the tasks in `depends`, and whose outputs the line uses | `after`, `cost`, `retry`, `using`, `on`, times, attempts |
/// | of a kept output: names and order of fields and variants of its type, and the primitive types in it | where that type is declared |
///
/// What is written inside of a macro that is not of the standard library counts with its comments and commas, since the macro may see
/// them: rather too much counts than too little.
///
/// - `uses = [SCALE, stages::helper]` adds what the function calls. A path whose last name has a lower-case letter is the function
///   of a task, which counts by its code and by all that it `uses` itself. Any other path is a constant or a static, whose type is a
///   `Key`. So make a helper a `#[task]`, too: it can be called as before.
/// - `version = 3` stands in place of the code and of the values in it: change it when the output changes, for instance with
///   a helper that is not in `uses`, or with another crate.
/// - A task with `volatile` runs in each run, if anything needs it: it reads a clock, asks a server, or lists a folder. What depends
///   on it counts by the value of its output, so that is a `Key`.
/// - `#[key(skip)]` before a parameter leaves its argument out: a client, a pool, a number of threads. Its type need not be a `Key`.
///
/// ```
/// # #[cfg(feature = "store")] mod example {
/// use dag_runtime::{Key, task};
///
/// const SCALE: f64 = 2.5;
///
/// #[derive(Key)]
/// enum Method { Exact, Sampled { rate: f64 } }
///
/// #[task]
/// fn scaled(x: f64) -> f64 { x * SCALE }
///
/// #[task(uses = [scaled, SCALE])]
/// fn fit(points: &[f64], method: &Method, #[key(skip)] threads: usize) -> Vec<f64> {
///     let _ = (method, threads);
///     points.iter().map(|x| scaled(*x)).collect()
/// }
/// # }
/// ```
///
/// # Errors
///
/// Functions that are generic over types or constants, `async` or `unsafe` functions, methods, and patterns as
/// parameters are rejected. The error says what to write instead.
#[doc(inline)]
pub use dag_macros::task;

#[doc = include_str!("../docs/dag.md")]
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
