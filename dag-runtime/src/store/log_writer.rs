//! The log that a process writes, and what it writes aside.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use super::aside::Unfinished;
use super::disk::Disk;
use super::entry::Entry;
use super::folder::{Name, sync_folder};
use super::logs::LOG_LINE;
use super::parts::Digest;
use super::pending::Pending;
use super::record::{Head, LogKey};

/// From this size on, in bytes, a log is closed at the next sync, and another one begun.
const FULL: u64 = 256 << 20;

/// What a writer has done since it was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) entries: u64,
    pub(super) bytes: u64,
    pub(super) syncs: u64,
    pub(super) lost: u64,
}

#[derive(Debug)]
pub(super) struct LogWriter {
    disk: Arc<Disk>,
    log: Option<OpenLog>,
    /// The heads of the records that are being written, with their positions among these.
    heads: Vec<(u64, Head)>,
    aside_is_unsynced: bool,
    /// A write has failed, so nothing more is tried until the next flush.
    failed: bool,
    pub(super) counts: Counts,
}

#[derive(Debug)]
struct OpenLog {
    file: File,
    name: Name,
    number: u32,
    key: LogKey,
    end: u64,
    is_unsynced: bool,
}

impl LogWriter {
    pub(super) fn new(disk: Arc<Disk>) -> Self {
        LogWriter {
            disk,
            log: None,
            heads: Vec::new(),
            aside_is_unsynced: false,
            failed: false,
            counts: Counts::default(),
        }
    }

    /// Writes records. From then on their entries are found, and the process may be killed.
    pub(super) fn write(&mut self, records: &mut Pending) {
        if records.is_empty() {
            return;
        }
        let count = records.len();
        if self.failed {
            self.counts.lost += count as u64;
        } else if let Err(error) = self.try_write(records) {
            self.lose(count, &error);
        }
        records.clear();
    }

    fn try_write(&mut self, records: &mut Pending) -> io::Result<()> {
        let disk = Arc::clone(&self.disk);
        let log = match &mut self.log {
            Some(log) => log,
            None => self.log.insert(OpenLog::new(&disk)?),
        };
        self.heads.clear();
        self.heads.extend(records.complete(&log.key, disk.now()));
        let start = log.append(&records.bytes)?;
        let mut index = disk.index();
        for (at, head) in &self.heads {
            index.insert(log.number, start + at, head);
            self.counts.entries += 1;
            self.counts.bytes += head.content;
        }
        Ok(())
    }

    /// Writes the content of an entry aside, and then its record.
    pub(super) fn write_aside(&mut self, key: Digest, entry: &Entry) {
        if self.failed {
            self.counts.lost += 1;
            return;
        }
        match Unfinished::write(&self.disk.folder, &self.disk.session, entry.content.bytes()) {
            Ok(content) => self.finish_aside(key, entry, content),
            Err(error) => self.lose(1, &error),
        }
    }

    /// Makes a content durable that was written aside, and then writes the record of its entry.
    pub(super) fn finish_aside(&mut self, key: Digest, entry: &Entry, content: Unfinished) {
        if self.failed {
            self.counts.lost += 1;
            return;
        }
        match content.finish() {
            Ok(aside) => {
                self.counts.syncs += 1;
                self.aside_is_unsynced = true;
                let mut record = Pending::default();
                record.add(key, entry, Some(&aside));
                self.write(&mut record);
            }
            Err(error) => self.lose(1, &error),
        }
    }

    /// So many entries could not be written.
    pub(super) fn lose(&mut self, entries: usize, error: &io::Error) {
        self.counts.lost += entries as u64;
        if !self.failed {
            self.fail(error);
        }
    }

    /// Whether nothing is tried until the next flush.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Makes what was written survive a crash of the machine.
    pub(super) fn sync(&mut self) {
        if self.aside_is_unsynced {
            // The names of contents before the records that name them.
            sync_folder(&self.disk.folder.large());
            self.counts.syncs += 1;
            self.aside_is_unsynced = false;
        }
        let Some(log) = &mut self.log else { return };
        if log.is_unsynced {
            log.is_unsynced = false;
            self.counts.syncs += 1;
            if let Err(error) = log.file.sync_data() {
                self.fail(&error);
            }
        }
        self.leave_a_lost_log();
        if self.log.as_ref().is_some_and(|log| log.end >= FULL) {
            self.close();
        }
    }

    /// Whether something was written that is not synced.
    pub(super) fn is_unsynced(&self) -> bool {
        self.aside_is_unsynced || self.log.as_ref().is_some_and(|log| log.is_unsynced)
    }

    /// Ends the log. The next entry begins another one.
    pub(super) fn close(&mut self) {
        if let Some(log) = self.log.take() {
            self.disk.end_log(log.number, log.end);
        }
    }

    /// Tries again to write, if that has failed before.
    pub(super) fn try_again(&mut self) {
        self.failed = false;
    }

    /// Someone may have taken this process for dead, and removed its log.
    fn leave_a_lost_log(&mut self) {
        let Some(log) = &self.log else { return };
        let is_there = self.disk.folder.log(&log.name).try_exists();
        if matches!(is_there, Ok(false)) {
            self.disk.warn(format_args!("log {} was removed while it was written", log.name));
            self.close();
        }
    }

    fn fail(&mut self, error: &io::Error) {
        self.failed = true;
        let text: String = format!("cannot be written, so outputs are not kept: {error}");
        self.disk.warn(text);
    }
}

impl OpenLog {
    fn new(disk: &Disk) -> io::Result<Self> {
        disk.session.start()?;
        let name = disk.session.name();
        let number = disk.begin_log(name);
        let mut file = File::options().write(true).create_new(true).open(disk.folder.log(&name))?;
        file.write_all(LOG_LINE)?;
        sync_folder(&disk.folder.logs());
        Ok(OpenLog {
            file,
            name,
            number,
            key: LogKey::new(&name),
            end: LOG_LINE.len() as u64,
            is_unsynced: true,
        })
    }

    /// Writes at the end, also if an earlier write has left a part of a record there. Returns where.
    fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let start = self.end;
        self.file.seek(SeekFrom::Start(start))?;
        if let Err(error) = self.file.write_all(bytes) {
            let _ = self.file.set_len(start);
            return Err(error);
        }
        self.end += bytes.len() as u64;
        self.is_unsynced = true;
        Ok(start)
    }
}
