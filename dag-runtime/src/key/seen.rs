//! Files that were seen in keys and in outputs.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::cell::RefCell;
use std::path::PathBuf;
use std::thread_local;

use super::content::content_of;
use crate::store::Digest;

/// A file that was in a key or in an output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeenFile {
    pub(super) path: PathBuf,
    /// None if it could not be read.
    pub(super) content: Option<Digest>,
}

impl SeenFile {
    /// Whether it has the content that it had.
    pub(crate) fn still_matches(&self) -> bool {
        self.content.is_some() && content_of(&self.path).ok() == self.content
    }
}

impl fmt::Display for SeenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the file `{}`", self.path.display())
    }
}

/// The files that were seen, while somebody wants to know.
struct Collector {
    files: Vec<SeenFile>,
    /// Whether they are to have the content that they had.
    checks: bool,
}

thread_local! {
    static COLLECTOR: RefCell<Option<Collector>> = const { RefCell::new(None) };
}

/// The files in a value that is encoded inside of `encode`.
pub(crate) fn collect<T>(encode: impl FnOnce() -> T) -> (T, Vec<SeenFile>) {
    with(false, encode)
}

/// The files in a value that is decoded inside of `decode`. It cannot be if one of them has changed.
pub(crate) fn collect_and_check<T>(decode: impl FnOnce() -> T) -> (T, Vec<SeenFile>) {
    with(true, decode)
}

fn with<T>(checks: bool, inside: impl FnOnce() -> T) -> (T, Vec<SeenFile>) {
    /// Puts back what was there before, also after a panic.
    struct Restore(Option<Collector>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            COLLECTOR.with(|collector| *collector.borrow_mut() = before);
        }
    }
    let restore =
        Restore(COLLECTOR.with(|collector| collector.replace(Some(Collector { files: Vec::new(), checks }))));
    let value = inside();
    let files = COLLECTOR.with(|collector| collector.borrow_mut().take()).map(|collector| collector.files);
    drop(restore);
    (value, files.unwrap_or_default())
}

/// Notes that a file was written or read.
///
/// # Errors
///
/// Fails if it is to have the content that it had, and does not.
pub(super) fn note(seen: SeenFile) -> Result<(), String> {
    let checks = COLLECTOR.with(|collector| {
        collector.borrow_mut().as_mut().is_some_and(|collector| {
            collector.files.push(seen.clone());
            collector.checks
        })
    });
    match checks && !seen.still_matches() {
        true => Err(format!("{seen} is not there, or has changed since")),
        false => Ok(()),
    }
}
