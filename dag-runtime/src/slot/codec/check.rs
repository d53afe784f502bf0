//! Whether a value is the same after it has crossed: in debug builds each one is encoded, decoded and encoded again.
//!
//! Bytes alone do not tell, since they name nothing: a field that was left out may be read as the one after it. So what is
//! compared is what a value tells serde: its fields, its variants and what is in them. The order of elements and entries
//! does not count, as that of a hash map is another one each time.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::fingerprint::ReadNames;
use super::read::read_with_names;
use super::write::write_with_fingerprint;
use crate::error::Outcome;
use crate::unwind::{catch, discard};

/// Appends the bytes of a value that arrives as it is.
///
/// One that cannot be read is left to the rank that reads it, unless it is known why.
pub(super) fn write<O: Serialize + Deserialize<'static>>(output: &O, bytes: &mut Vec<u8>) -> Outcome<()> {
    let start = bytes.len();
    let fingerprint = write_with_fingerprint(output, bytes)?;
    let mut names = ReadNames::default();
    // The type's own code may panic: then it will where it matters.
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
    "it is another one when it has been encoded and decoded: its `Serialize` and `Deserialize` do not fit each other, as where \
     only one of them is written by hand or changed by `#[serde(serialize_with)]`, `skip_serializing` or `skip_deserializing`"
        .into()
}
