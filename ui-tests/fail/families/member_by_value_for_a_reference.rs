//! A member is taken by value where the parameter is a reference: rustc points at the member.

use dag_runtime::{dag, task};

#[task]
fn name(i: usize) -> String {
    i.to_string()
}

#[task]
fn length(name: &String) -> usize {
    name.len()
}

dag! {
    graph Names -> length {
        names[i in 0..3] = name(i),
        length(names[2]),
    }
}

fn main() {}
