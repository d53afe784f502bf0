use dag_runtime::{Serial, dag, task};

#[task(cost)]
fn load() {}

#[task(cost =)]
fn mean() {}

dag! {
    graph Stats {
        load,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
