use dag_runtime::{Serial, dag, task};

#[derive(Debug)]
struct TooLong(usize);

#[task]
fn check(text: &str) -> Result<usize, TooLong> {
    if text.len() > 10 { Err(TooLong(text.len())) } else { Ok(text.len()) }
}

dag! {
    graph Check<'a>(text: &'a str) -> check {
        check(text),
    }
}

fn main() {
    Check { text: "a" }.run(&Serial).unwrap();
}
