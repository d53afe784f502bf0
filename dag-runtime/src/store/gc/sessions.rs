//! What sessions have left behind, and what they still need.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::time::Duration;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use super::super::checked::What;
use super::super::disk::{Disk, at};
use super::super::folder::{Name, list, parse_session};
use super::super::parts::Digest;
use super::super::record::Place;
use super::super::session::is_alive;

/// Files of no use are removed after this time, for the case that what names them is not seen yet.
const ORPHANED: Duration = Duration::from_secs(3600);

/// Which sessions are there.
pub(super) struct Sessions<'d> {
    pub(super) disk: &'d Disk,
    now: SystemTime,
    alive: BTreeMap<[u8; 16], bool>,
}

impl<'d> Sessions<'d> {
    /// As they are now, by the time of the file system.
    pub(super) fn new(disk: &'d Disk, now: SystemTime) -> Self {
        Sessions { disk, now, alive: BTreeMap::new() }
    }

    pub(super) fn is_alive(&mut self, session: &[u8; 16]) -> bool {
        let (folder, now) = (&self.disk.folder, self.now);
        *self.alive.entry(*session).or_insert_with(|| is_alive(folder, session, now))
    }

    /// Whether a file of a session that has ended is there for so long that nobody is about to need it.
    fn is_orphan(&mut self, name: &Name, path: &Path) -> bool {
        let is_old = |changed: SystemTime| self.now.duration_since(changed).unwrap_or_default() >= ORPHANED;
        let is_old = fs::metadata(path).and_then(|data| data.modified()).is_ok_and(is_old);
        is_old && !self.is_alive(&name.session)
    }
}

/// The entries that runs hold. Removes holds of processes that have ended.
pub(super) fn held(sessions: &mut Sessions<'_>) -> io::Result<BTreeSet<Digest>> {
    let folder = &sessions.disk.folder;
    let mut held = BTreeSet::new();
    for name in list(&folder.holds())?.iter().filter_map(|name| Name::parse(name)) {
        let path = folder.hold(&name);
        if !sessions.is_alive(&name.session) {
            remove(&path)?;
            continue;
        }
        match fs::read(&path) {
            Ok(bytes) => {
                held.extend(
                    bytes.chunks_exact(32).map(|key| Digest(key.try_into().expect("it has 32 bytes"))),
                );
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(held)
}

/// Removes what ended sessions have left behind: contents that no entry has, files that were not finished, and their
/// signs of life.
pub(super) fn remove_orphans(sessions: &mut Sessions<'_>) -> io::Result<()> {
    let disk = sessions.disk;
    let places: Vec<_> = {
        let index = disk.index();
        let aside = index.entries().filter(|(_, located)| located.place == Place::Aside);
        aside.map(|(_, located)| at(&index, located)).collect()
    };
    let mut named = BTreeSet::new();
    for at in places {
        named.extend(disk.logs.read(&at, What::Meta)?.and_then(|record| record.meta?.aside));
    }
    for folder in [disk.folder.large(), disk.folder.logs()] {
        for text in list(&folder)? {
            let is_unfinished = text.ends_with(".part");
            let Some(name) = Name::parse(text.strip_suffix(".part").unwrap_or(&text)) else { continue };
            let path = folder.join(&text);
            if (is_unfinished || !named.contains(&name)) && sessions.is_orphan(&name, &path) {
                remove(&path)?;
            }
        }
    }
    for text in list(&disk.folder.all_live())? {
        if parse_session(&text).is_some_and(|session| !sessions.is_alive(&session)) {
            remove(&disk.folder.all_live().join(&text))?;
        }
    }
    Ok(())
}

/// The size of the entries of a store, in bytes.
pub(super) fn size(disk: &Disk) -> io::Result<u64> {
    let mut size = 0;
    for folder in [disk.folder.large(), disk.folder.logs()] {
        for name in list(&folder)? {
            size += fs::metadata(folder.join(&name)).map_or(0, |data| data.len());
        }
    }
    Ok(size)
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
