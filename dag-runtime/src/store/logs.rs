//! Reads records from the logs of a folder, and contents that are aside.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::checked::{Record, What};
use super::entry::Content;
use super::folder::{Folder, Name};
use super::record::{Head, LogKey, Place};
use super::scan::{Scan, scan};
use super::window::Window;

/// What each log begins with: a line for those who look into it. A scan does not need it.
pub(super) const LOG_LINE: &[u8; 16] = b"dag log, form 1\n";
const ANY_LOG_LINE: &[u8] = b"dag log, form ";

/// How many logs are open at once, at most.
const OPEN: usize = 32;
/// How much of a content is read and hashed at once, in bytes.
const STEP: u64 = 256 << 10;

/// Where a record is.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) log: Name,
    pub(super) offset: u64,
    /// Its size, in bytes.
    pub(super) size: usize,
}

/// The logs that are open for reading.
#[derive(Debug)]
pub(super) struct Logs {
    folder: Folder,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    files: BTreeMap<Name, (File, LogKey)>,
    window: Window,
    /// The log that the window is of.
    of: Option<Name>,
}

impl Logs {
    pub(super) fn new(folder: Folder) -> Self {
        Logs { folder, open: Mutex::default() }
    }

    /// Reads a record. `None` if it is damaged, or if its content is not there.
    ///
    /// # Errors
    ///
    /// Fails if the log cannot be read, as one that is no longer there.
    pub(super) fn read(&self, at: &At, what: What) -> io::Result<Option<Record>> {
        let record = self.read_inside(at, what, false)?;
        // The window may have been read while its last bytes were written.
        let record = if record.is_none() { self.read_inside(at, what, true)? } else { record };
        let Some(mut record) = record else { return Ok(None) };
        if record.head.place == Place::Aside && what != What::Meta {
            let Some(name) = record.meta.as_ref().and_then(|meta| meta.aside) else { return Ok(None) };
            let path = self.folder.aside(&name);
            match read_aside(&path, &record.head, what != What::Check)? {
                None => return Ok(None),
                Some(_) if what == What::Check => {}
                Some(bytes) => record.content = Some(Content::Output(bytes)),
            }
        }
        Ok(Some(record))
    }

    /// What of a record is in its log. Checks all that it returns.
    fn read_inside(&self, at: &At, what: What, afresh: bool) -> io::Result<Option<Record>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Open { files, window, of } = &mut *open;
        if !files.contains_key(&at.log) {
            let file = File::open(self.folder.log(&at.log))?;
            if files.len() >= OPEN {
                files.clear();
            }
            files.insert(at.log, (file, LogKey::new(&at.log)));
        }
        let (file, key) = files.get_mut(&at.log).expect("it was opened");
        if *of != Some(at.log) || afresh {
            window.clear();
            *of = Some(at.log);
        }
        let bytes = window.get(file, at.offset, at.size)?;
        Ok(Record::read(key, bytes, what).filter(|record| record.head.record() == at.size))
    }

    /// Finds the records of a log behind the one that ends at `from`. `None` if the log is of a newer format.
    pub(super) fn scan(&self, log: &Name, key: &LogKey, from: u64) -> io::Result<Option<(Scan, u64)>> {
        let mut file = File::open(self.folder.log(log))?;
        let len = file.metadata()?.len();
        let mut start = from;
        if from == 0 {
            let mut line = [0; LOG_LINE.len()];
            let is_whole = file.read_exact(&mut line).is_ok();
            if is_whole && line == *LOG_LINE {
                start = LOG_LINE.len() as u64;
            } else if is_whole && line.starts_with(ANY_LOG_LINE) {
                return Ok(None);
            }
        }
        Ok(Some((scan(&mut file, key, start, len)?, len)))
    }

    /// Closes what is read of a log.
    pub(super) fn close(&self, log: &Name) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.files.remove(log);
        if open.of.as_ref() == Some(log) {
            open.of = None;
        }
    }
}

/// Reads a content that is aside, if it is what the head says. Returns no bytes if they are only to be checked.
fn read_aside(path: &Path, head: &Head, keep: bool) -> io::Result<Option<Vec<u8>>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        // A `gc` took it, or never finished it.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let len = file.metadata()?.len();
    let Some(size) = usize::try_from(len).ok().filter(|_| len == head.content) else { return Ok(None) };
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(if keep { size } else { size.min(STEP as usize) }).is_err() {
        return Err(ErrorKind::OutOfMemory.into());
    }
    let mut hasher = blake3::Hasher::new();
    let mut left = len;
    while left > 0 {
        if !keep {
            bytes.clear();
        }
        let start = bytes.len();
        let read = (&mut file).take(left.min(STEP)).read_to_end(&mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        hasher.update(&bytes[start..]);
        left -= read as u64;
    }
    Ok((hasher.finalize() == head.content_hash).then_some(bytes))
}

/// Writes a content aside, and makes it survive a crash, except for its name. Returns its hash.
pub(super) fn write_aside(folder: &Folder, name: &Name, bytes: &[u8]) -> io::Result<[u8; 32]> {
    let path = folder.aside(name);
    let unfinished = path.with_extension("part");
    let written = (|| {
        let mut file = File::options().write(true).create_new(true).open(&unfinished)?;
        let mut hasher = blake3::Hasher::new();
        for step in bytes.chunks(STEP as usize) {
            hasher.update(step);
            io::Write::write_all(&mut file, step)?;
        }
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        Ok(*hasher.finalize().as_bytes())
    })();
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}
