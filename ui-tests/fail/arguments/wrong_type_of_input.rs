use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str, limit: usize) -> String {
    path.chars().take(limit).collect()
}

dag! {
    graph Files(path: String, limit: u8) -> load {
        load(&path, limit),
    }
}

fn main() {
    Files { path: "a".to_owned(), limit: 1 }.run(&Serial).unwrap();
}
