//! Tests of stores.

mod basics;
mod children;
mod damage;
#[cfg(unix)]
mod full;
#[cfg(unix)]
mod fuzz;
mod gc;
#[cfg(feature = "mpi")]
mod identity;
mod kill;
#[cfg(unix)]
mod processes;

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use std::path::PathBuf;

use tempfile::TempDir;

use super::checked::{Record, What};
use super::{Content, Digest, Entry, Part, Store};

impl Store {
    /// All of an entry.
    fn read(&self, key: &Digest) -> Option<Entry> {
        let Record { head, meta, content } = self.disk().read(key, What::All)?;
        let meta = meta?;
        Some(Entry {
            content: content?,
            label: meta.label,
            parts: meta.parts.iter().collect(),
            build: head.build,
        })
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A key.
fn key(number: u64) -> Digest {
    Digest(*blake3::hash(&number.to_le_bytes()).as_bytes())
}

/// An entry of this size, different for each number.
fn entry(number: u64, size: usize) -> Entry {
    let content = if number % 7 == 3 { Content::NotWanted } else { Content::Output(bytes(number, size)) };
    Entry {
        content,
        label: format!("Fit::fit[{number}]"),
        parts: [
            Part { name: String::from("code"), hash: [7; 16] },
            Part {
                name: String::from("argument `degree`"),
                hash: number.to_le_bytes().repeat(2).try_into().unwrap(),
            },
        ]
        .iter()
        .collect(),
        build: key(1 << 40),
    }
}

fn bytes(number: u64, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&number.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// The logs of a store.
fn logs(store: &Store) -> Vec<PathBuf> {
    let mut logs: Vec<_> =
        std::fs::read_dir(store.folder().join("logs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.sort();
    logs
}
