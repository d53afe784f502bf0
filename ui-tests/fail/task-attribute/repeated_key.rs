use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

#[task]
fn save() {}

#[task(depends = [load], cost = 2, depends = [save], cost = 3)]
fn mean() {}

dag! {
    graph Stats {
        load,
        save,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
