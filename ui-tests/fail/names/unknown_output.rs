use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> usize {
    1
}

#[task]
fn mean(xs: usize) -> usize {
    xs
}

dag! {
    graph Stats -> (maen, summary) {
        load,
        mean(load),
    }
}

fn main() {
    let (_mean, _summary) = Stats.run(&Serial).unwrap();
}
