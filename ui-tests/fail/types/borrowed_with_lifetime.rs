use dag_runtime::{Serial, dag, task};

struct View<'a>(&'a str);

#[task]
fn text() -> String {
    String::new()
}

#[task(depends = [text])]
fn count<'a>(text: &'a View<'a>) -> usize {
    text.0.len()
}

dag! {
    graph Count -> count {
        text,
        count,
    }
}

fn main() {
    Count.run(&Serial).unwrap();
}
