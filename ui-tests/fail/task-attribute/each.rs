use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task(depends = [files], each = files)]
fn size(files: &str) -> usize {
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
