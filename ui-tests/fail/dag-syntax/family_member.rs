use dag_runtime::{Serial, dag, task};

#[task]
fn cell(x: usize) -> Vec<usize> {
    vec![x]
}

#[task]
fn total() {}

dag! {
    graph Heat -> total {
        row = cell(8),
        total after [row[0]],
    }
}

fn main() {
    Heat.run(&Serial).unwrap();
}
