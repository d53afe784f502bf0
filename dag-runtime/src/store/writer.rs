//! The thread that writes what runs hand over.

use alloc::borrow::ToOwned;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::time::Duration;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::aside::Unfinished;
use super::disk::Disk;
use super::entry::Entry;
use super::log_writer::{Counts, LogWriter};
use super::parts::Digest;
use super::pending::{Pending, is_aside};
use super::session::BEAT;
use super::used::{Half, Recorded, old};

/// How much may be handed over and not be written, in bytes.
const MOST_BEHIND: u64 = 256 << 20;
/// From this on, in bytes, the thread does not wait for more.
const MUCH: u64 = 64 << 10;
/// What comes within this time is written at once, if it is not much.
const GATHER: Duration = Duration::from_millis(5);
/// How long what was written may stay without a sync.
const SYNC: Duration = Duration::from_secs(1);

/// What a run has kept, and how long it waited for that at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flushed {
    /// How long the caller has waited.
    pub(crate) waited: Duration,
    /// How many entries were written since the last flush of the store.
    pub(crate) entries: u64,
    /// The size of their contents, in bytes.
    pub(crate) bytes: u64,
    /// How often the disk was asked to make what was written durable.
    pub(crate) syncs: u64,
    /// How many entries were not written, because that has failed.
    pub(crate) lost: u64,
}

/// Hands entries to a thread, which is started for the first one.
#[derive(Debug)]
pub(super) struct Writer {
    disk: Arc<Disk>,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// For the thread: there is something to do.
    work: Condvar,
    /// For others: there is room, or a flush is done.
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    small: Pending,
    large: Vec<Large>,
    /// Entries that were used.
    used: Vec<Half>,
    /// The size of what was handed over and is not written, in bytes.
    behind: u64,
    /// The thread waits for the first entry, not for more.
    is_idle: bool,
    /// How many wait for room, or for the end of a flush.
    waiting: usize,
    /// A write has failed, so nothing more is tried until the next flush.
    failed: bool,
    flushes_asked: u64,
    flushes_done: u64,
    /// The log is to be closed with the next flush.
    close_log: bool,
    ends: bool,
    /// The thread runs.
    runs: bool,
    counts: Counts,
}

/// An entry whose content is in a file of its own.
#[derive(Debug)]
struct Large {
    key: Digest,
    entry: Entry,
    size: u64,
    /// What was written of its content, if its output itself was.
    written: Option<io::Result<Unfinished>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room, or a flush is done.
    fn wait<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        state.waiting += 1;
        state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state
    }

    /// So much is no longer behind.
    fn has_written(&self, size: u64) {
        let mut state = self.state();
        state.behind -= size;
        if state.waiting > 0 {
            self.done.notify_all();
        }
    }
}

impl Writer {
    pub(super) fn new(disk: Arc<Disk>) -> Self {
        Writer { disk, shared: Arc::default(), thread: Mutex::new(None) }
    }

    /// Hands over an entry. Waits while too much is behind.
    pub(super) fn write(&self, key: Digest, entry: Entry) {
        if is_aside(&entry.content) {
            let size = entry.content.bytes().len() as u64;
            if let Some(state) = self.room(size) {
                self.add_large(state, Large { key, entry, size, written: None });
            }
        } else if let Some(mut state) = self.room(0) {
            let size = state.small.add(key, &entry, None);
            self.has_added(state, size);
        }
    }

    /// Writes a large content from where it is, and hands over the rest. The entry is without its content. Waits while too much
    /// is behind.
    pub(super) fn write_from(&self, key: Digest, entry: Entry, content: &[u8]) {
        let size = content.len() as u64;
        let Some(state) = self.room(size) else { return };
        drop(state);
        let written = Unfinished::write(&self.disk.folder, &self.disk.session, content);
        self.add_large(self.shared.state(), Large { key, entry, size, written: Some(written) });
    }

    fn add_large(&self, mut state: MutexGuard<'_, State>, large: Large) {
        let size = large.size;
        state.large.push(large);
        self.has_added(state, size);
    }

    /// Waits until so much more may be handed over. `None` if that would be lost, and then it is counted.
    fn room(&self, size: u64) -> Option<MutexGuard<'_, State>> {
        let mut state = self.shared.state();
        if !state.runs {
            state = self.start(state);
        }
        while state.runs && state.behind > 0 && state.behind + size > MOST_BEHIND {
            state = self.shared.wait(state);
        }
        if !state.runs || state.failed {
            state.counts.lost += 1;
            return None;
        }
        Some(state)
    }

    /// So much was handed over.
    fn has_added(&self, mut state: MutexGuard<'_, State>, size: u64) {
        state.behind += size;
        // It is told of the first entry, and once there is much.
        if state.is_idle || (state.behind >= MUCH && state.behind - size < MUCH) {
            state.is_idle = false;
            drop(state);
            self.shared.work.notify_one();
        }
    }

    /// Waits until all that was handed over is written and synced.
    pub(super) fn flush(&self) -> Flushed {
        let begin = Instant::now();
        let mut state = self.wait(self.shared.state());
        let Counts { entries, bytes, syncs, lost } = mem::take(&mut state.counts);
        Flushed { waited: begin.elapsed(), entries, bytes, syncs, lost }
    }

    fn wait<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        state.flushes_asked += 1;
        let ticket = state.flushes_asked;
        self.shared.work.notify_one();
        while state.runs && state.flushes_done < ticket {
            state = self.shared.wait(state);
        }
        state
    }

    /// Waits until all that was handed over is in a log that is closed.
    pub(super) fn close_log(&self) {
        let mut state = self.shared.state();
        state.close_log = true;
        drop(self.wait(state));
    }

    /// Records that entries were used, at some time before the next flush is done.
    pub(super) fn used(&self, keys: &[Digest]) {
        let old = old(&self.disk, keys);
        if old.is_empty() {
            return;
        }
        let mut state = self.shared.state();
        if !state.runs {
            state = self.start(state);
        }
        state.used.extend(old);
    }

    /// Starts the thread, if it does not run.
    pub(super) fn ensure_started(&self) {
        let state = self.shared.state();
        if !state.runs {
            drop(self.start(state));
        }
    }

    fn start<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        let (disk, shared) = (Arc::clone(&self.disk), Arc::clone(&self.shared));
        let spawned = thread::Builder::new().name("dag-store".to_owned()).spawn(move || {
            let _end = End(&shared);
            run(disk, &shared);
        });
        match spawned {
            Ok(thread) => {
                state.runs = true;
                *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
            }
            Err(error) => {
                self.disk.warn(format_args!("no thread can be started, so outputs are not kept: {error}"))
            }
        }
        state
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.state().ends = true;
        self.shared.work.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // The thread does not panic, and what a panic would leave unwritten is not kept.
            let _ = thread.join();
        }
    }
}

/// However the thread ends, nobody waits for it.
struct End<'s>(&'s Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.runs = false;
        let left = mem::take(&mut state.small).len() + mem::take(&mut state.large).len();
        state.counts.lost += left as u64;
        self.0.done.notify_all();
    }
}

/// The thread.
fn run(disk: Arc<Disk>, shared: &Shared) {
    let mut log = LogWriter::new(Arc::clone(&disk));
    let mut recorded = Recorded::default();
    let mut unsynced_since = None;
    let mut last_beat = Instant::now();
    // In turns, one is written, and the other one takes what comes.
    let mut small = Pending::default();
    let mut state = shared.state();
    loop {
        mem::swap(&mut small, &mut state.small);
        let large = mem::take(&mut state.large);
        let used = mem::take(&mut state.used);
        let asked = state.flushes_asked;
        let is_flush = asked > state.flushes_done || state.ends;
        let close_log = mem::take(&mut state.close_log);
        let ends = state.ends;
        drop(state);

        let has_entries = !small.is_empty() || !large.is_empty();
        if !small.is_empty() {
            let size = small.bytes.len() as u64;
            log.write(&mut small);
            shared.has_written(size);
        }
        for Large { key, entry, size, written } in large {
            match written {
                None => log.write_aside(key, &entry),
                Some(Ok(content)) => log.finish_aside(key, &entry, content),
                Some(Err(error)) => log.lose(1, &error),
            }
            drop(entry);
            shared.has_written(size);
        }
        // Without this, entries seem to be older than they are.
        let _ = recorded.record(&disk, &used, disk.now());
        let since = *unsynced_since.get_or_insert_with(Instant::now);
        if is_flush || since.elapsed() >= SYNC {
            log.sync();
        }
        if !log.is_unsynced() {
            unsynced_since = None;
        }
        if close_log {
            log.close();
        }
        if is_flush {
            log.try_again();
        }
        if last_beat.elapsed() >= BEAT {
            disk.session.beat();
            last_beat = Instant::now();
        }

        state = shared.state();
        let counts = mem::take(&mut log.counts);
        state.counts.entries += counts.entries;
        state.counts.bytes += counts.bytes;
        state.counts.syncs += counts.syncs;
        state.counts.lost += counts.lost;
        state.failed = log.has_failed();
        state.flushes_done = asked;
        if is_flush {
            shared.done.notify_all();
        }
        let is_empty = state.small.is_empty() && state.large.is_empty();
        if ends && is_empty {
            break;
        }
        if state.flushes_asked > asked || state.ends || state.behind >= MUCH {
            continue;
        }
        if !has_entries && is_empty {
            state.is_idle = true;
        }
        let until_beat = BEAT.saturating_sub(last_beat.elapsed());
        let wait = match unsynced_since {
            _ if !state.is_idle => GATHER,
            Some(since) => SYNC.saturating_sub(since.elapsed()).min(until_beat),
            None => until_beat,
        };
        state = shared.work.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        state.is_idle = false;
    }
    drop(state);
    disk.session.end();
}
