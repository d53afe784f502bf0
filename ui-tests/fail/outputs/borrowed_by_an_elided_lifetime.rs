use dag_runtime::{Serial, dag, task};

struct Words<'a>(Vec<&'a str>);

#[task]
fn words(text: &str) -> Words<'_> {
    Words(text.split(' ').collect())
}

dag! {
    graph Text<'a>(text: &'a str) -> words {
        words(text),
    }
}

fn main() {
    Text { text: "a" }.run(&Serial).unwrap();
}
