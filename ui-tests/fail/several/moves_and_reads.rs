use dag_runtime::{Serial, dag, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn limits() -> u32 {
    1
}

#[task(depends = [rows])]
fn sorted(rows: Vec<u32>, #[from(limits)] most: u32) -> usize {
    rows.len().min(most as usize)
}

#[task]
fn count(rows: &[u32], #[from(sorted)] length: usize) -> usize {
    rows.len() + length
}

dag! {
    graph Stats {
        rows,
        limits,
        sorted,
        count(&rows),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
