use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task]
fn parse(file: &str) -> usize {
    file.len()
}

#[task]
fn double(length: usize) -> usize {
    2 * length
}

dag! {
    graph Vecs {
        files,
        parse(each &files),
        double(parse),
    }
}

fn main() {
    Vecs.run(&Serial).unwrap();
}
