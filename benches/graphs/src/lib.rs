//! The graphs that the benchmarks run. Each is written in several ways, which compute the same.

#[macro_use]
mod entry;
pub mod bodies;
pub mod cholesky;
pub mod families;
pub mod large;
pub mod mix;
pub mod shapes;
pub mod sized;
pub mod witness;

pub use entry::{Calls, Graph, Listed, MakePipeline};

#[allow(missing_docs, non_snake_case, unused_variables, unused_qualifications, clippy::all, clippy::pedantic)]
mod generated {
    use crate::entry::{Graph, Listed};

    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

pub use generated::{all, counted};
