use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task]
fn size(file: &str) -> usize {
    file.len()
}

dag! {
    graph Sizes -> size {
        files,
        size(each &files),
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
