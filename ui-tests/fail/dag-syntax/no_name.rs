use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

dag! {
    graph {
        load,
    }
}

fn main() {
    load();
    let _ = Serial;
}
