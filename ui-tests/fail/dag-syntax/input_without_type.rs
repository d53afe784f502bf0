use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str, limit: usize) -> usize {
    path.len().min(limit)
}

dag! {
    graph Stats<'a>(path: &'a str, limit) -> load {
        load(path, limit),
    }
}

fn main() {
    Stats { path: "a", limit: 1 }.run(&Serial).unwrap();
}
