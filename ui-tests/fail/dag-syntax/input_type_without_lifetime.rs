use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> usize {
    path.len()
}

dag! {
    graph Stats(path: &str) -> load {
        load(path),
    }
}

fn main() {
    Stats { path: "a" }.run(&Serial).unwrap();
}
