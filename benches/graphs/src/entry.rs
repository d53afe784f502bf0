//! What there is of each graph, behind function pointers: so the graphs are compiled here, once.

use dag_runtime::{Error, Rayon, Table};

/// One of our graphs. A run takes a seed.
#[derive(Clone, Copy, Debug)]
pub struct Graph {
    /// The name of the shape.
    pub shape: &'static str,
    /// Its table.
    pub table: &'static Table,
    /// A run on `Serial`.
    pub serial: fn(u64) -> Result<(), Error>,
    /// A run on `Rayon`.
    pub rayon: fn(u64, &Rayon) -> Result<(), Error>,
}

/// The calls of a graph in order, from a seed.
pub type Calls = fn(u64);

/// Makes a pipeline of pipeline-dsl, from a seed. What it gives runs it.
pub type MakePipeline = fn(u64) -> Box<dyn FnMut()>;

/// A shape written as plain lines, and by other means that a compiler sees through: first the tasks
/// without outputs, then those that pass numbers.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// With `dag!`.
    pub graphs: [Graph; 2],
    /// By hand.
    pub by_hand: [Calls; 2],
    /// With pipeline-dsl, where that is written.
    pub pipelines: Option<[MakePipeline; 2]>,
}

/// A graph, given the path of its type and its fields.
macro_rules! graph {
    ($shape:expr, $($path:ident)::+ { $($field:ident)? }) => {
        $crate::Graph {
            shape: $shape,
            table: <$($path)::+>::TABLE,
            serial: |seed| {
                let _ = seed;
                $($path)::+ { $($field: seed)? }.run(&::dag_runtime::Serial)
            },
            rayon: |seed, rayon| {
                let _ = seed;
                $($path)::+ { $($field: seed)? }.run(rayon)
            },
        }
    };
}

/// A pipeline, given the path of its type and the arguments of its constructor.
macro_rules! pipeline {
    ($($path:ident)::+ ($($seed:ident)?)) => {
        |from| {
            let _ = from;
            $(let $seed = from;)?
            let mut pipeline = $($path)::+::new($($seed)?);
            Box::new(move || pipeline.compute().expect("no stage fails"))
        }
    };
}
