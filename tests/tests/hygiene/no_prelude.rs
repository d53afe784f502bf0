//! A module without any prelude: only names that it imports are known.

#![no_implicit_prelude]

use ::dag_runtime::{Serial, dag, task};
use ::dag_tests::Everywhere;
use ::std::convert::From as _;
use ::std::string::String;
use ::std::vec::Vec;
use ::std::{assert_eq, format, vec};

#[task]
fn load(fail: bool) -> ::core::result::Result<Vec<u32>, ::std::string::String> {
    if fail {
        ::core::result::Result::Err(String::from("it has to"))
    } else {
        ::core::result::Result::Ok(vec![1, 2])
    }
}

#[task(depends = [load], cost = 3)]
fn first(load: &[u32]) -> ::core::option::Option<u32> {
    load.first().copied()
}

#[task(depends = [first])]
fn taken(first: ::core::option::Option<u32>, #[from(load)] all: &[u32]) -> usize {
    all.len() + first.is_some() as usize
}

#[task]
fn joined(text: String, n: &usize) -> String {
    format!("{text}{n}")
}

dag! {
    /// Without a prelude.
    graph Bare<'a, T>(fail: bool, text: String, also: &'a str, value: T) -> (joined, other, taken)
    where
        T: ::core::marker::Copy + ::core::marker::Sync + ::core::marker::Send,
    {
        load(fail),
        joined(text, &taken),
        taken,
        first,
        other = joined(::std::string::ToString::to_string(also), &(::core::mem::size_of_val(&value))) after [taken],
    }

    graph Nothing {}
}

#[::core::prelude::v1::test]
fn nothing_is_taken_from_the_prelude() {
    let run = Everywhere::new().agree(|executor| {
        Bare { fail: false, text: String::from("x"), also: "y", value: 7_u16 }.run(executor).unwrap()
    });
    assert_eq!(run, (String::from("x3"), String::from("y2"), 3));
    let error = Bare { fail: true, text: String::new(), also: "", value: () }.run(&Serial).unwrap_err();
    assert_eq!(error.task(), ::core::option::Option::Some("load"));
    Nothing.run(&Serial).unwrap();
}
