//! Records that are as they were written.

use super::entry::Content;
use super::record::{HEAD, Head, LogKey, Meta, Place, decode_meta};

/// How much of a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The content alone.
    Content,
    /// The description alone.
    Meta,
    /// Both.
    All,
    /// The description, and the content is checked but not returned.
    Check,
}

/// A record that is as it was written.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) head: Head,
    /// The description, if it was asked for.
    pub(super) meta: Option<Meta>,
    /// The content, if it was asked for.
    pub(super) content: Option<Content>,
}

impl Record {
    /// Reads the bytes of a record, except for a content that is aside. `None` if anything in it is not as it was written.
    pub(super) fn read(log: &LogKey, bytes: &[u8], what: What) -> Option<Record> {
        let head = Head::read(log, bytes)?;
        let (meta, inside) = bytes.get(HEAD..head.record())?.split_at(head.meta as usize);
        let needs_meta = what != What::Content || head.place == Place::Aside;
        let meta = if needs_meta { Some(decode_meta(meta, &head.meta_hash)?) } else { None };
        let content = match head.place {
            _ if what == What::Meta => None,
            Place::Nowhere => Some(Content::NotWanted),
            Place::Inside if blake3::hash(inside) != head.content_hash => return None,
            Place::Inside => Some(Content::Output(inside.to_vec())),
            Place::Aside => None,
        };
        Some(Record { head, meta, content })
    }
}
