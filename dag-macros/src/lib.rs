//! The macros of [`dag-runtime`](https://docs.rs/dag-runtime), which re-exports them: depend on that crate.
//!
//! `#[task]` is an attribute of its own; `dag!` is a `macro_rules!` macro of `dag-runtime` that hands its input on to
//! `expand_dag!` together with the path of its crate.

#![forbid(unsafe_code)]

mod cfg;
mod code;
#[cfg(feature = "store")]
mod derive;
mod diag;
#[cfg(test)]
mod fuzz;
mod graph;
mod lints;
mod names;
mod private;
#[cfg(test)]
mod snapshots;
mod streams;
mod task;

use proc_macro::TokenStream;

/// See `dag_runtime::task`, which documents it.
#[proc_macro_attribute]
pub fn task(arguments: TokenStream, item: TokenStream) -> TokenStream {
    task::expand(arguments.into(), item.into(), cfg!(feature = "store")).into()
}

/// See `dag_runtime::Key`, which documents it.
#[cfg(feature = "store")]
#[proc_macro_derive(Key, attributes(key))]
pub fn derive_key(input: TokenStream) -> TokenStream {
    derive::key(input.into()).into()
}

/// Expands `dag!`. The first token is `$crate` of `dag-runtime`.
#[doc(hidden)]
#[proc_macro]
pub fn expand_dag(input: TokenStream) -> TokenStream {
    graph::expand(input.into()).into()
}
