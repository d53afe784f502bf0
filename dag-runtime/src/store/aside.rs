//! Contents that are in files of their own. They are hashed on one thread while another one reads or writes.

use alloc::vec;
use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use super::folder::{Folder, Name};
use super::record::Head;

/// How much is read or written and hashed at once, in bytes.
const STEP: usize = 256 << 10;
/// Up to this size, in bytes, a second thread is not worth it.
const SMALL: u64 = 1 << 20;
/// How many pieces may wait for their hash.
const WAITING: usize = 4;

/// Opens a content, if it is there and has the size that the head says.
fn open(path: &Path, head: &Head) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok((file.metadata()?.len() == head.content).then_some(file)),
        // A `gc` took it.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a content, if it is what the head says.
pub(super) fn read_aside(path: &Path, head: &Head) -> io::Result<Option<Vec<u8>>> {
    let Some(mut file) = open(path, head)? else { return Ok(None) };
    let size = usize::try_from(head.content).map_err(|_| ErrorKind::OutOfMemory)?;
    // Asks first, since what follows would end the process.
    Vec::<u8>::new().try_reserve_exact(size).map_err(|_| ErrorKind::OutOfMemory)?;
    let mut bytes = vec![0; size];
    let hash = hash(head.content, |hash| {
        for piece in bytes.chunks_mut(STEP) {
            file.read_exact(piece)?;
            hash(&*piece);
        }
        Ok(())
    });
    Ok((intact(hash, head)?).then_some(bytes))
}

/// Whether a content is what the head says.
pub(super) fn check_aside(path: &Path, head: &Head) -> io::Result<bool> {
    let Some(mut file) = open(path, head)? else { return Ok(false) };
    let hash = hash(head.content, |hash| {
        let mut left = head.content;
        let mut piece = Vec::new();
        while left > 0 {
            piece.resize(left.min(STEP as u64) as usize, 0);
            left -= piece.len() as u64;
            file.read_exact(&mut piece)?;
            piece = hash(piece).unwrap_or_default();
        }
        Ok(())
    });
    intact(hash, head)
}

/// Whether a hash is the right one. A file that has become shorter has none.
fn intact(hash: io::Result<blake3::Hash>, head: &Head) -> io::Result<bool> {
    match hash {
        Ok(hash) => Ok(hash == head.content_hash),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a content aside, and makes it survive a crash, except for its name. Returns its hash.
pub(super) fn write_aside(folder: &Folder, name: &Name, bytes: &[u8]) -> io::Result<[u8; 32]> {
    let path = folder.aside(name);
    let unfinished = path.with_extension("part");
    let written = (|| {
        let mut file = File::options().write(true).create_new(true).open(&unfinished)?;
        let hash = hash(bytes.len() as u64, |hash| {
            for piece in bytes.chunks(STEP) {
                hash(piece);
                file.write_all(piece)?;
            }
            file.sync_all()
        })?;
        fs::rename(&unfinished, &path)?;
        Ok(*hash.as_bytes())
    })();
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// Hashes the pieces that `work` hands on, of this size together. What it hands on comes back to it later, or not at all.
fn hash<P: AsRef<[u8]> + Send>(
    size: u64,
    work: impl FnOnce(&mut dyn FnMut(P) -> Option<P>) -> io::Result<()>,
) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    if size <= SMALL {
        work(&mut |piece| {
            hasher.update(piece.as_ref());
            Some(piece)
        })?;
        return Ok(hasher.finalize());
    }
    thread::scope(|scope| {
        let (pieces, to_hash) = mpsc::sync_channel::<P>(WAITING);
        let (hashed, back) = mpsc::channel();
        let thread = thread::Builder::new().spawn_scoped(scope, move || {
            for piece in to_hash {
                hasher.update(piece.as_ref());
                let _ = hashed.send(piece);
            }
            hasher.finalize()
        })?;
        work(&mut |piece| {
            let _ = pieces.send(piece);
            back.try_recv().ok()
        })?;
        drop(pieces);
        thread.join().map_err(|_| io::Error::from(ErrorKind::Other))
    })
}
