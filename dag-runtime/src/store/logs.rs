//! Reads records from the logs of a folder, and contents that are aside.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use super::aside::{check_aside, read_aside, read_aside_to};
use super::checked::{Record, What};
use super::entry::Content;
use super::folder::{Folder, Name};
use super::record::{LogKey, Place};
use super::scan::{Scan, scan};
use super::window::Window;

/// What each log begins with: a line for those who look into it. A scan does not need it.
pub(super) const LOG_LINE: &[u8; 16] = b"dag log, form 1\n";
const ANY_LOG_LINE: &[u8] = b"dag log, form ";

/// How many logs are open at once, at most.
const OPEN: usize = 32;
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
            if what == What::Check {
                return Ok(check_aside(&path, &record.head)?.then_some(record));
            }
            let Some(bytes) = read_aside(&path, &record.head)? else { return Ok(None) };
            record.content = Some(Content::Output(bytes));
        }
        Ok(Some(record))
    }

    /// Reads a content that ends its record, and has this size and hash. `None` if it is damaged.
    pub(super) fn inside(&self, at: &At, size: usize, hash: &[u8; 32]) -> io::Result<Option<Vec<u8>>> {
        let content = |afresh| {
            self.window(at, afresh, |_, bytes| {
                let content = bytes.get(bytes.len().checked_sub(size)?..)?;
                (bytes.len() == at.size && blake3::hash(content) == *hash).then(|| content.to_vec())
            })
        };
        match content(false)? {
            None => content(true),
            found => Ok(found),
        }
    }

    /// Reads the content of a record that is aside. Whether it is in the memory now.
    pub(super) fn read_to(&self, at: &At, memory: &mut [u8]) -> io::Result<bool> {
        let Some(record) = self.read(at, What::Meta)? else { return Ok(false) };
        let Some(name) = record.meta.and_then(|meta| meta.aside) else { return Ok(false) };
        read_aside_to(&self.folder.aside(&name), &record.head, memory)
    }

    /// What of a record is in its log. Checks all that it returns.
    fn read_inside(&self, at: &At, what: What, afresh: bool) -> io::Result<Option<Record>> {
        self.window(at, afresh, |key, bytes| {
            Record::read(key, bytes, what).filter(|record| record.head.record() == at.size)
        })
    }

    /// Reads the bytes of a record that are in its log, from the file if `afresh`.
    fn window<T>(
        &self,
        at: &At,
        afresh: bool,
        read: impl FnOnce(&LogKey, &[u8]) -> Option<T>,
    ) -> io::Result<Option<T>> {
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
        Ok(read(key, window.get(file, at.offset, at.size)?))
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
