use dag_runtime::{Serial, dag, task};

#[task]
fn load(limit: usize) -> usize {
    limit
}

dag! {
    graph Stats(limit: usize, path: String, limit: u8) -> load {
        load(limit + path.len()),
    }
}

fn main() {
    Stats { limit: 1, path: String::new() }.run(&Serial).unwrap();
}
