//! Checks that a value does not change when it crosses ranks: in debug builds each value is encoded, decoded and
//! encoded again.
//!
//! Bytes alone do not suffice, since they contain no names: a field that was left out may be read as the next one. So
//! the check compares what a value passes to serde: its fields, its variants and their content. The order of elements
//! and entries does not count, since a hash map has another order each time.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::fingerprint::ReadNames;
use super::read::read_with_names;
use super::write::write_with_fingerprint;
use crate::error::Outcome;
use crate::unwind::{catch, discard};

/// Appends the bytes of a value, and checks them.
///
/// A value that cannot be decoded fails on the rank that receives it, unless the reason is known here.
pub(super) fn write<O: Serialize + Deserialize<'static>>(output: &O, bytes: &mut Vec<u8>) -> Outcome<()> {
    let start = bytes.len();
    let fingerprint = write_with_fingerprint(output, bytes)?;
    let mut names = ReadNames::default();
    // If code of the type panics here, it will also panic where it matters.
    let read = catch(|| read_with_names::<O>(&bytes[start..], &mut names).ok());
    let is_same = match read.ok().flatten() {
        None => false,
        Some(copy) => {
            let again = catch(|| write_with_fingerprint(&copy, &mut Vec::new()).ok());
            discard(copy);
            match again.ok().flatten() {
                Some(again) if again.hash != fingerprint.hash => {
                    return Err(fingerprint.difference(&names).unwrap_or_else(unlike).into());
                }
                _ => true,
            }
        }
    };
    match fingerprint.difference(&names).filter(|_| !is_same) {
        Some(difference) => Err(difference.into()),
        None => Ok(()),
    }
}

#[cold]
fn unlike() -> String {
    "it changes when it is encoded and decoded: its `Serialize` and `Deserialize` do not match, for example because \
     only one of them is written by hand or changed by `#[serde(serialize_with)]`, `skip_serializing` or `skip_deserializing`"
        .into()
}
