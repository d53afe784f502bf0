//! Stores: folders of kept outputs. A store knows bytes and their keys, not tasks.

mod parts;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

pub(crate) use self::parts::{Digest, Part};

/// A folder of kept outputs, which runs find again.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    version: Option<Arc<str>>,
    strict: bool,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    entries: Mutex<HashMap<Digest, Entry>>,
}

/// A kept output.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) content: Content,
    /// The graph and the task: `Fit::fit[3]`.
    pub(crate) label: String,
    pub(crate) parts: Vec<Part>,
    /// The executable that has written it.
    pub(crate) build: Digest,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The task was not wanted.
    NotWanted,
    /// The encoded output.
    Output(Vec<u8>),
}

/// What the index knows of an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The executable that has written it.
    pub(crate) build: Digest,
    /// The size of its content.
    pub(crate) bytes: u64,
}

impl Store {
    /// Opens the store in this folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be made.
    pub fn open(folder: impl AsRef<Path>) -> Result<Store, Error> {
        let inner = Inner { folder: folder.as_ref().to_owned(), entries: Mutex::default() };
        Ok(Store { inner: Arc::new(inner), version: None, strict: false })
    }

    /// Adds this version to the keys of all tasks.
    pub fn version(self, version: &str) -> Store {
        Store { version: Some(version.into()), ..self }
    }

    /// Adds a hash of the running executable to the keys of all tasks.
    pub fn strict(self) -> Store {
        Store { strict: true, ..self }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    pub(crate) fn given_version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    pub(crate) fn find(&self, key: &Digest) -> Option<Found> {
        let entry = self.read(key)?;
        let bytes = match &entry.content {
            Content::NotWanted => 0,
            Content::Output(bytes) => bytes.len() as u64,
        };
        Some(Found { build: entry.build, bytes })
    }

    pub(crate) fn read(&self, key: &Digest) -> Option<Entry> {
        self.inner.entries.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn write(&self, key: Digest, entry: Entry) {
        self.inner.entries.lock().unwrap_or_else(PoisonError::into_inner).insert(key, entry);
    }
}
