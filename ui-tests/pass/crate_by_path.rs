#![deny(warnings)]

mod tools {
    pub use dag_runtime as graphs;
}

use tools::graphs::{Serial, dag, task};

#[task(crate = crate::tools::graphs)]
fn load() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

#[task(depends = [load], cost = 3, crate = tools::graphs)]
fn double(load: &u32) -> u32 {
    load * 2
}

dag! {
    graph Double -> double {
        load,
        double,
    }
}

fn main() {
    assert_eq!(Double.run(&Serial).unwrap(), 2);
    assert_eq!(Double::TABLE.work(), 4);
}
