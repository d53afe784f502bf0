use dag_runtime::{Serial, dag, task};

#[task]
fn next(before: &u32) -> u32 {
    before + 1
}

dag! {
    graph Count -> counter {
        counter = next(&counter),
    }
}

fn main() {
    Count.run(&Serial).unwrap();
}
