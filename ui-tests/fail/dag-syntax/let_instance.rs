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
        let few = load(1),
        many: load(2),
        mean(few),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
