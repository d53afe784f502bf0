//! What a user is told of a store.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::build::build;
use super::checked::What;
use super::disk::{Disk, at};
use super::parts::Digest;

/// An entry of a store, as [`Store::list`](crate::Store::list) returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredEntry {
    /// The graph and the task: `Fit::fit[3]`. Empty if this is damaged.
    pub label: String,
    /// The key, as 64 hexadecimal digits.
    pub key: String,
    /// The size of the encoded output, in bytes. 0 for a task that was not wanted.
    pub bytes: u64,
    /// How long ago it was written, by the clock of this machine. 0 if that is in the future.
    pub age: Duration,
    /// Whether the running executable has written it.
    pub this_build: bool,
}

/// What [`Store::verify`](crate::Store::verify) has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many entries are as they were written.
    pub entries: usize,
    /// The size of their contents, in bytes.
    pub bytes: u64,
    /// The entries that are damaged, or whose content is not there. Runs do not find them any more, and the next
    /// [`gc`](crate::Store::gc) removes them.
    pub damaged: Vec<StoredEntry>,
}

/// All entries, by their labels, the newest first among those of one label.
pub(super) fn list(disk: &Disk) -> Vec<StoredEntry> {
    let mut entries: Vec<_> = keys(disk).iter().filter_map(|key| describe(disk, key)).collect();
    entries.sort_by(|a, b| (&a.label, a.age, &a.key).cmp(&(&b.label, b.age, &b.key)));
    entries
}

/// Reads all entries.
pub(super) fn verify(disk: &Disk) -> Verified {
    let mut verified = Verified::default();
    for key in keys(disk) {
        let Some(described) = describe(disk, &key) else { continue };
        if disk.read(&key, What::Check).is_some() {
            verified.entries += 1;
            verified.bytes += described.bytes;
        } else {
            verified.damaged.push(described);
        }
    }
    verified
}

/// All keys, in the order in which their entries are on disk.
fn keys(disk: &Disk) -> Vec<Digest> {
    let index = disk.index();
    let mut entries: Vec<_> =
        index.entries().map(|(key, located)| (located.log, located.offset, *key)).collect();
    entries.sort_unstable();
    entries.into_iter().map(|(.., key)| key).collect()
}

/// What is known of an entry. `None` if it is gone.
pub(super) fn describe(disk: &Disk, key: &Digest) -> Option<StoredEntry> {
    let (located, build_of, at) = {
        let index = disk.index();
        let located = *index.get(key)?;
        (located, *index.build(&located), at(&index, &located))
    };
    let record = disk.logs.read(&at, What::Meta).ok().flatten();
    let label = record.and_then(|record| Some(record.meta?.label)).unwrap_or_default();
    Some(StoredEntry {
        label,
        key: format!("{key}"),
        bytes: located.content,
        age: Duration::from_millis(disk.now().saturating_sub(located.time)),
        this_build: build_of == build(),
    })
}
