use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> usize {
    path.len()
}

dag! {
    graph Stats(path: Strnig) -> load {
        load(&path),
    }
}

fn main() {
    Stats { path: String::new() }.run(&Serial).unwrap();
}
