use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

#[task]
fn sum(a: usize, b: usize) -> usize {
    a + b
}

dag! {
    graph Stats -> sum {
        a = load(1),
        a = sum(1, 2),
        sum(a, 1),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
