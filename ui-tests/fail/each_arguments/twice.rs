use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task]
fn compare(left: &str, right: &str) -> bool {
    left == right
}

dag! {
    graph Two {
        files,
        others = files,
        compare(each &files, each &others),
    }
}

fn main() {
    Two.run(&Serial).unwrap();
}
