//! The command `store list`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::io::{BufWriter, Write};

use serde::Serialize;

use super::options::ListOptions;
use super::print_warnings;
use crate::cli::byte_size::ByteSize;
use crate::cli::exit::Failed;
use crate::duration_text::DurationText;
use crate::store::StoredEntry;

/// An entry in JSON.
#[derive(Serialize)]
pub(super) struct EntryJson<'a> {
    task: &'a str,
    key: &'a str,
    bytes: u64,
    seconds_ago: f64,
    this_build: bool,
}

impl<'a> EntryJson<'a> {
    pub(super) fn new(entry: &'a StoredEntry) -> Self {
        EntryJson {
            task: &entry.label,
            key: &entry.key,
            bytes: entry.bytes,
            seconds_ago: entry.age.as_secs_f64(),
            this_build: entry.this_build,
        }
    }
}

/// When an entry was written, as precisely as matters.
pub(super) fn ago(entry: &StoredEntry) -> String {
    let seconds = entry.age.as_secs();
    match seconds / 86_400 {
        0 if seconds >= 3600 => format!("{} ago", DurationText(whole(entry, 60))),
        0 => format!("{} ago", DurationText(whole(entry, 1))),
        1 => "1 day ago".into(),
        days => format!("{days} days ago"),
    }
}

fn whole(entry: &StoredEntry, unit: u64) -> core::time::Duration {
    core::time::Duration::from_secs(entry.age.as_secs() / unit * unit)
}

pub(super) fn build(entry: &StoredEntry) -> &'static str {
    if entry.this_build { "this build" } else { "another build" }
}

pub(super) fn list(options: &ListOptions, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failed> {
    let store = options.folder.existing()?;
    let entries = store.list();
    let mut out = BufWriter::new(out);
    if options.json {
        let entries: Vec<_> = entries.iter().map(EntryJson::new).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&entries)?)?;
    } else {
        let head = ["task", "size", "written", "by"].map(String::from);
        let row = |entry: &StoredEntry| {
            [entry.label.clone(), format!("{}", ByteSize(entry.bytes)), ago(entry), build(entry).into()]
        };
        let rows: Vec<_> = [head].into_iter().chain(entries.iter().map(row)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let [a, b, c] = [0, 1, 2].map(width);
        for [task, size, written, by] in &rows {
            writeln!(out, "{task:a$}  {size:>b$}  {written:>c$}  {by}")?;
        }
        let bytes = ByteSize(entries.iter().map(|entry| entry.bytes).sum());
        writeln!(out, "{}, {bytes}", count(entries.len(), "output"))?;
    }
    out.flush()?;
    print_warnings(err, &store);
    Ok(())
}

/// How many there are of something.
pub(super) fn count(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
