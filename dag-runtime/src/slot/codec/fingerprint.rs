//! What a value passes to serde when it is written, and which names serde looks for when it is read.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A hash of what a value passed to serde when it was written, with the names of its fields and variants.
#[derive(Debug, Default)]
pub(super) struct Fingerprint {
    pub(super) hash: u64,
    /// The open lists: the hash of what comes before, and the sum of the hashes of the items.
    open: Vec<(u64, u64)>,
    fields: BTreeMap<&'static str, BTreeSet<&'static str>>,
    variants: BTreeSet<(&'static str, u32, &'static str)>,
}

/// The names that were looked for when a value was read.
#[derive(Debug, Default)]
pub(super) struct ReadNames {
    /// For each struct its fields, and the most of them that were read: a name may be an alias instead of a field.
    fields: BTreeMap<&'static str, (&'static [&'static str], usize)>,
    variants: BTreeMap<&'static str, &'static [&'static str]>,
}

impl ReadNames {
    pub(super) fn structure(&mut self, name: &'static str, fields: &'static [&'static str]) {
        self.fields.entry(name).or_insert((fields, 0)).0 = fields;
    }

    /// Records that this many fields of one value were read.
    pub(super) fn fields(&mut self, name: &'static str, count: usize) {
        if let Some((_, most)) = self.fields.get_mut(name) {
            *most = count.max(*most);
        }
    }

    pub(super) fn choice(&mut self, name: &'static str, variants: &'static [&'static str]) {
        self.variants.insert(name, variants);
    }
}

impl Fingerprint {
    pub(super) fn word(&mut self, word: u64) {
        self.hash = (self.hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    pub(super) fn variant(&mut self, name: &'static str, index: u32, variant: &'static str) {
        self.word(index.into());
        self.variants.insert((name, index, variant));
    }

    pub(super) fn structure(&mut self, name: &'static str, len: usize) {
        self.word(len as u64);
        self.fields.entry(name).or_default();
    }

    pub(super) fn field(&mut self, name: &'static str, field: &'static str) {
        self.bytes(field.as_bytes());
        if let Some(fields) = self.fields.get_mut(name) {
            fields.insert(field);
        }
    }

    /// Begins a list.
    pub(super) fn open(&mut self) {
        self.open.push((self.hash, 0));
        self.hash = 0;
    }

    /// Ends an item of the list.
    pub(super) fn item(&mut self) {
        self.word(1);
        if let Some((_, sum)) = self.open.last_mut() {
            *sum = sum.wrapping_add(self.hash);
        }
        self.hash = 0;
    }

    /// Ends the list.
    pub(super) fn close(&mut self) {
        if let Some((before, sum)) = self.open.pop() {
            self.hash = before;
            self.word(sum);
        }
    }

    /// The difference between the written and the read names, if there is one.
    pub(super) fn difference(&self, names: &ReadNames) -> Option<String> {
        for &(name, index, variant) in &self.variants {
            let Some(read) = names.variants.get(name).map(|variants| variants.get(index as usize)) else {
                continue;
            };
            if read == Some(&variant) {
                continue;
            }
            let read = read.map_or_else(|| "none".into(), |read| format!("`{read}`"));
            return Some(format!(
                "variant `{variant}` of `{name}` would arrive as {read}: variants with `#[serde(skip)]`, `skip_serializing` or \
                 `skip_deserializing` must come after all others"
            ));
        }
        for (name, written) in &self.fields {
            let Some(&(read, count)) = names.fields.get(name) else { continue };
            let unwritten = read
                .iter()
                .filter(|&field| !written.contains(field))
                .map(|field| (field, "read and not written", "skip_serializing"));
            let unread = written
                .iter()
                .filter(|field| !read.contains(field))
                .map(|field| (field, "written and not read", "skip_deserializing"));
            let difference = match count.cmp(&written.len()) {
                Ordering::Greater => { unwritten }.next(),
                Ordering::Less => { unread }.next(),
                Ordering::Equal => None,
            };
            if let Some((field, how, attribute)) = difference {
                return Some(format!(
                    "field `{field}` of `{name}` is {how}, as with `#[serde({attribute})]`: `skip` does both"
                ));
            }
        }
        None
    }
}
