use dag_runtime::{Serial, dag, task};

use std::num::ParseIntError;

#[task]
fn parse(text: &str) -> Result<u32, ParseIntError> {
    text.parse()
}

#[task]
fn double(number: u32) -> u32 {
    number * 2
}

dag! {
    graph Numbers<'a>(text: &'a str) -> double {
        parse(text),
        double(parse?),
    }
}

fn main() {
    Numbers { text: "1" }.run(&Serial).unwrap();
}
