use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

dag! {
    graph Stats(limit: u32) -> load {
        load(limit),
    }
}

fn main() {
    Stats { limit: 1 }.run(&Serial).unwrap();
}
