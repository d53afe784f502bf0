//! What a task returns has a size.

use dag_runtime::{Serial, dag, task};

#[task]
fn text() -> str {
    *"text"
}

#[task]
pub fn bytes() -> [u8] {
    *b"bytes"
}

#[task]
fn object() -> dyn Fn() -> u32 + Send {
    || 1
}

#[task]
fn fallible() -> Result<(u8, str), String> {
    Err("no".to_owned())
}

#[task]
fn path() -> std::path::Path {
    unimplemented!()
}

#[task(depends = [text, bytes])]
fn reader(text: &str, bytes: &[u8]) -> usize {
    text.len() + bytes.len()
}

dag! {
    graph Unsized -> (reader, text) {
        text,
        bytes,
        object,
        fallible,
        path,
        reader,
    }
}

fn main() {
    let (length, text) = Unsized.run(&Serial).unwrap();
    assert_eq!(length, text.len());
}
