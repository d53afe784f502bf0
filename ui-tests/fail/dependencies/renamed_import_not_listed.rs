use dag_runtime::{Serial, dag, task};
use dag_ui_tests::{clean as cleaned, load as read};

#[task(depends = [cleaned])]
fn count(cleaned: &[i32]) -> usize {
    cleaned.len()
}

dag! {
    graph Count -> count {
        read("1 2", 3),
        count,
    }
}

fn main() {
    Count.run(&Serial).unwrap();
}
