use std::fmt::Display;

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(depends = [load])]
fn show(load: &dyn Display) -> String {
    load.to_string()
}

dag! {
    graph Show -> show {
        load,
        show,
    }
}

fn main() {
    Show.run(&Serial).unwrap();
}
