//! Records that wait to be written.

use alloc::vec::Vec;

use super::entry::{Content, Entry};
use super::folder::Name;
use super::parts::Digest;
use super::record::{HEAD, Head, INSIDE, LogKey, Place, encode_meta, label_hash, short_hash};

/// More memory than this, in bytes, is not kept for what comes.
const MUCH: usize = 4 << 20;

/// Records, with room for their heads.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) bytes: Vec<u8>,
    records: Vec<Unhashed>,
}

/// A record without hashes: it is for the thread that writes to find them.
#[derive(Debug)]
struct Unhashed {
    at: usize,
    place: Place,
    content: u64,
    /// The hash of the content, if it is not in the record.
    content_hash: Option<[u8; 32]>,
    meta: usize,
    key: Digest,
    build: Digest,
}

/// Where the content of an entry was written, if it is aside.
pub(super) struct Aside {
    pub(super) name: Name,
    pub(super) bytes: u64,
    pub(super) hash: [u8; 32],
}

impl Pending {
    /// Adds the record of an entry, whose content is in it, or is aside. Returns its size.
    pub(super) fn add(&mut self, key: Digest, entry: &Entry, aside: Option<&Aside>) -> u64 {
        let Pending { bytes, records } = self;
        let at = bytes.len();
        bytes.resize(at + HEAD, 0);
        encode_meta(&entry.label, &entry.parts, aside.map(|aside| aside.name), bytes);
        let meta = bytes.len() - at - HEAD;
        let (place, content, content_hash) = match (aside, &entry.content) {
            (Some(aside), _) => (Place::Aside, aside.bytes, Some(aside.hash)),
            (None, Content::NotWanted) => (Place::Nowhere, 0, None),
            (None, Content::Output(content)) => {
                bytes.extend_from_slice(content);
                (Place::Inside, content.len() as u64, None)
            }
        };
        records.push(Unhashed { at, place, content, content_hash, meta, key, build: entry.build });
        (bytes.len() - at) as u64
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Completes the heads of records, which are written to this log at this time. Returns them with their positions.
    pub(super) fn complete(&mut self, log: &LogKey, time: u64) -> impl Iterator<Item = (u64, Head)> {
        let Pending { bytes, records } = self;
        records.drain(..).map(move |record| {
            let Unhashed { at, place, content, content_hash, meta, key, build } = record;
            let (head, rest) = bytes[at..].split_at_mut(HEAD);
            let (description, rest) = rest.split_at(meta);
            let content_hash = content_hash.unwrap_or_else(|| {
                let content = if place == Place::Inside { &rest[..content as usize] } else { &[] };
                *blake3::hash(content).as_bytes()
            });
            let label: &str = postcard::from_bytes(description).expect("it begins with a label");
            let completed = Head {
                place,
                content,
                meta: meta as u32,
                time,
                key,
                build,
                content_hash,
                meta_hash: short_hash(description),
                label: label_hash(label),
            };
            completed.fill(log, head);
            (at as u64, completed)
        })
    }

    /// Forgets all records, but keeps their memory.
    pub(super) fn clear(&mut self) {
        if self.bytes.capacity() > MUCH {
            *self = Pending::default();
        }
        self.bytes.clear();
        self.records.clear();
    }
}

/// Whether a content of this size is in a file of its own.
pub(super) fn is_aside(content: &Content) -> bool {
    content.bytes().len() > INSIDE
}
