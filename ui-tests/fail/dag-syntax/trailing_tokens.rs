use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

dag! {
    graph Stats -> load {
        load(1),
    };

    graph Other -> load {
        load(2),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    Other.run(&Serial).unwrap();
}
