//! `each` over what is no dependency is one error.

use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<u32> {
    vec![1]
}

#[task(each = files)]
fn parse(file: &u32) -> u32 {
    *file
}

#[task(each = files)]
fn scaled(file: &u32, by: u32) -> u32 {
    file * by
}

dag! {
    graph Parsed -> (parse, scaled) {
        files,
        parse,
        scaled(2),
    }
}

fn main() {
    let (parsed, scaled) = Parsed.run(&Serial).unwrap();
    assert_eq!(parsed.len(), scaled.len());
}
