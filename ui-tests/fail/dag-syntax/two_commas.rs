use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

#[task]
fn mean(xs: usize, ys: usize) -> usize {
    xs + ys
}

dag! {
    graph Stats -> mean {
        load(1),,
        mean(load,, 2),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
