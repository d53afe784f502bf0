use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task]
fn parse(file: String) -> usize {
    file.len()
}

#[task]
fn count(files: &[String]) -> usize {
    files.len()
}

dag! {
    graph Values {
        files,
        parse(each files),
        count(&files),
    }
}

fn main() {
    Values.run(&Serial).unwrap();
}
