use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task]
fn parse(file: &u32) -> u32 {
    *file
}

dag! {
    graph Types {
        files,
        parse(each &files),
    }
}

fn main() {
    Types.run(&Serial).unwrap();
}
