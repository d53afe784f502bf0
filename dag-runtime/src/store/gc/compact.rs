//! Logs in which only what counts is left.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use std::fs;
use std::io;

use super::super::checked::What;
use super::super::disk::{Disk, at};
use super::super::folder::Name;
use super::super::index::{Located, LogState};
use super::super::logs::LOG_LINE;
use super::super::parts::Digest;
use super::super::record::Place;
use super::copy::Copy;
use super::sessions::{Sessions, remove};

/// Logs of this size, in bytes, stay as they are if all that is in them counts. Smaller ones are joined.
const LARGE: u64 = 16 << 20;
/// From this size on, in bytes, another log is begun.
const FULL: u64 = 64 << 20;

/// The logs to which nobody appends: those of ended sessions, and all but the last one of the others.
pub(super) fn closed_logs(sessions: &mut Sessions<'_>) -> BTreeMap<u32, Name> {
    let logs: Vec<(u32, Name, LogState)> =
        sessions.disk.index().logs().map(|(number, log)| (number, log.name, log.state)).collect();
    let mut last: BTreeMap<[u8; 16], Name> = BTreeMap::new();
    for (_, name, _) in &logs {
        let last = last.entry(name.session).or_insert(*name);
        *last = (*last).max(*name);
    }
    let own = *sessions.disk.session.id();
    let mut closed = BTreeMap::new();
    for (number, name, state) in logs {
        // The logs of this process that are `Scanned` are closed.
        let is_closed =
            name.session == own || last[&name.session] != name || !sessions.is_alive(&name.session);
        if matches!(state, LogState::Scanned(_)) && is_closed {
            closed.insert(number, name);
        }
    }
    closed
}

/// The files of contents of these entries.
pub(super) fn aside(disk: &Disk, keys: &[Digest]) -> io::Result<Vec<Name>> {
    let places: Vec<_> = {
        let index = disk.index();
        let located =
            keys.iter().filter_map(|key| index.get(key)).filter(|located| located.place == Place::Aside);
        located.map(|located| at(&index, located)).collect()
    };
    let mut names = Vec::new();
    for at in places {
        let record = disk.logs.read(&at, What::Meta)?;
        names.extend(record.and_then(|record| record.meta?.aside));
    }
    Ok(names)
}

/// Copies what counts in logs that have more than that, and in small ones, to new logs.
pub(super) fn compact(disk: &Disk, closed: &BTreeMap<u32, Name>) -> io::Result<()> {
    let mut entries: BTreeMap<u32, Vec<(Digest, Located)>> =
        closed.keys().map(|log| (*log, Vec::new())).collect();
    for (key, located) in disk.index().entries() {
        if let Some(entries) = entries.get_mut(&located.log) {
            entries.push((*key, *located));
        }
    }
    let mut copied: Vec<u32> = Vec::new();
    let mut worth = Vec::new();
    for (log, entries) in entries {
        let size = fs::metadata(disk.folder.log(&closed[&log]))?.len();
        let counts: u64 = entries.iter().map(|(_, located)| u64::from(located.record)).sum();
        if entries.is_empty() {
            copied.push(log);
        } else {
            worth.push((log, entries, counts + (LOG_LINE.len() as u64) < size, size));
        }
    }
    // These need no space.
    remove_logs(disk, closed, &mut copied)?;
    let to_join = worth.iter().filter(|(_, _, has_waste, size)| *has_waste || *size < LARGE).count();
    let is_worth =
        |(_, _, has_waste, size): &(u32, _, bool, u64)| *has_waste || (to_join > 1 && *size < LARGE);
    let mut copy: Option<Copy<'_>> = None;
    for (log, mut entries, ..) in worth.into_iter().filter(is_worth) {
        let to = match &mut copy {
            Some(copy) => copy,
            None => copy.insert(Copy::new(disk)?),
        };
        entries.sort_unstable_by_key(|(_, located)| located.offset);
        for (key, located) in entries {
            let at = at(&disk.index(), &located);
            let what = if located.place == Place::Aside { What::Meta } else { What::All };
            match disk.logs.read(&at, what)? {
                Some(record) if record.head.key == key => to.add(record)?,
                _ => disk.lose(&key, &located, "is damaged"),
            }
        }
        copied.push(log);
        if to.size >= FULL {
            copy.take().map_or(Ok(()), Copy::finish)?;
            remove_logs(disk, closed, &mut copied)?;
        }
    }
    copy.map_or(Ok(()), Copy::finish)?;
    remove_logs(disk, closed, &mut copied)
}

/// Removes logs whose entries are elsewhere, or of no use.
fn remove_logs(disk: &Disk, closed: &BTreeMap<u32, Name>, logs: &mut Vec<u32>) -> io::Result<()> {
    for log in logs.iter() {
        let name = &closed[log];
        let path = disk.folder.log(name);
        let scanned = disk.index().log(*log).state;
        // A process that was taken for dead may have gone on.
        if scanned == LogState::Scanned(fs::metadata(&path)?.len()) {
            disk.logs.close(name);
            remove(&path)?;
            disk.index().forget_logs(&[*log].into());
        }
    }
    logs.clear();
    Ok(())
}
