//! What a `gc` takes.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::super::disk::Disk;
use super::super::folder::Name;
use super::super::parts::Digest;
use super::super::record::Place;
use super::super::used::LastUses;
use super::Gc;

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) victims: Vec<Digest>,
    /// How many entries stay because they are in use.
    pub(super) in_use: usize,
}

impl Plan {
    /// Chooses entries, first those whose last use is the longest ago. `now` is in milliseconds since 1970.
    pub(super) fn new(
        disk: &Disk,
        gc: &Gc,
        held: &BTreeSet<Digest>,
        closed: &BTreeMap<u32, Name>,
        uses: &LastUses,
        now: u64,
    ) -> Plan {
        let index = disk.index();
        let mut size = 0;
        let mut entries = Vec::new();
        for (key, located) in index.entries() {
            let aside = if located.place == Place::Aside { located.content } else { 0 };
            let bytes = u64::from(located.record) + aside;
            size += bytes;
            entries.push((uses.of(key, located.time, now), *key, bytes, closed.contains_key(&located.log)));
        }
        entries.sort_unstable();
        let oldest = gc.older.map_or(0, |age| now.saturating_sub(age.as_millis() as u64));
        let mut plan = Plan::default();
        for (used, key, bytes, is_closed) in entries {
            if used >= oldest && gc.larger.is_none_or(|most| size <= most) {
                continue;
            }
            if is_closed && !held.contains(&key) {
                size -= bytes;
                plan.victims.push(key);
            } else {
                plan.in_use += 1;
            }
        }
        plan
    }
}
