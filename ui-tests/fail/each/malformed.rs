use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task(depends = [files], each)]
fn size(files: &str) -> usize {
    files.len()
}

#[task(depends = [files], each = "files")]
fn first(files: &str) -> Option<char> {
    files.chars().next()
}

#[task(depends = [files], each = files())]
fn last(files: &str) -> Option<char> {
    files.chars().last()
}

#[task(depends = [files], each = [files])]
fn length(files: &str) -> usize {
    files.chars().count()
}

dag! {
    graph Sizes -> (first, last) {
        files,
        size,
        first,
        last,
        length,
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
