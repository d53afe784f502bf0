use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

#[task]
fn mean() {}

dag! {
    graph Stats {
        load,
        mean after [load if true],
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
