//! Entries that no `gc` takes.

use alloc::sync::Arc;
use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use super::disk::Disk;
use super::gc::lock::taken;
use super::parts::Digest;

/// Keeps entries from every `gc`, of any process, until it is dropped or this process has ended.
#[derive(Debug)]
pub(super) struct Held {
    disk: Arc<Disk>,
    file: PathBuf,
}

impl Held {
    /// Holds entries, and forgets those that a `gc` is about to take. `None` if that cannot be written.
    pub(super) fn new(disk: &Arc<Disk>, keys: &[Digest]) -> Option<Held> {
        let held = match write(disk, keys) {
            Ok(file) => Some(Held { disk: Arc::clone(disk), file }),
            // Nobody removes anything from a folder that cannot be written.
            Err(error)
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
            {
                None
            }
            Err(error) => {
                disk.warn(format_args!("a `gc` may take what a run needs: {error}"));
                None
            }
        };
        match taken(disk) {
            Ok(taken) => disk.index().forget_all(&taken),
            Err(error) => disk.warn(format_args!("a `gc` may take what a run needs: {error}")),
        }
        held
    }
}

/// Writes the keys where each `gc` looks for them.
fn write(disk: &Disk, keys: &[Digest]) -> io::Result<PathBuf> {
    disk.session.start()?;
    let file = disk.folder.hold(&disk.session.name());
    let bytes: Vec<u8> = keys.iter().flat_map(|key| key.0).collect();
    let written = File::options().write(true).create_new(true).open(&file)?.write_all(&bytes);
    if written.is_err() {
        let _ = fs::remove_file(&file);
    }
    written.map(|()| file)
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.file) {
            self.disk.warn(format_args!("entries are held until this process ends: {error}"));
        }
    }
}
