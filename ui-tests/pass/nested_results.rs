#![deny(warnings)]

use std::io;
use std::num::ParseIntError;

use dag_runtime::{Serial, dag, task};

type Result<T> = core::result::Result<T, ParseIntError>;

#[task]
fn parse(text: &str) -> io::Result<Result<u32>> {
    Ok(text.parse())
}

#[task(depends = [parse])]
fn known(parse: &Result<u32>) -> Result<Option<Result<u32>>> {
    Ok(parse.is_ok().then(|| parse.clone()))
}

#[task]
fn unwrapped(number: Result<u32>) -> Result<u32> {
    number
}

#[task]
fn unit() -> core::result::Result<(), String> {
    Ok(())
}

dag! {
    graph Numbers<'a>(text: &'a str) -> (known, unwrapped) {
        parse(text),
        known,
        unwrapped((&parse).clone()),
        unit,
    }
}

fn main() {
    assert_eq!(Numbers { text: "1" }.run(&Serial).unwrap(), (Some(Ok(1)), 1));
    let error = Numbers { text: "x" }.run(&Serial).unwrap_err();
    assert_eq!(error.task(), Some("unwrapped"));
    assert!(std::error::Error::source(&error).is_some_and(|source| source.is::<ParseIntError>()));
}
