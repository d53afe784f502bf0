use dag_runtime::{Serial, dag, task};

#[task]
fn count(#[from(count)] before: u32) -> u32 {
    before + 1
}

dag! {
    graph Count -> count {
        count,
    }
}

fn main() {
    Count.run(&Serial).unwrap();
}
