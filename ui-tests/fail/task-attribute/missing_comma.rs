use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

#[task(depends = [load] cost = 2)]
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
