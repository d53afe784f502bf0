use dag_runtime::{Serial, dag, task};

use std::error::Error;

#[task]
fn check(text: &str) -> Result<usize, Box<dyn Error>> {
    Ok(text.parse()?)
}

dag! {
    graph Check<'a>(text: &'a str) -> check {
        check(text),
    }
}

fn main() {
    Check { text: "a" }.run(&Serial).unwrap();
}
