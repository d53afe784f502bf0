#![no_implicit_prelude]
#![deny(warnings)]

use ::dag_runtime::{Rayon, Serial, dag, task};

#[task]
fn load(text: &str) -> ::std::result::Result<::std::vec::Vec<u8>, ::std::fmt::Error> {
    ::std::result::Result::Ok(::std::borrow::ToOwned::to_owned(text.as_bytes()))
}

#[task(depends = [load], cost = 2)]
fn count(load: &[u8]) -> usize {
    load.len()
}

#[task(depends = [load, count])]
fn sized(load: &::std::vec::Vec<u8>, #[from(count)] size: usize) -> bool {
    load.len() == size
}

dag! {
    graph Sizes<'a>(text: &'a str, extra: usize) -> (total, sized) {
        load(text),
        size = count,
        count,
        total = add(count, extra),
        sized after [size],
    }
}

#[task]
fn add(a: usize, b: usize) -> usize {
    a + b
}

fn main() {
    ::std::assert!(::std::matches!(
        Sizes { text: "abc", extra: 1 }.run(&Serial),
        ::std::result::Result::Ok((4, true))
    ));
    ::std::assert!(Sizes { text: "", extra: 1 }.run(&Rayon::new()).is_ok());
}
