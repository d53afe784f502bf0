//! A store as it is on disk: what is known of it, and how entries are found and read.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::checked::{Record, What};
use super::entry::Content;
use super::folder::{Folder, Name, list, session_text};
use super::index::{Index, Located, LogState};
use super::logs::{At, Logs};
use super::parts::{Digest, Part};
use super::record::{Place, label_hash};
use super::session::{Session, is_alive};
use super::warnings::Warnings;

/// How often logs are looked for again that others replace at this moment.
const PATIENCE: u32 = 10;

#[derive(Debug)]
pub(super) struct Disk {
    pub(super) folder: Folder,
    pub(super) session: Session,
    pub(super) warnings: Warnings,
    pub(super) logs: Logs,
    index: Mutex<Index>,
    /// Held while logs are scanned.
    scans: Mutex<()>,
    /// By how much the time of this store is behind, in milliseconds.
    #[cfg(test)]
    pub(super) delay: core::sync::atomic::AtomicU64,
}

impl Disk {
    pub(super) fn new(folder: Folder) -> Self {
        Disk {
            session: Session::new(folder.clone()),
            logs: Logs::new(folder.clone()),
            folder,
            warnings: Warnings::default(),
            index: Mutex::default(),
            scans: Mutex::default(),
            #[cfg(test)]
            delay: Default::default(),
        }
    }

    /// The time, in milliseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = now.as_millis() as u64;
        #[cfg(test)]
        let now = now - self.delay.load(core::sync::atomic::Ordering::Relaxed);
        now
    }

    pub(super) fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn warn(&self, text: impl fmt::Display) {
        self.warnings.add(format!("store `{}`: {text}", self.folder.path().display()));
    }

    /// Registers a log that this process is about to write.
    pub(super) fn begin_log(&self, name: Name) -> u32 {
        let mut index = self.index();
        let log = index.add_log(name);
        index.set_state(log, LogState::Own);
        log
    }

    /// This process no longer writes a log, of this size.
    pub(super) fn end_log(&self, log: u32, size: u64) {
        self.index().set_state(log, LogState::Scanned(size));
    }

    /// Sees what other processes have added and removed since the last time.
    ///
    /// # Errors
    ///
    /// Fails if something cannot be read. All else is seen then as well.
    pub(super) fn refresh(&self) -> io::Result<()> {
        let _scans = self.scans.lock().unwrap_or_else(PoisonError::into_inner);
        let mut result = Ok(());
        // A log that is gone when it is to be read was replaced by another one, which was there first.
        for _ in 0..PATIENCE {
            let known: Vec<(u32, Name)> = {
                let index = self.index();
                let others = index.logs().filter(|(_, log)| matches!(log.state, LogState::Scanned(_)));
                others.map(|(number, log)| (number, log.name)).collect()
            };
            let live = list(&self.folder.all_live())?;
            let names = self.folder.list_logs()?;
            let mut is_complete = true;
            for name in &names {
                match self.scan(*name, live.binary_search(&session_text(&name.session)).is_ok()) {
                    Err(error) if error.kind() == ErrorKind::NotFound => is_complete = false,
                    Err(error) => {
                        self.warn(format_args!("log {name} cannot be read: {error}"));
                        result = Err(error);
                    }
                    Ok(()) => {}
                }
            }
            let mut gone = BTreeSet::new();
            for (number, name) in known.iter().filter(|(_, name)| !names.contains(name)) {
                // A listing may miss what was made while it was read.
                is_complete = false;
                self.logs.close(name);
                gone.insert(*number);
            }
            self.index().forget_logs(&gone);
            if is_complete {
                break;
            }
        }
        result
    }

    /// Adds what is new in a log to the index.
    fn scan(&self, name: Name, is_live: bool) -> io::Result<()> {
        let path = self.folder.log(&name);
        // Network file systems look for the size of a file when it is opened, and else may tell an old one.
        let len = if is_live { fs::File::open(path)?.metadata() } else { fs::metadata(path) }?.len();
        let (number, scanned, key) = {
            let mut index = self.index();
            let number = index.log_number(&name).unwrap_or_else(|| index.add_log(name));
            let log = index.log(number);
            let scanned = match log.state {
                LogState::Scanned(scanned) => scanned,
                LogState::Own | LogState::Foreign => return Ok(()),
                // A listing has missed it.
                LogState::Gone => 0,
            };
            (number, scanned, log.key.clone())
        };
        if len <= scanned {
            return Ok(());
        }
        let Some((scan, len)) = self.logs.scan(&name, &key, scanned)? else {
            self.warn(format_args!("log {name} is of a newer format: what is in it is not found"));
            self.index().set_state(number, LogState::Foreign);
            return Ok(());
        };
        for range in &scan.damaged {
            let bytes = range.end - range.start;
            self.warn(format_args!("{bytes} bytes at {} in log {name} are damaged", range.start));
        }
        let mut end = scan.end;
        if end < len && !is_alive(&self.folder, &name.session, SystemTime::now()) {
            self.warn(format_args!("the last {} bytes of log {name} are no whole entry", len - end));
            end = len;
        }
        let mut index = self.index();
        index.reserve(scan.records.len());
        for (offset, head) in &scan.records {
            index.insert(number, *offset, head);
        }
        index.set_state(number, LogState::Scanned(end));
        Ok(())
    }

    /// Reads an entry. `None` if there is none, or if it is damaged, which is a warning.
    pub(super) fn read(&self, key: &Digest, what: What) -> Option<Record> {
        self.find(key, |at, _| Ok(self.logs.read(at, what)?.filter(|record| record.head.key == *key)))
    }

    /// Reads the content of an entry. `None` as for [`read`](Disk::read).
    pub(super) fn content(&self, key: &Digest) -> Option<Content> {
        self.find(key, |at, located| match located.place {
            // What the index knows is from a head that was right.
            Place::Nowhere => Ok(Some(Content::NotWanted)),
            Place::Inside => {
                let inside = self.logs.inside(at, located.content as usize, &located.content_hash)?;
                Ok(inside.map(Content::Output))
            }
            Place::Aside => {
                let record = self.logs.read(at, What::Content)?.filter(|record| record.head.key == *key);
                Ok(record.and_then(|record| record.content))
            }
        })
    }

    /// Reads the content of an entry that is aside and has this size. Whether that is in the memory now.
    pub(super) fn read_to(&self, key: &Digest, memory: &mut [u8]) -> bool {
        let is_it =
            |located: &Located| located.place == Place::Aside && located.content == memory.len() as u64;
        if !self.index().get(key).is_some_and(is_it) {
            return false;
        }
        let read = self.find(key, |at, _| Ok(self.logs.read_to(at, memory)?.then_some(())));
        read.is_some()
    }

    /// Finds where an entry is, and reads it there.
    fn find<T>(
        &self,
        key: &Digest,
        mut read: impl FnMut(&At, &Located) -> io::Result<Option<T>>,
    ) -> Option<T> {
        let mut tries = 0;
        loop {
            let (located, at) = {
                let index = self.index();
                let located = *index.get(key)?;
                (located, at(&index, &located))
            };
            match read(&at, &located) {
                Ok(Some(found)) => return Some(found),
                // A `gc` has copied it to another log.
                Err(error) if is_gone(&error) && tries < PATIENCE => {
                    tries += 1;
                    self.logs.close(&at.log);
                    let _ = self.refresh();
                }
                Err(error) => self.lose(key, &located, format_args!("cannot be read: {error}")),
                Ok(None) => self.lose(key, &located, "is damaged, or was removed"),
            }
        }
    }

    /// An entry is lost: the index forgets it.
    pub(super) fn lose(&self, key: &Digest, located: &Located, why: impl fmt::Display) {
        self.warn(format_args!("the entry with the key {key} {why}"));
        self.index().forget(key, located.log, located.offset);
    }

    /// The parts of the newest entry with this label.
    pub(super) fn last(&self, label: &str) -> Option<Vec<Part>> {
        let at = {
            let mut index = self.index();
            let located = index.newest_of(label_hash(label))?;
            at(&index, &located)
        };
        let meta = self.logs.read(&at, What::Meta).ok()??.meta?;
        (meta.label == label).then_some(meta.parts)
    }
}

/// Where the record of an entry is.
pub(super) fn at(index: &Index, located: &Located) -> At {
    At { log: index.log(located.log).name, offset: located.offset, size: located.record as usize }
}

/// Whether a file is not there, or was removed by another machine while it was open.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::StaleNetworkFileHandle)
}
