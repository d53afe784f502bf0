use dag_runtime::{Serial, dag, task};
use std::path::{Path, PathBuf};

#[task]
fn files() -> Vec<PathBuf> {
    Vec::new()
}

#[task(depends = [files], each = files)]
fn size(files: &str) -> usize {
    files.len()
}

#[task]
fn others() -> Vec<PathBuf> {
    Vec::new()
}

#[task(depends = [others], each = others)]
fn name(others: Box<Path>) -> String {
    others.display().to_string()
}

dag! {
    graph Sizes -> (size, name) {
        files,
        others,
        size,
        name,
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
