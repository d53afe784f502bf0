//! Tasks called like what the expansions use.
#![deny(warnings)]
#![allow(non_snake_case)]

use dag_runtime::{Serial, dag};

#[dag_runtime::task]
fn Task() -> u32 {
    1
}

#[dag_runtime::task(depends = [Task])]
fn Slot(Task: &u32) -> u32 {
    Task + 1
}

#[dag_runtime::task(depends = [Slot])]
fn String(Slot: u32) -> std::string::String {
    Slot.to_string()
}

#[dag_runtime::task(depends = [String])]
fn Result(String: &str) -> core::result::Result<usize, std::fmt::Error> {
    Ok(String.len())
}

#[dag_runtime::task]
fn run(table: u32) -> u32 {
    table
}

#[dag_runtime::task]
fn drop(value: u32) -> u32 {
    value + 1
}

#[dag_runtime::task(depends = [run])]
fn main2(run: u32) -> u32 {
    run * 2
}

#[dag_runtime::task]
fn table() {}

#[dag_runtime::task(depends = [table])]
fn call() {}

#[dag_runtime::task]
fn Graph() {}

#[dag_runtime::task]
fn Vec() {}

dag! {
    graph Names -> (String, Result, main2, drop) {
        Task,
        Slot,
        String,
        Result,
        table,
        call,
        Graph,
        Vec,
        run(3),
        drop(run),
        main2,
    }
}

fn main() {
    let (text, length, doubled, dropped) = Names.run(&Serial).unwrap();
    assert_eq!((text.as_str(), length, doubled, dropped), ("2", 1, 6, 4));
    assert_eq!(Names::TABLE.len(), 11);
}
