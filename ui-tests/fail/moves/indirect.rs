use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(depends = [load])]
fn count(load: &[u32]) -> usize {
    load.len()
}

#[task(depends = [count])]
fn pad(count: usize, #[from(load)] mut rows: Vec<u32>) -> Vec<u32> {
    rows.resize(count * 2, 0);
    rows
}

dag! {
    graph Pad -> pad {
        load,
        count,
        pad,
    }
}

fn main() {
    Pad.run(&Serial).unwrap();
}
