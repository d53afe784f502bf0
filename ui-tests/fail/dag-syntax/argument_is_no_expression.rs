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
    graph Stats -> mean {
        load(1 +),
        mean(load),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
