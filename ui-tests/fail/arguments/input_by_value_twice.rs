use dag_runtime::{Serial, dag, task};

#[task]
fn size(text: String) -> usize {
    text.len()
}

dag! {
    graph Sizes(title: String) -> (first, second) {
        first = size(title),
        second = size(title),
    }
}

fn main() {
    Sizes { title: String::new() }.run(&Serial).unwrap();
}
