use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

#[task(depends = [load])]
fn mean(load: usize) -> usize {
    load
}

dag! {
    graph Stats -> mean {
        load(1),
        mean,
        load(2),
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
