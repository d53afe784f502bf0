use dag_runtime::{Serial, dag, task};

#[task]
fn longest(text: &str) -> &str {
    text
}

dag! {
    graph Words<'a>(text: &'a str) -> longest {
        longest(text),
    }
}

fn main() {
    Words { text: "a" }.run(&Serial).unwrap();
}
