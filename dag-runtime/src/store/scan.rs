//! Finds the records of a log, also behind what is damaged.

use core::ops::Range;
use std::io::{self, Read, Seek};

use alloc::vec::Vec;

use super::record::{HEAD, Head, LogKey};
use super::window::Window;

/// How much is searched at once, in bytes.
const STEP: usize = 128 << 10;

/// What was found in a part of a log.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) records: Vec<(u64, Head)>,
    /// Ranges that are in no record, though a record is behind them.
    pub(super) damaged: Vec<Range<u64>>,
    /// Where the last record ends. What is behind it is being written, or will never be.
    pub(super) end: u64,
}

/// Reads the log from the end of a record, `from`, to `len`.
pub(super) fn scan(file: &mut (impl Read + Seek), log: &LogKey, from: u64, len: u64) -> io::Result<Scan> {
    let mut window = Window::wide();
    let mut scan = Scan { end: from, ..Scan::default() };
    // Where to search if there is no record at the end of the last one, whose length may be that of lost bytes.
    let mut search = from;
    while let Some(rest) = len.checked_sub(scan.end + HEAD as u64) {
        let bytes = window.get(file, scan.end, HEAD)?;
        let next = match Head::read(log, bytes) {
            Some(head) if head.record() as u64 <= rest + HEAD as u64 => Some((scan.end, head)),
            _ => next_record(file, &mut window, log, search, len)?,
        };
        let Some((at, head)) = next else { break };
        if at > scan.end {
            scan.damaged.push(scan.end..at);
        }
        search = at + 1;
        scan.end = at + head.record() as u64;
        scan.records.push((at, head));
    }
    Ok(scan)
}

/// The first whole record at `from` or behind it.
fn next_record(
    file: &mut (impl Read + Seek),
    window: &mut Window,
    log: &LogKey,
    from: u64,
    len: u64,
) -> io::Result<Option<(u64, Head)>> {
    let mark = log.mark();
    let mut at = from;
    while at + HEAD as u64 <= len {
        let bytes = window.get(file, at, STEP)?;
        if bytes.len() < HEAD {
            break;
        }
        // The last bytes may be the first ones of a head, and are searched with the next step.
        let starts = bytes.len() - HEAD + 1;
        let mut start = 0;
        while let Some(found) = bytes[start..starts].iter().position(|byte| *byte == mark[0]) {
            start += found;
            if let Some(head) = Head::read(log, &bytes[start..]) {
                let at = at + start as u64;
                if at + head.record() as u64 <= len {
                    return Ok(Some((at, head)));
                }
            }
            start += 1;
        }
        at += starts as u64;
    }
    Ok(None)
}
