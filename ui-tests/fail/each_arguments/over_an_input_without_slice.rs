use dag_runtime::{Serial, dag, task};

#[task]
fn parse(file: &str) -> usize {
    file.len()
}

dag! {
    graph Inputs(file: String) {
        a = parse(each &file),
    }
}

fn main() {
    Inputs { file: String::new() }.run(&Serial).unwrap();
}
