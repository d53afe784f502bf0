#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

#[task]
fn r#type(r#in: u32) -> u32 {
    r#in
}

#[task(depends = [r#type])]
fn r#match(r#type: &u32, r#loop: u32) -> u32 {
    r#type + r#loop
}

#[task]
fn text(text: String) -> String {
    text
}

#[task(depends = [r#match])]
fn total(#[from(r#match)] matched: u32) -> Result<u8, std::num::TryFromIntError> {
    matched.try_into()
}

dag! {
    graph Raw(r#where: u32) -> (r#if, total, text) {
        r#type(r#where),
        r#match(r#type + 1),
        r#if = r#type(r#match) after [r#type],
        total,
        text(format!("{where} {match} {if:>width$} {loop}", width = 2, r#loop = 7)),
    }
}

fn main() {
    assert_eq!(Raw { r#where: 2 }.run(&Serial).unwrap(), (5, 5, "2 5  5 7".to_owned()));
    assert_eq!(
        Raw::TABLE.tasks().map(|task| task.name().to_string()).collect::<Vec<_>>(),
        ["type", "match", "if", "total", "text"]
    );
}
