use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

#[task]
fn mean() {}

dag! { load, mean }

fn main() {
    load();
    mean();
    let _ = Serial;
}
