use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task(depends = [files], each = files)]
fn size(file: &str) -> usize {
    file.len()
}

dag! {
    graph Sizes -> size {
        files,
        size("a"),
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
