use dag_runtime::{Serial, dag, task};

#[task]
fn parse(file: &str) -> usize {
    file.len()
}

dag! {
    graph Inputs(files: Vec<String>) {
        parse(each &files),
    }
}

fn main() {
    Inputs { files: vec![] }.run(&Serial).unwrap();
}
