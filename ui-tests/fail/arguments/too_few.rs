use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str, limit: usize) -> String {
    path.chars().take(limit).collect()
}

dag! {
    graph Files<'a>(path: &'a str) -> load {
        load(path),
    }
}

fn main() {
    Files { path: "a" }.run(&Serial).unwrap();
}
