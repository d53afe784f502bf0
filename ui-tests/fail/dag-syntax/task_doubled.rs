//! A task that is named twice in its line, and a path that is not finished.

use dag_runtime::{dag, task};

mod stages {
    use dag_runtime::task;

    #[task]
    pub fn load() -> u32 {
        1
    }
}

#[task]
fn double(value: u32) -> u32 {
    2 * value
}

dag! {
    graph Doubled -> result {
        value = stages::load,
        result = double double(value),
    }
}

dag! {
    graph Unfinished -> result {
        value = stages: load,
        result = double(value),
    }
}

fn main() {}
