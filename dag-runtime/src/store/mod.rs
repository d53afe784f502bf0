//! Stores: folders of kept outputs. A store knows bytes and their keys, not tasks. The README of this folder describes the
//! files, and why they survive crashes.

mod admin;
mod aside;
mod build;
mod checked;
mod disk;
mod entry;
mod folder;
mod gc;
mod hold;
#[cfg(feature = "mpi")]
mod identity;
mod index;
mod log_writer;
mod logs;
mod parts;
mod pending;
mod record;
#[cfg(feature = "cli")]
mod rerun;
mod scan;
mod session;
#[cfg(test)]
mod tests;
mod used;
mod warnings;
mod window;
mod writer;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use std::path::Path;

use self::checked::What;
use self::disk::Disk;
use self::folder::{Folder, NoStore};
use self::gc::NoGc;
use self::hold::Held;
use self::writer::Writer;
use crate::error::Error;

pub use self::admin::{StoredEntry, Verified};
pub(crate) use self::build::{build, executable};
pub(crate) use self::entry::{Content, Entry, Found};
pub use self::gc::{Collected, Gc};
pub(crate) use self::parts::{Digest, Part, Parts};
#[cfg(feature = "cli")]
pub(crate) use self::rerun::{Different, Reran, Rerun};
pub(crate) use self::writer::Flushed;

/// A folder of kept outputs, which runs find again.
///
/// Any number of processes may use a folder at the same time, also on machines that share a file system. Clones of a
/// store are the same store. The last one that is dropped waits until all is written; a process that ends without that
/// loses what was kept in its last milliseconds.
///
/// Nothing that happens to the folder fails a run: what cannot be read is not there, what cannot be written is not kept,
/// and [`warnings`](Store::warnings) tells of both.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    version: Option<Arc<str>>,
    strict: bool,
    #[cfg(feature = "cli")]
    rerun: Option<Arc<Rerun>>,
}

#[derive(Debug)]
struct Inner {
    // Dropped first: it waits for the thread.
    writer: Writer,
    disk: Arc<Disk>,
}

/// Entries that no `gc` takes while this is there.
#[derive(Debug)]
pub(crate) struct Hold {
    _held: Option<Held>,
    /// Its thread shows that this process still holds them.
    _store: Arc<Inner>,
    /// The keys that are not there, or no longer.
    pub(crate) missing: Vec<Digest>,
}

impl Store {
    /// Opens the store in this folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be made or read, if it has other files and is no store, and if a newer version of this
    /// library has made it.
    pub fn open(folder: impl AsRef<Path>) -> Result<Store, Error> {
        let root = folder.as_ref();
        let (folder, unwritable) = Folder::open(root).map_err(|reason| not_opened(root, reason))?;
        let store = Store::of(folder);
        if let Some(error) = unwritable {
            store.warn(format_args!("cannot be written: {error}"));
        }
        store.refresh();
        Ok(store)
    }

    /// The store in this folder, to be read: nothing is made. If it is not there, it is empty.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Store::open).
    #[cfg(feature = "cli")]
    pub(crate) fn look(folder: impl AsRef<Path>) -> Result<Store, Error> {
        let root = folder.as_ref();
        let store = Store::of(Folder::look(root).map_err(|reason| not_opened(root, reason))?);
        store.refresh();
        Ok(store)
    }

    fn of(folder: Folder) -> Store {
        let disk = Arc::new(Disk::new(folder));
        let inner = Inner { writer: Writer::new(Arc::clone(&disk)), disk };
        Store {
            inner: Arc::new(inner),
            version: None,
            strict: false,
            #[cfg(feature = "cli")]
            rerun: None,
        }
    }

    /// Whether the folder is a store.
    #[cfg(feature = "cli")]
    pub(crate) fn is_there(&self) -> bool {
        matches!(self.disk().folder.is_store(), Ok(true))
    }

    /// The store of runs that make entries again.
    #[cfg(feature = "cli")]
    pub(crate) fn rerunning(self, rerun: &Arc<Rerun>) -> Store {
        Store { rerun: Some(Arc::clone(rerun)), ..self }
    }

    /// Which entries runs make again, if they are to do that.
    #[cfg(feature = "cli")]
    pub(crate) fn rerun(&self) -> Option<&Rerun> {
        self.rerun.as_deref()
    }

    /// What is known of an entry.
    #[cfg(feature = "cli")]
    pub(crate) fn described(&self, key: &Digest) -> Option<StoredEntry> {
        admin::describe(self.disk(), key)
    }

    /// Adds this version to the keys of all tasks.
    #[must_use = "it is the store with the version"]
    pub fn version(self, version: &str) -> Store {
        Store { version: Some(version.into()), ..self }
    }

    /// Adds a hash of the running executable to the keys of all tasks.
    #[must_use = "it is the strict store"]
    pub fn strict(self) -> Store {
        Store { strict: true, ..self }
    }

    /// The folder, as an absolute path.
    pub fn folder(&self) -> &Path {
        self.disk().folder.path()
    }

    /// What could not be read or written, the oldest first: the last 100 warnings since the store was opened, each one once.
    pub fn warnings(&self) -> Vec<String> {
        self.disk().warnings.list()
    }

    /// All entries, by their labels; of one label, the newest first. Reads the descriptions of all of them.
    pub fn list(&self) -> Vec<StoredEntry> {
        self.refresh();
        admin::list(self.disk())
    }

    /// Reads all entries, and tells which are damaged. [`warnings`](Store::warnings) tells of damage between entries.
    pub fn verify(&self) -> Verified {
        self.refresh();
        admin::verify(self.disk())
    }

    /// Removes entries, and joins logs so that less is left of what is of no use. Runs may go on at the same time, also in
    /// other processes: what they need for their hits stays until they have read it.
    ///
    /// # Errors
    ///
    /// Fails if another one runs, and if something cannot be read, removed or written. What counts is there all the same.
    pub fn gc(&self, gc: &Gc) -> Result<Collected, Error> {
        self.inner.writer.ensure_started();
        self.inner.writer.close_log();
        gc::collect(self.disk(), gc).map_err(|reason| {
            let what = format!("cannot clean the store `{}`", self.folder().display());
            match reason {
                NoGc::Io(error) => Error::setup(what, Some(Box::new(error))),
                NoGc::Runs => Error::setup(format!("{what}: this is being done already"), None),
            }
        })
    }

    pub(crate) fn given_version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// Adds a warning.
    pub(crate) fn warn(&self, text: impl fmt::Display) {
        self.disk().warn(text);
    }

    fn disk(&self) -> &Arc<Disk> {
        &self.inner.disk
    }

    /// Sees what other processes have added since the store was opened, or since the last time.
    pub(crate) fn refresh(&self) {
        if let Err(error) = self.disk().refresh() {
            self.disk().warn(format_args!("cannot be read: {error}"));
        }
    }

    /// What the index knows of an entry. Its content may still turn out to be damaged.
    pub(crate) fn find(&self, key: &Digest) -> Option<Found> {
        self.disk().index().found(key)
    }

    /// The content of an entry, as it was written. `None` if it is not there, or is damaged, which is a warning.
    pub(crate) fn content(&self, key: &Digest) -> Option<Content> {
        self.disk().content(key)
    }

    /// Whether an entry can be read. Reads all of it, and keeps none of it in memory.
    pub(crate) fn check(&self, key: &Digest) -> bool {
        self.disk().read(key, What::Check).is_some()
    }

    /// Hands an entry to the thread that writes. Waits while more than 256 MiB are behind. An entry that cannot be written
    /// is a warning, and so are all that come until the next flush, together.
    pub(crate) fn write(&self, key: Digest, entry: Entry) {
        self.inner.writer.write(key, entry);
    }

    /// As [`write`](Store::write) for a large content, which is written from where it is before this returns. The content of the
    /// entry itself is empty.
    pub(crate) fn write_from(&self, key: Digest, entry: Entry, content: &[u8]) {
        self.inner.writer.write_from(key, entry, content);
    }

    /// Reads the content of an entry that is large and has the size of this memory. Whether that is in the memory now. If not, it
    /// may still be read by [`content`](Store::content).
    pub(crate) fn read_to(&self, key: &Digest, memory: &mut [u8]) -> bool {
        self.disk().read_to(key, memory)
    }

    /// Waits until all that was handed over is durable.
    pub(crate) fn flush(&self) -> Flushed {
        self.inner.writer.flush()
    }

    /// Runs have used these entries, though they may not have read them: a `gc` takes them later than others.
    pub(crate) fn used(&self, keys: &[Digest]) {
        self.inner.writer.used(keys);
    }

    /// The parts of the newest entry with this label.
    pub(crate) fn last(&self, label: &str) -> Option<Vec<Part>> {
        self.disk().last(label)
    }

    /// No `gc` of any process takes these entries until the guard is dropped. It tells which of them are not there. They count
    /// as used.
    pub(crate) fn hold(&self, keys: &[Digest]) -> Hold {
        let mut held = None;
        if !keys.is_empty() {
            self.used(keys);
            self.inner.writer.ensure_started();
            held = Held::new(self.disk(), keys);
        }
        let missing = keys.iter().filter(|key| self.find(key).is_none()).copied().collect();
        Hold { _held: held, _store: Arc::clone(&self.inner), missing }
    }
}

fn not_opened(root: &Path, reason: NoStore) -> Error {
    let what = format!("cannot open the store `{}`", root.display());
    match reason {
        NoStore::Io(error) => Error::setup(what, Some(Box::new(error))),
        NoStore::Foreign(text) => Error::setup(format!("{what}: {text}"), None),
    }
}
