//! Types that are no `Key`s, so that the compiler says what to take instead: each has a condition that never holds. It is
//! on a type of its own, since rustc would otherwise tell of `Key` alone.

#![allow(clippy::disallowed_types, reason = "these are what is refused")]

use core::marker::PhantomData;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::key::{Key, KeyWriter};

/// What there would have to be for a type to be a `Key`.
#[diagnostic::on_unimplemented(
    message = "a path is no `Key`, since it does not say what is in the file",
    label = "counts for the key of a kept output by its value",
    note = "take a `dag_runtime::File`, which counts by what is in it; what a folder lists can be the output of a task with `#[task(volatile)]`"
)]
pub trait Content {}

/// What is in a file, which its path does not tell. The lifetime keeps rustc from looking at the condition too early.
#[derive(Debug)]
pub struct OfPath<'a>(PhantomData<&'a ()>);

/// See [`Content`].
#[diagnostic::on_unimplemented(
    message = "a hash map or set is no `Key`, since it has no order",
    label = "counts for the key of a kept output by its value",
    note = "take a `BTreeMap` or a `BTreeSet`, or a `Vec` that is sorted"
)]
pub trait Order {}

/// The order of what is hashed.
#[derive(Debug)]
pub struct OfHashes<'a>(PhantomData<&'a ()>);

impl Key for Path
where
    for<'a> OfPath<'a>: Content,
{
    fn key(&self, _: &mut KeyWriter) {}
}

impl Key for PathBuf
where
    for<'a> OfPath<'a>: Content,
{
    fn key(&self, _: &mut KeyWriter) {}
}

impl<K, V, S> Key for HashMap<K, V, S>
where
    for<'a> OfHashes<'a>: Order,
{
    fn key(&self, _: &mut KeyWriter) {}
}

impl<K, S> Key for HashSet<K, S>
where
    for<'a> OfHashes<'a>: Order,
{
    fn key(&self, _: &mut KeyWriter) {}
}
