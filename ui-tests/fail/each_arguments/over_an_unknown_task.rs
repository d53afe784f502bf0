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
    graph Unknown {
        files,
        parse(each &file),
    }
}

fn main() {
    Unknown.run(&Serial).unwrap();
}
