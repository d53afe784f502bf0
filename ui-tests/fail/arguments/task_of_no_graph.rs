use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> String {
    String::new()
}

#[task]
fn size(text: &str) -> usize {
    text.len()
}

dag! {
    graph Files -> size {
        size(&load),
    }
}

fn main() {
    Files.run(&Serial).unwrap();
    load();
}
