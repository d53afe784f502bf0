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
        mean(load(1) after [load]),
        load(2),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
