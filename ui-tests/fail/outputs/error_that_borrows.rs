use dag_runtime::{Serial, dag, task};

#[task]
fn check<'a>(text: &'a str) -> Result<usize, &'a str> {
    text.parse().map_err(|_| text)
}

dag! {
    graph Check<'a>(text: &'a str) -> check {
        check(text),
    }
}

fn main() {
    Check { text: "a" }.run(&Serial).unwrap();
}
