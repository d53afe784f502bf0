use dag_runtime::{Serial, dag, task};

#[task]
fn cell(x: usize) -> usize {
    x
}

#[task]
fn total() {}

dag! {
    graph Heat -> total {
        row[x in 0..8] = cell(x),
        total,
    }
}

fn main() {
    Heat.run(&Serial).unwrap();
    cell(1);
}
