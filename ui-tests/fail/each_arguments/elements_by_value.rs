use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task]
fn parse(file: String) -> usize {
    file.len()
}

dag! {
    graph Values {
        files,
        parse(each &files),
    }
}

fn main() {
    Values.run(&Serial).unwrap();
}
