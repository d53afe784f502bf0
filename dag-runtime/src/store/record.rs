//! Records: how an entry stands in a log. The format is in the README of this folder.

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::DeserializeOwned;

use super::folder::Name;
use super::parts::{Digest, Part, Parts, write_text};

/// The size of the head of a record, in bytes.
pub(super) const HEAD: usize = 168;
/// Contents up to this size, in bytes, are in the log itself.
pub(super) const INSIDE: usize = 64 << 10;
/// The largest description of an entry, in bytes.
pub(super) const META: usize = 1 << 20;

/// What else may be in a description, in bytes.
const LEAST_META: usize = 64;

const CHECKED: usize = HEAD - 16;

/// What tells the records of one log from all other bytes. It follows from the name of the log.
#[derive(Clone, Debug)]
pub(super) struct LogKey {
    key: [u8; 32],
    mark: [u8; 8],
}

impl LogKey {
    pub(super) fn new(name: &Name) -> Self {
        let key = blake3::derive_key("dag-runtime store, log, format 1", &name.bytes());
        let mark = first(blake3::keyed_hash(&key, b"mark").as_bytes());
        LogKey { key, mark }
    }

    /// What each record of the log begins with.
    pub(super) fn mark(&self) -> &[u8; 8] {
        &self.mark
    }
}

/// Where the content of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere: the task was not wanted.
    Nowhere,
    /// Behind the description.
    Inside,
    /// In a file of its own.
    Aside,
}

/// The head of a record: all that is of a fixed size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) place: Place,
    /// The size of the content, in bytes.
    pub(super) content: u64,
    /// The size of the description, in bytes.
    pub(super) meta: u32,
    /// When it was written, in milliseconds since 1970.
    pub(super) time: u64,
    pub(super) key: Digest,
    pub(super) build: Digest,
    /// The blake3 hash of the content.
    pub(super) content_hash: [u8; 32],
    /// The first half of the blake3 hash of the description.
    pub(super) meta_hash: [u8; 16],
    /// A hash of the label.
    pub(super) label: u64,
}

impl Head {
    /// Appends the head.
    pub(super) fn write(&self, log: &LogKey, to: &mut Vec<u8>) {
        let start = to.len();
        to.resize(start + HEAD, 0);
        self.fill(log, &mut to[start..]);
    }

    /// Writes the head to the beginning of these bytes.
    pub(super) fn fill(&self, log: &LogKey, bytes: &mut [u8]) {
        let (checked, rest) = bytes.split_at_mut(CHECKED);
        let mut to = &mut *checked;
        put(&mut to, &log.mark);
        put(&mut to, &self.content.to_le_bytes());
        put(&mut to, &self.meta.to_le_bytes());
        put(&mut to, &(self.place as u32).to_le_bytes());
        put(&mut to, &self.time.to_le_bytes());
        put(&mut to, &self.key.0);
        put(&mut to, &self.build.0);
        put(&mut to, &self.content_hash);
        put(&mut to, &self.meta_hash);
        put(&mut to, &self.label.to_le_bytes());
        let check = blake3::keyed_hash(&log.key, checked);
        rest[..16].copy_from_slice(&check.as_bytes()[..16]);
    }

    /// Reads a head that this log has written. `None` for all other bytes.
    pub(super) fn read(log: &LogKey, bytes: &[u8]) -> Option<Head> {
        let bytes = bytes.get(..HEAD)?;
        if bytes[..8] != log.mark {
            return None;
        }
        let (checked, check) = bytes.split_at(CHECKED);
        if blake3::keyed_hash(&log.key, checked).as_bytes()[..16] != *check {
            return None;
        }
        let mut rest = &checked[8..];
        let content = u64::from_le_bytes(take(&mut rest));
        let meta = u32::from_le_bytes(take(&mut rest));
        let place = match u32::from_le_bytes(take(&mut rest)) {
            0 if content == 0 => Place::Nowhere,
            1 if content <= INSIDE as u64 => Place::Inside,
            2 => Place::Aside,
            _ => return None,
        };
        let head = Head {
            place,
            content,
            meta,
            time: u64::from_le_bytes(take(&mut rest)),
            key: Digest(take(&mut rest)),
            build: Digest(take(&mut rest)),
            content_hash: take(&mut rest),
            meta_hash: take(&mut rest),
            label: u64::from_le_bytes(take(&mut rest)),
        };
        (meta as usize <= META).then_some(head)
    }

    /// The size of the whole record, in bytes.
    pub(super) fn record(&self) -> usize {
        let inside = if self.place == Place::Inside { self.content as usize } else { 0 };
        HEAD + self.meta as usize + inside
    }
}

/// What describes an entry: only what tells of it needs this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    pub(super) label: String,
    pub(super) parts: Vec<Part>,
    /// The file of its content, if it is aside.
    pub(super) aside: Option<Name>,
}

/// Appends an encoded description. One that is too large has no parts.
pub(super) fn encode_meta(label: &str, parts: &Parts, aside: Option<Name>, to: &mut Vec<u8>) {
    if label.len() + parts.size() + LEAST_META <= META {
        return encode(label, parts, aside, to);
    }
    let mut end = label.len().min(1000);
    while !label.is_char_boundary(end) {
        end -= 1;
    }
    encode(&label[..end], &Parts::default(), aside, to);
}

fn encode(label: &str, parts: &Parts, aside: Option<Name>, to: &mut Vec<u8>) {
    write_text(label, to);
    parts.write(to);
    match aside {
        None => to.push(0),
        Some(_) => to.extend(postcard::to_allocvec(&aside).expect("numbers can be encoded")),
    }
}

/// Decodes a description whose hash is right.
pub(super) fn decode_meta(bytes: &[u8], hash: &[u8; 16]) -> Option<Meta> {
    if short_hash(bytes) != *hash {
        return None;
    }
    let (label, parts, aside) = decode(bytes)?;
    Some(Meta { label, parts, aside })
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

/// The first half of the blake3 hash.
pub(super) fn short_hash(bytes: &[u8]) -> [u8; 16] {
    first(blake3::hash(bytes).as_bytes())
}

/// The hash by which the index finds labels.
pub(super) fn label_hash(label: &str) -> u64 {
    u64::from_le_bytes(first(blake3::hash(label.as_bytes()).as_bytes()))
}

fn put<const N: usize>(to: &mut &mut [u8], bytes: &[u8; N]) {
    let (place, rest) = core::mem::take(to).split_at_mut(N);
    place.copy_from_slice(bytes);
    *to = rest;
}

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (taken, rest) = bytes.split_first_chunk().expect("the head has fixed sizes");
    *bytes = rest;
    *taken
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes.first_chunk().expect("a hash is longer")
}
