use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task(depends = [files], each = file)]
fn size(files: &str) -> usize {
    files.len()
}

#[task(each = files)]
fn first(files: &str) -> Option<char> {
    files.chars().next()
}

mod stages {
    #[dag_runtime::task]
    pub fn lines() -> Vec<String> {
        Vec::new()
    }
}

#[task(depends = [stages::lines], each = lines)]
fn width(lines: &str) -> usize {
    lines.len()
}

dag! {
    graph Sizes -> (size, first, width) {
        files,
        size,
        first,
        stages::lines,
        width,
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
