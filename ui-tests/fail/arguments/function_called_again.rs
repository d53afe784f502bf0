#![deny(deprecated)]

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn scale(by: u32) -> Vec<u32> {
    vec![by]
}

#[task]
fn count(n: usize) -> usize {
    n
}

dag! {
    graph Counts(by: u32) -> (again, with_arguments, in_a_macro, others) {
        load,
        scale(by),
        again = count(load().len()),
        with_arguments = count(scale(by).len()),
        in_a_macro = count(vec![load().len(), load.len()].len()),
        others = count(scale(by + 1).len() + (load)[0] as usize),
    }
}

fn main() {
    Counts { by: 1 }.run(&Serial).unwrap();
}
