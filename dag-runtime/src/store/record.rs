//! Records: how an entry stands in a log. The format is in the README of this folder.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::folder::Name;
use super::parts::{Digest, Part};

/// The size of the head of a record, in bytes.
pub(super) const HEAD: usize = 168;
/// Contents up to this size, in bytes, are in the log itself.
pub(super) const INSIDE: usize = 64 << 10;
/// The largest description of an entry, in bytes.
pub(super) const META: usize = 1 << 20;

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
    pub(super) fn write(&self, log: &LogKey, to: &mut Vec<u8>) {
        let start = to.len();
        to.extend_from_slice(&log.mark);
        to.extend_from_slice(&self.content.to_le_bytes());
        to.extend_from_slice(&self.meta.to_le_bytes());
        to.extend_from_slice(&(self.place as u32).to_le_bytes());
        to.extend_from_slice(&self.time.to_le_bytes());
        to.extend_from_slice(&self.key.0);
        to.extend_from_slice(&self.build.0);
        to.extend_from_slice(&self.content_hash);
        to.extend_from_slice(&self.meta_hash);
        to.extend_from_slice(&self.label.to_le_bytes());
        let check = blake3::keyed_hash(&log.key, &to[start..]);
        to.extend_from_slice(&check.as_bytes()[..16]);
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

/// Encodes a description. One that is too large has no parts.
pub(super) fn encode_meta(label: &str, parts: &[Part], aside: Option<Name>) -> Vec<u8> {
    let full = encode(&(label, parts, aside));
    if full.len() <= META {
        return full;
    }
    let mut end = label.len().min(1000);
    while !label.is_char_boundary(end) {
        end -= 1;
    }
    encode(&(&label[..end], &[] as &[Part], aside))
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("strings and numbers can be encoded")
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

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (taken, rest) = bytes.split_first_chunk().expect("the head has fixed sizes");
    *bytes = rest;
    *taken
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes.first_chunk().expect("a hash is longer")
}
