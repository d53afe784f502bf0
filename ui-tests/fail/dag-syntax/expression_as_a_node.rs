use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

dag! {
    graph Stats -> load {
        load(1),
        total = load(2) + load(3),
        &load,
        12,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
