use std::num::ParseIntError;

use dag_runtime::{Serial, dag, task};

#[task]
fn parse(text: &str) -> Result<i32, ParseIntError> {
    text.parse()
}

#[task(depends = [parse])]
fn double(parse: Result<i32, ParseIntError>) -> i32 {
    parse.unwrap_or_default() * 2
}

dag! {
    graph Double<'a>(text: &'a str) -> double {
        parse(text),
        double,
    }
}

fn main() {
    Double { text: "1" }.run(&Serial).unwrap();
}
