//! Types that are no `Key`s, so that the compiler says what to take instead: each has a condition that never holds.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::key::{Key, KeyWriter};

/// What a path would need to be a key.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is no `Key`: it says nothing of what is in the file",
    label = "counts for the key of a kept output by its value",
    note = "take a `dag_runtime::File`, which counts by what is in the file; for the listing of a folder, a task that is `#[task(volatile)]`"
)]
pub trait SaysWhatIsInTheFile<'a> {}

/// What a hash map would need to be a key.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is no `Key`: it has no order",
    label = "counts for the key of a kept output by its value",
    note = "take a `BTreeMap` or a `BTreeSet`, or a `Vec` that is sorted"
)]
pub trait HasAnOrder {}

macro_rules! refused {
    ($([$($generic:ident)*] $ty:ty: $bound:path;)*) => {$(
        impl<$($generic),*> Key for $ty
        where
            for<'a> $ty: $bound,
        {
            fn key(&self, _: &mut KeyWriter) {}
        }
    )*};
}

refused! {
    [] Path: SaysWhatIsInTheFile<'a>;
    [] PathBuf: SaysWhatIsInTheFile<'a>;
    [K V S] HashMap<K, V, S>: HasAnOrder;
    [K S] HashSet<K, S>: HasAnOrder;
}
