//! The type of an output is written out.

use dag_runtime::{Serial, dag, task};

#[task]
fn number() -> _ {
    1u32
}

#[task]
pub fn list() -> Result<Vec<_>, String> {
    Ok(vec![1u32])
}

#[task]
fn array() -> [u8; _] {
    [1, 2]
}

#[task(depends = [number, list])]
fn reader(number: u32, list: &[u32], array: &[u8]) -> u32 {
    number + list.len() as u32 + array.len() as u32
}

dag! {
    graph Placeholders -> (reader, list) {
        number,
        list,
        array,
        reader(&array),
    }
}

fn main() {
    let (sum, list) = Placeholders.run(&Serial).unwrap();
    assert_eq!(sum, list.len() as u32 + number());
}
