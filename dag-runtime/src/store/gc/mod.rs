//! Removes entries that are old, or more than a store is to have.

mod compact;
mod copy;
pub(super) mod lock;
mod plan;
mod sessions;

use alloc::sync::Arc;
use core::time::Duration;
use std::io;

use self::compact::{aside, closed_logs, compact};
use self::lock::Lock;
use self::plan::Plan;
use self::sessions::{Sessions, held, remove, remove_orphans, size};
use super::disk::Disk;
use super::used::LastUses;

/// Which entries [`Store::gc`](crate::Store::gc) removes. Without a limit these are none.
///
/// ```
/// use std::time::Duration;
/// use dag_runtime::{Gc, Store};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = Store::open(folder)?;
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// let collected = store.gc(&Gc::new().older_than(month).larger_than(10 << 30))?;
/// println!("{} entries removed, {} bytes freed", collected.entries, collected.bytes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "it is given to `Store::gc`"]
pub struct Gc {
    older: Option<Duration>,
    larger: Option<u64>,
}

impl Gc {
    /// Removes nothing: only what was damaged or replaced is cleared away.
    pub fn new() -> Self {
        Gc::default()
    }

    /// Removes entries that no run has used or written for this time. Uses are known by the day, so an entry may stay for a
    /// day longer.
    pub fn older_than(self, age: Duration) -> Self {
        Gc { older: Some(age), ..self }
    }

    /// Removes entries until the store has at most this size, in bytes: first those whose last use is the longest ago.
    pub fn larger_than(self, bytes: u64) -> Self {
        Gc { larger: Some(bytes), ..self }
    }
}

/// What [`Store::gc`](crate::Store::gc) has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected {
    /// How many entries were removed.
    pub entries: usize,
    /// How much smaller the files of the store are, in bytes.
    pub bytes: u64,
    /// How many entries are left.
    pub left: usize,
    /// How many of these were to be removed, but a run needs them, or they are in a log that a process still writes.
    pub in_use: usize,
}

/// Why nothing was removed, or not all.
pub(super) enum NoGc {
    Io(io::Error),
    /// Another one runs.
    Runs,
}

impl From<io::Error> for NoGc {
    fn from(error: io::Error) -> Self {
        NoGc::Io(error)
    }
}

/// Removes entries. This process has no log that it writes.
pub(super) fn collect(disk: &Arc<Disk>, gc: &Gc) -> Result<Collected, NoGc> {
    let lock = Lock::take(disk)?.ok_or(NoGc::Runs)?;
    let now = disk.session.now()?;
    disk.refresh()?;
    let mut sessions = Sessions::new(disk, now);
    let held = held(&mut sessions)?;
    let uses = LastUses::read(&disk.folder)?;
    let closed = closed_logs(&mut sessions);
    let plan = Plan::new(disk, gc, &held, &closed, &uses, disk.now());
    lock.publish(&plan.victims)?;

    let before = size(disk)?;
    let names = aside(disk, &plan.victims)?;
    disk.index().forget_all(&plan.victims);
    for name in &names {
        remove(&disk.folder.aside(name))?;
    }
    compact(disk, &closed)?;
    uses.compact(disk, disk.now())?;
    remove_orphans(&mut sessions)?;
    let left = disk.index().entries().count();
    let bytes = before.saturating_sub(size(disk)?);
    Ok(Collected { entries: plan.victims.len(), bytes, left, in_use: plan.in_use })
}
