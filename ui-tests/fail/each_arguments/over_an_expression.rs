use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task]
fn parse(file: &str) -> usize {
    file.len()
}

dag! {
    graph Expressions {
        files,
        a = parse(each &files[1..]),
        b = parse(each files.iter()),
        c = parse(each),
        d = parse(each Some(&files)),
    }
}

fn main() {
    Expressions.run(&Serial).unwrap();
}
