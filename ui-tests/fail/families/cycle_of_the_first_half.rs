// Half of an index is smaller, except for the index 0.
use dag_runtime::{Serial, dag, task};

#[task]
fn next(half: &u8) -> u8 {
    *half
}

dag! {
    graph Halves -> list {
        list[i in 0..4] = next(&list[i / 2]),
    }
}

fn main() {
    Halves.run(&Serial).unwrap();
}
