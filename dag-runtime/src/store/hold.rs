//! Entries that no `gc` takes.

use alloc::sync::Arc;
use alloc::vec::Vec;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::disk::Disk;
use super::parts::Digest;

/// Keeps entries from every `gc`, of any process, until it is dropped or this process has ended.
#[derive(Debug)]
pub(super) struct Held {
    disk: Arc<Disk>,
    file: PathBuf,
}

impl Held {
    /// Writes the keys where each `gc` looks for them.
    pub(super) fn new(disk: &Arc<Disk>, keys: &[Digest]) -> io::Result<Held> {
        disk.session.start()?;
        let file = disk.folder.hold(&disk.session.name());
        let mut bytes = Vec::with_capacity(32 * keys.len());
        for key in keys {
            bytes.extend_from_slice(&key.0);
        }
        let held = Held { disk: Arc::clone(disk), file };
        fs::File::options().write(true).create_new(true).open(&held.file)?.write_all(&bytes)?;
        Ok(held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.file) {
            self.disk.warn(format_args!("entries are held until this process ends: {error}"));
        }
    }
}
