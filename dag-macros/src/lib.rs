//! The macros of [`dag-runtime`](https://docs.rs/dag-runtime), which re-exports them: depend on that crate.
//!
//! `#[task]` is an attribute of its own; `dag!` is a `macro_rules!` macro of `dag-runtime` that hands its input on to
//! `expand_dag!` together with the path of its crate.

#![forbid(unsafe_code)]

mod diag;
mod graph;
mod names;
#[cfg(test)]
mod snapshots;
mod task;

use proc_macro::TokenStream;

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
#[proc_macro_attribute]
pub fn task(arguments: TokenStream, item: TokenStream) -> TokenStream {
    task::expand(arguments.into(), item.into()).into()
}

/// Expands `dag!`. The first token is `$crate` of `dag-runtime`.
#[doc(hidden)]
#[proc_macro]
pub fn expand_dag(input: TokenStream) -> TokenStream {
    graph::expand(input.into()).into()
}
