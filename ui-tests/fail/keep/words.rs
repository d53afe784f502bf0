//! `keep` is the last word of a task, and is there once.

use dag_runtime::{dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

dag! {
    graph Before -> b {
        load,
        b = double(load) keep after [load],
    }
    graph Middle -> b {
        load,
        b = double(load) when load > 1 keep on 0,
    }
    graph Twice -> b {
        load,
        b = double(load) keep keep,
    }
    graph Ranked -> b {
        load,
        b = double(load) on 0 keep using gpu,
    }
    graph Slip -> b {
        load,
        b = double(load) kep,
    }
    graph WithValue -> b {
        load,
        b = double(load) keep = 3,
    }
}

fn main() {}
