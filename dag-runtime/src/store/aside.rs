//! Contents that are in files of their own. They are hashed on one thread while another one reads or writes.

use alloc::vec;
use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use super::folder::{Folder, Name};
use super::pending::Aside;
use super::record::Head;
use super::session::Session;

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
    let Some(file) = open(path, head)? else { return Ok(None) };
    let size = usize::try_from(head.content).map_err(|_| ErrorKind::OutOfMemory)?;
    // Asks first, since what follows would end the process.
    Vec::<u8>::new().try_reserve_exact(size).map_err(|_| ErrorKind::OutOfMemory)?;
    let mut bytes = vec![0; size];
    Ok(read_to(file, head, &mut bytes)?.then_some(bytes))
}

/// Reads a content to this memory. Whether it is what the head says.
pub(super) fn read_aside_to(path: &Path, head: &Head, memory: &mut [u8]) -> io::Result<bool> {
    match open(path, head)? {
        Some(file) if memory.len() as u64 == head.content => read_to(file, head, memory),
        _ => Ok(false),
    }
}

fn read_to(mut file: File, head: &Head, memory: &mut [u8]) -> io::Result<bool> {
    let hash = hash(head.content, |hash| {
        for piece in memory.chunks_mut(STEP) {
            file.read_exact(piece)?;
            hash(&*piece);
        }
        Ok(())
    });
    intact(hash, head)
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

/// A content that is written aside, and may still be lost in a crash. It is removed if it is not finished.
#[derive(Debug)]
pub(super) struct Unfinished {
    file: File,
    path: PathBuf,
    name: Name,
    bytes: u64,
    hash: [u8; 32],
    is_finished: bool,
}

impl Unfinished {
    /// Writes a content aside. The session starts first: it makes the folder, and nobody else deletes what belongs to it.
    pub(super) fn write(folder: &Folder, session: &Session, bytes: &[u8]) -> io::Result<Unfinished> {
        session.start()?;
        let name = session.name();
        let path = folder.aside(&name);
        let file = File::options().write(true).create_new(true).open(path.with_extension("part"))?;
        let size = bytes.len() as u64;
        let mut unfinished = Unfinished { file, path, name, bytes: size, hash: [0; 32], is_finished: false };
        let hash = hash(size, |hash| {
            bytes.chunks(STEP).try_for_each(|piece| {
                hash(piece);
                unfinished.file.write_all(piece)
            })
        })?;
        unfinished.hash = *hash.as_bytes();
        Ok(unfinished)
    }

    /// Makes it survive a crash, except for its name.
    pub(super) fn finish(mut self) -> io::Result<Aside> {
        self.file.sync_all()?;
        fs::rename(self.path.with_extension("part"), &self.path)?;
        self.is_finished = true;
        Ok(Aside { name: self.name, bytes: self.bytes, hash: self.hash })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_file(self.path.with_extension("part"));
        }
    }
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
