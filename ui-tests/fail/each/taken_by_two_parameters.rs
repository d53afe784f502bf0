use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task(depends = [files], each = files)]
fn position(files: &str, #[from(files)] all: &[String]) -> Option<usize> {
    all.iter().position(|file| file == files)
}

dag! {
    graph Positions -> position {
        files,
        position,
    }
}

fn main() {
    Positions.run(&Serial).unwrap();
}
