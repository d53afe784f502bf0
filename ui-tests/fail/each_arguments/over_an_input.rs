use dag_runtime::{Serial, dag, task};

#[task]
fn parse(file: &str) -> usize {
    file.len()
}

#[task]
fn names() -> Vec<String> {
    vec![]
}

dag! {
    graph Inputs[n](files: Vec<String>) {
        b = parse(each n),
        names,
        c = parse(each files.iter().chain(&names)),
    }
}

fn main() {
    Inputs { n: 1, files: vec![] }.run(&Serial).unwrap();
}
