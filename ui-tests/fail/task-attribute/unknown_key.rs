use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

#[task(depend = [load], priority = 3)]
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
