use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

dag! {
    graph Stats -> load {
        few = load(1),
        many = load(100),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
