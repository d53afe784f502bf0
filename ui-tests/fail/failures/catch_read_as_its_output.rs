use dag_runtime::{dag, task};

#[task(catch)]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[task(depends = [parse])]
fn double(parse: &u32) -> u32 {
    2 * parse
}

#[task]
fn half(number: u32) -> u32 {
    number / 2
}

dag! {
    graph Double<'a>(text: &'a str) -> double { parse(text), double }
    graph Half<'a>(text: &'a str) -> half { parse(text), half(parse) }
}

fn main() {}
