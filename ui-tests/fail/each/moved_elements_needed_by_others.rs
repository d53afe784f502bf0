use dag_runtime::{Serial, dag, task};

#[task]
fn words() -> Vec<String> {
    Vec::new()
}

#[task(depends = [words], each = words)]
fn boxed(words: String) -> Box<str> {
    words.into()
}

#[task(depends = [words])]
fn count(words: &[String]) -> usize {
    words.len()
}

dag! {
    graph Words -> (boxed, count) {
        words,
        boxed,
        count,
    }
}

fn main() {
    Words.run(&Serial).unwrap();
}
