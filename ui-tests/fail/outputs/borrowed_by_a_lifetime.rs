use dag_runtime::{Serial, dag, task};

struct Words<'a>(Vec<&'a str>);

#[task]
fn words<'a>(text: &'a str) -> Words<'a> {
    Words(text.split(' ').collect())
}

dag! {
    graph Text<'a>(text: &'a str) -> words {
        words(text),
    }
}

fn main() {
    let words = Text { text: "a" }.run(&Serial).unwrap();
    drop(words.0);
}
