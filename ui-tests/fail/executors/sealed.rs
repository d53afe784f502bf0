//! Only `dag!` makes graphs, and only the library has executors.

use dag_runtime::{Error, Executor, Graph, Serial, dag, task};

#[task]
fn load() -> u32 {
    42
}

dag! {
    graph Stats -> load {
        load,
    }
}

struct Threads;

impl<G: Graph> Executor<G> for Threads {}

fn any<G: Graph>(graph: G) -> Result<G::Outputs, Error>
where
    Serial: Executor<G>,
{
    graph.run(&Serial)
}

fn main() {
    any(Stats).unwrap();
    any(&Stats).unwrap();
}
