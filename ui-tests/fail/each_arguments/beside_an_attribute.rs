use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    vec!["a".to_owned()]
}

#[task(depends = [files], each = files)]
fn parse(files: &str, other: &str) -> bool {
    files == other
}

dag! {
    graph Both {
        files,
        others = files,
        parse(each &others),
    }
}

fn main() {
    Both.run(&Serial).unwrap();
}
