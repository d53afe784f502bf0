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
    graph Stats -> load {
        load = mean(2),
        load(1),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
