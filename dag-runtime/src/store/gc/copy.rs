//! A log that a `gc` writes: what others have written and still counts.

use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::super::checked::Record;
use super::super::disk::Disk;
use super::super::entry::Content;
use super::super::folder::{Name, sync_folder};
use super::super::logs::LOG_LINE;
use super::super::record::{Head, LogKey, encode_meta, short_hash};

/// How much is written at once, in bytes.
const BATCH: usize = 1 << 20;

/// A log that nobody sees before it is whole.
pub(super) struct Copy<'d> {
    disk: &'d Disk,
    name: Name,
    key: LogKey,
    unfinished: PathBuf,
    file: File,
    batch: Vec<u8>,
    heads: Vec<(u64, Head)>,
    /// The size of the log with the batch, in bytes.
    pub(super) size: u64,
    is_finished: bool,
}

impl<'d> Copy<'d> {
    pub(super) fn new(disk: &'d Disk) -> io::Result<Self> {
        let name = disk.session.name();
        let unfinished = disk.folder.log(&name).with_extension("part");
        let mut file = File::options().write(true).create_new(true).open(&unfinished)?;
        file.write_all(LOG_LINE)?;
        Ok(Copy {
            disk,
            name,
            key: LogKey::new(&name),
            unfinished,
            file,
            batch: Vec::new(),
            heads: Vec::new(),
            size: LOG_LINE.len() as u64,
            is_finished: false,
        })
    }

    /// Adds a record, whose content is aside or was read.
    pub(super) fn add(&mut self, record: Record) -> io::Result<()> {
        let Record { mut head, meta: Some(meta), content } = record else { return Ok(()) };
        let mut encoded = Vec::new();
        encode_meta(&meta.label, &meta.parts.iter().collect(), meta.aside, &mut encoded);
        head.meta = encoded.len() as u32;
        head.meta_hash = short_hash(&encoded);
        let start = self.batch.len();
        head.write(&self.key, &mut self.batch);
        self.batch.extend_from_slice(&encoded);
        if let Some(Content::Output(bytes)) = content {
            self.batch.extend_from_slice(&bytes);
        }
        self.heads.push((self.size, head));
        self.size += (self.batch.len() - start) as u64;
        if self.batch.len() >= BATCH {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.write_all(&self.batch)?;
        self.batch.clear();
        Ok(())
    }

    /// Puts the log among the others.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.write()?;
        self.file.sync_all()?;
        let number = self.disk.begin_log(self.name);
        let renamed = fs::rename(&self.unfinished, self.disk.folder.log(&self.name));
        self.is_finished = renamed.is_ok();
        if self.is_finished {
            sync_folder(&self.disk.folder.logs());
            let mut index = self.disk.index();
            for (at, head) in &self.heads {
                index.insert(number, *at, head);
            }
        }
        self.disk.end_log(number, self.size);
        renamed
    }
}

impl Drop for Copy<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}
