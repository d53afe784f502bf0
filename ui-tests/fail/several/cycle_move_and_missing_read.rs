use dag_runtime::{Serial, dag, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task(depends = [rows])]
fn sorted(rows: Vec<u32>) -> Vec<u32> {
    rows
}

#[task(depends = [rows, egg])]
fn hen(rows: &[u32]) -> usize {
    rows.len()
}

#[task(depends = [hen])]
fn egg() {}

dag! {
    graph Stats {
        rows,
        sorted,
        hen,
        egg,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
