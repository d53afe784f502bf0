//! What a store knows of its entries without their contents.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
#[expect(clippy::disallowed_types, reason = "who goes through all entries sorts them")]
use std::collections::HashMap;

use super::entry::Found;
use super::folder::Name;
use super::parts::Digest;
use super::record::{Head, LogKey, Place};

/// In place of a number: there is none.
const NONE: u32 = u32::MAX;

/// Where a record is, with what runs ask of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located {
    pub(super) log: u32,
    pub(super) offset: u64,
    /// The size of its content, in bytes.
    pub(super) content: u64,
    /// The size of its record, in bytes.
    pub(super) record: u32,
    pub(super) place: Place,
    /// When it was written, in milliseconds since 1970.
    pub(super) time: u64,
    /// The blake3 hash of its content.
    pub(super) content_hash: [u8; 32],
    label: u64,
    build: u32,
    /// Another record of the same key.
    older: u32,
}

/// A log, and up to where its records are in the index.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) name: Name,
    pub(super) key: LogKey,
    pub(super) state: LogState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogState {
    /// The index has what is before this position.
    Scanned(u64),
    /// This process writes it, and adds what it writes to the index.
    Own,
    /// It is of a newer format.
    Foreign,
    /// It is no longer in the folder.
    Gone,
}

#[derive(Debug, Default)]
#[expect(clippy::disallowed_types, reason = "runs look up keys one by one, and their order does not matter")]
pub(super) struct Index {
    newest: HashMap<Digest, u32>,
    located: Vec<Located>,
    logs: Vec<Log>,
    log_numbers: BTreeMap<Name, u32>,
    builds: Vec<Digest>,
    build_numbers: BTreeMap<Digest, u32>,
    /// The newest records of labels, by a hash, among the first records that are located.
    labels: BTreeMap<u64, u32>,
    labelled: usize,
}

impl Index {
    pub(super) fn log(&self, number: u32) -> &Log {
        &self.logs[number as usize]
    }

    pub(super) fn logs(&self) -> impl Iterator<Item = (u32, &Log)> {
        (0..).zip(&self.logs)
    }

    pub(super) fn log_number(&self, name: &Name) -> Option<u32> {
        self.log_numbers.get(name).copied()
    }

    pub(super) fn add_log(&mut self, name: Name) -> u32 {
        let number = self.logs.len() as u32;
        self.logs.push(Log { name, key: LogKey::new(&name), state: LogState::Scanned(0) });
        self.log_numbers.insert(name, number);
        number
    }

    pub(super) fn set_state(&mut self, log: u32, state: LogState) {
        self.logs[log as usize].state = state;
    }

    pub(super) fn get(&self, key: &Digest) -> Option<&Located> {
        self.newest.get(key).map(|at| &self.located[*at as usize])
    }

    pub(super) fn found(&self, key: &Digest) -> Option<Found> {
        let located = self.get(key)?;
        Some(Found { build: self.builds[located.build as usize], bytes: located.content })
    }

    pub(super) fn build(&self, located: &Located) -> &Digest {
        &self.builds[located.build as usize]
    }

    /// All entries, in no order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Digest, &Located)> {
        self.newest.iter().map(|(key, at)| (key, &self.located[*at as usize]))
    }

    /// Makes room for so many more records.
    pub(super) fn reserve(&mut self, records: usize) {
        self.newest.reserve(records);
        self.located.reserve(records);
    }

    /// Adds a record. Of two with one key the newer one counts.
    pub(super) fn insert(&mut self, log: u32, offset: u64, head: &Head) {
        let build = self.build_number(head.build);
        let mut located = Located {
            log,
            offset,
            content: head.content,
            record: head.record() as u32,
            place: head.place,
            time: head.time,
            content_hash: head.content_hash,
            label: head.label,
            build,
            older: NONE,
        };
        let number = self.located.len() as u32;
        match self.newest.get_mut(&head.key) {
            None => drop(self.newest.insert(head.key, number)),
            Some(newest) => {
                let other = &mut self.located[*newest as usize];
                if located.time >= other.time {
                    located.older = *newest;
                    *newest = number;
                } else {
                    located.older = other.older;
                    other.older = number;
                }
            }
        }
        self.located.push(located);
    }

    fn build_number(&mut self, build: Digest) -> u32 {
        let next = self.builds.len() as u32;
        let number = *self.build_numbers.entry(build).or_insert(next);
        if number == next {
            self.builds.push(build);
        }
        number
    }

    /// Forgets a record that is damaged. Another one of its key counts then, if there is one.
    pub(super) fn forget(&mut self, key: &Digest, log: u32, offset: u64) {
        let Some(newest) = self.newest.get_mut(key) else { return };
        let located = &self.located[*newest as usize];
        if (located.log, located.offset) == (log, offset) {
            if located.older == NONE {
                self.newest.remove(key);
            } else {
                *newest = located.older;
            }
        }
    }

    /// Forgets these entries.
    pub(super) fn forget_all<'k>(&mut self, keys: impl IntoIterator<Item = &'k Digest>) {
        for key in keys {
            self.newest.remove(key);
        }
    }

    /// Forgets the records of these logs, which are no longer there.
    pub(super) fn forget_logs(&mut self, logs: &BTreeSet<u32>) {
        if logs.is_empty() {
            return;
        }
        for log in logs {
            self.set_state(*log, LogState::Gone);
        }
        let located = &mut self.located;
        let stays = |located: &[Located], mut at: u32| {
            while at != NONE && logs.contains(&located[at as usize].log) {
                at = located[at as usize].older;
            }
            at
        };
        self.newest.retain(|_, newest| {
            *newest = stays(located, *newest);
            let mut at = *newest;
            while at != NONE {
                let older = stays(located, located[at as usize].older);
                located[at as usize].older = older;
                at = older;
            }
            *newest != NONE
        });
        self.labels.clear();
        self.labelled = 0;
    }

    /// The newest record that may have a label with this hash.
    pub(super) fn newest_of(&mut self, label: u64) -> Option<Located> {
        for at in self.labelled..self.located.len() {
            let located = &self.located[at];
            if self.logs[located.log as usize].state == LogState::Gone {
                continue;
            }
            let newest = self.labels.entry(located.label).or_insert(at as u32);
            if self.located[*newest as usize].time <= located.time {
                *newest = at as u32;
            }
        }
        self.labelled = self.located.len();
        self.labels.get(&label).map(|at| self.located[*at as usize])
    }
}
