use dag_runtime::{Serial, dag, task};
use std::sync::Arc;

#[task]
fn files() -> Arc<[String]> {
    Arc::new([])
}

#[task(depends = [files], each = files)]
fn size(files: String) -> usize {
    files.len()
}

dag! {
    graph Sizes -> size {
        files,
        size,
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
