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
    graph Inputs[n](file: String, files: Vec<String>) {
        a = parse(each &file),
        b = parse(each n),
        names,
        c = parse(each files.iter().chain(&names)),
        d = parse(each file),
    }
}

fn main() {
    Inputs { n: 1, file: String::new(), files: vec![] }.run(&Serial).unwrap();
}
