//! The tasks that a run has not run.

use alloc::string::String;
use alloc::vec::Vec;
use core::iter::FusedIterator;
use core::{fmt, slice};

/// The names of the tasks that did not run: see [`Error::skipped`](super::Error::skipped).
///
/// It can be compared with an array, a slice or a `Vec` of names.
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Skipped<'error>(pub(super) slice::Iter<'error, String>);

impl<'error> Iterator for Skipped<'error> {
    type Item = &'error str;

    fn next(&mut self) -> Option<&'error str> {
        self.0.next().map(String::as_str)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Skipped<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(String::as_str)
    }
}

impl ExactSizeIterator for Skipped<'_> {}
impl FusedIterator for Skipped<'_> {}

impl fmt::Debug for Skipped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl PartialEq for Skipped<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice() == other.0.as_slice()
    }
}

impl Eq for Skipped<'_> {}

impl<S: AsRef<str>> PartialEq<[S]> for Skipped<'_> {
    fn eq(&self, names: &[S]) -> bool {
        self.clone().eq(names.iter().map(AsRef::as_ref))
    }
}

impl<S: AsRef<str>> PartialEq<&[S]> for Skipped<'_> {
    fn eq(&self, names: &&[S]) -> bool {
        *self == **names
    }
}

impl<S: AsRef<str>, const N: usize> PartialEq<[S; N]> for Skipped<'_> {
    fn eq(&self, names: &[S; N]) -> bool {
        *self == names[..]
    }
}

impl<S: AsRef<str>> PartialEq<Vec<S>> for Skipped<'_> {
    fn eq(&self, names: &Vec<S>) -> bool {
        *self == names[..]
    }
}
