//! When entries were last used: files below `used`, whose names begin with a day, list the first halves of keys.
//!
//! A use is recorded once a day, and only of entries that are older than that. What is lost of it makes an entry seem
//! older than it is.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use std::fs;
use std::io::{self, Write};

use super::disk::Disk;
use super::folder::{Folder, Name, list};
use super::parts::Digest;

/// A day, in milliseconds.
pub(super) const DAY: u64 = 24 * 60 * 60 * 1000;

/// The first half of a key.
pub(super) type Half = [u8; 16];

/// Those of these entries that are older than a day, so that their uses are recorded.
pub(super) fn old(disk: &Disk, keys: &[Digest]) -> Vec<Half> {
    let (now, index) = (disk.now(), disk.index());
    let is_old = |key: &&Digest| index.get(key).is_some_and(|located| located.time + DAY < now);
    keys.iter().filter(is_old).map(Digest::half).collect()
}

/// What this process knows to be recorded for a day.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    day: u64,
    halves: BTreeSet<Half>,
}

impl Recorded {
    /// Records that these entries are used at this time, in milliseconds since 1970.
    pub(super) fn record(&mut self, disk: &Disk, used: &[Half], now: u64) -> io::Result<()> {
        if used.is_empty() {
            return Ok(());
        }
        let day = now / DAY;
        if self.day != day {
            let today = files(&disk.folder)?.into_iter().filter(|(its, _)| *its == day);
            let mut halves = BTreeSet::new();
            for (_, name) in today {
                halves.extend(read(&disk.folder, day, &name)?);
            }
            *self = Recorded { day, halves };
        }
        let new: Vec<Half> = used.iter().filter(|half| self.halves.insert(**half)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        disk.session.start()?;
        write(disk, day, &new)
    }
}

/// The last uses that are recorded.
#[derive(Debug, Default)]
pub(super) struct LastUses(BTreeMap<Half, u64>);

impl LastUses {
    pub(super) fn read(folder: &Folder) -> io::Result<Self> {
        let mut uses = LastUses::default();
        for (day, name) in files(folder)? {
            for half in read(folder, day, &name)? {
                let last = uses.0.entry(half).or_insert(day);
                *last = day.max(*last);
            }
        }
        Ok(uses)
    }

    /// When an entry that was written at `time` was last used: at most a day too late, and not after `now`. All are in
    /// milliseconds since 1970.
    pub(super) fn of(&self, key: &Digest, time: u64, now: u64) -> u64 {
        let used = self.0.get(&key.half()).map_or(0, |day| day.saturating_add(1).saturating_mul(DAY));
        used.max(time).min(now)
    }

    /// Replaces the files of past days by one a day, with the last uses of entries that are there.
    pub(super) fn compact(&self, disk: &Disk, now: u64) -> io::Result<()> {
        let today = now / DAY;
        let past: Vec<_> = files(&disk.folder)?.into_iter().filter(|(day, _)| day + 1 < today).collect();
        let days: BTreeSet<u64> = past.iter().map(|(day, _)| *day).collect();
        let mut halves: BTreeMap<u64, Vec<Half>> = BTreeMap::new();
        for (key, _) in disk.index().entries() {
            let half = key.half();
            if let Some(day) = self.0.get(&half).filter(|day| days.contains(day)) {
                halves.entry(*day).or_default().push(half);
            }
        }
        for (day, halves) in &halves {
            write(disk, *day, halves)?;
        }
        past.iter().try_for_each(|(day, name)| fs::remove_file(disk.folder.used(*day, name)))
    }
}

fn write(disk: &Disk, day: u64, halves: &[Half]) -> io::Result<()> {
    let path = disk.folder.used(day, &disk.session.name());
    fs::File::options().write(true).create_new(true).open(path)?.write_all(&halves.concat())
}

fn files(folder: &Folder) -> io::Result<Vec<(u64, Name)>> {
    let parse = |name: &alloc::string::String| {
        let (day, name) = name.split_once('-')?;
        Some((day.parse().ok()?, Name::parse(name)?))
    };
    Ok(list(&folder.all_used())?.iter().filter_map(parse).collect())
}

fn read(folder: &Folder, day: u64, name: &Name) -> io::Result<Vec<Half>> {
    match fs::read(folder.used(day, name)) {
        Ok(bytes) => {
            Ok(bytes.chunks_exact(16).map(|half| half.try_into().expect("it has 16 bytes")).collect())
        }
        // Another process has compacted it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
