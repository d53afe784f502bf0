//! `each` over a task with `when`, by argument and by attribute.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn square(x: &u32) -> u32 {
    x * x
}

#[task(depends = [load], each = load)]
fn double(load: &u32) -> u32 {
    load * 2
}

dag! {
    graph Argument(plot: bool) -> squares {
        load(3) when plot,
        squares = square(each &load),
    }
    graph Attribute(plot: bool) -> double {
        load(3) when plot,
        double,
    }
}

fn main() {
    Argument { plot: true }.run(&Serial).unwrap();
    Attribute { plot: true }.run(&Serial).unwrap();
}
