use dag_runtime::{Serial, dag, task};

#[task(cost = "much")]
fn load() {}

#[task(cost = 1.5)]
fn mean() {}

#[task(cost = -1)]
fn save() {}

dag! {
    graph Stats {
        load,
        mean,
        save,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
