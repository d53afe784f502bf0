use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

#[task]
fn mean(xs: usize) -> usize {
    xs
}

dag! {
    graph Stats(load: usize, limit: usize) -> mean {
        load(1),
        limit = load(2),
        mean(load),
    }
}

fn main() {
    Stats { load: 1, limit: 2 }.run(&Serial).unwrap();
}
