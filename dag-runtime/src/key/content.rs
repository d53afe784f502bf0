//! The content of files, which is hashed once as long as nothing says that it may have changed.

use alloc::collections::BTreeMap;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::fs;
use std::io::{self, Error, ErrorKind};
use std::path::Path;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::store::Digest;

/// A file that is younger may change without another time stamp.
const OLD: Duration = Duration::from_secs(2);

/// How many contents are remembered, before all are forgotten.
const MOST: usize = 100_000;

/// How often a file is read that changes meanwhile.
const ATTEMPTS: usize = 3;

/// Which file it is, and since when: its device, its inode, its size, and when it and what is known of it has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp([i128; 5]);

/// The stamp of a file, and whether it is old enough to be trusted.
#[cfg(unix)]
fn stamp(metadata: &fs::Metadata) -> Option<(Stamp, bool)> {
    use std::os::unix::fs::MetadataExt;

    let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    let modified = nanoseconds(metadata.mtime(), metadata.mtime_nsec());
    let changed = nanoseconds(metadata.ctime(), metadata.ctime_nsec());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let is_old = i128::try_from(now.as_nanos()).ok()? - modified.max(changed) > OLD.as_nanos() as i128;
    let stamp = [metadata.dev().into(), metadata.ino().into(), metadata.len().into(), modified, changed];
    Some((Stamp(stamp), is_old))
}

/// Elsewhere nothing says that a file was replaced by another one with its time stamps.
#[cfg(not(unix))]
fn stamp(_: &fs::Metadata) -> Option<(Stamp, bool)> {
    None
}

/// The contents that are known.
static KNOWN: Mutex<BTreeMap<Stamp, Digest>> = Mutex::new(BTreeMap::new());

/// The hash of the content of a file, as it is now.
pub(super) fn content_of(path: &Path) -> io::Result<Digest> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..ATTEMPTS {
        let metadata = fs::metadata(path)?;
        let before = stamp(&metadata);
        if let Some((stamp, true)) = before {
            if let Some(content) = known().get(&stamp) {
                return Ok(*content);
            }
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(fs::File::open(path)?)?;
        let content = Digest(*hasher.finalize().as_bytes());
        let after = fs::metadata(path)?;
        // Without stamps, the size is what can tell.
        if stamp(&after).map(|(stamp, _)| stamp) != before.map(|(stamp, _)| stamp)
            || after.len() != metadata.len()
        {
            continue;
        }
        if let Some((stamp, true)) = before {
            let mut known = known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(stamp, content);
        }
        return Ok(content);
    }
    Err(Error::new(ErrorKind::ResourceBusy, "it changes while it is read"))
}

/// In place of the content of a file that cannot be read: something that was never there before.
pub(super) fn of_no_file() -> Digest {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    hasher.update(&process::id().to_le_bytes());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    hasher.update(&now.as_nanos().to_le_bytes());
    Digest(*hasher.finalize().as_bytes())
}
