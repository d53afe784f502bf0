//! One `gc` at a time, and what others are told of it.
//!
//! A `gc` makes `lock` before it looks for holds, and a hold is written before its process looks for `lock`. So one of the two
//! sees the other. Whoever holds entries waits until the `gc` has published what it takes, and then does without that.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Instant, SystemTime};

use super::super::disk::Disk;
use super::super::folder::{Folder, parse_session, random, session_text, write_whole};
use super::super::parts::Digest;
use super::super::session::{DEAD, is_alive};

/// How long a hold waits for a `gc` to decide.
const PATIENCE: Duration = Duration::from_secs(10);

/// The right to remove entries.
pub(in crate::store) struct Lock {
    disk: Arc<Disk>,
}

fn lock(folder: &Folder) -> PathBuf {
    folder.gc().join("lock")
}

fn victims(folder: &Folder, session: &[u8; 16]) -> PathBuf {
    folder.gc().join(format!("victims-{}", session_text(session)))
}

impl Lock {
    /// Takes the lock. `None` if another `gc` has it.
    pub(in crate::store) fn take(disk: &Arc<Disk>) -> io::Result<Option<Lock>> {
        disk.session.start()?;
        let path = lock(&disk.folder);
        for _ in 0..10 {
            match fs::File::options().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    let lock = Lock { disk: Arc::clone(disk) };
                    file.write_all(session_text(disk.session.id()).as_bytes())?;
                    return Ok(Some(lock));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            let Some(owner) = owner(&disk.folder)? else { continue };
            if owner.is_alive(&disk.folder, disk.session.now()?) {
                return Ok(None);
            }
            // Only one of several that find it dead removes it, and none removes a new one.
            let aside = path.with_extension(session_text(&random()));
            if fs::rename(&path, &aside).is_ok() {
                if fs::read(&aside)? == owner.text {
                    if let Some(session) = &owner.session {
                        let _ = fs::remove_file(victims(&disk.folder, session));
                    }
                    fs::remove_file(&aside)?;
                } else {
                    fs::rename(&aside, &path)?;
                }
            }
        }
        Ok(None)
    }

    /// Tells others what is removed.
    pub(in crate::store) fn publish(&self, keys: &[Digest]) -> io::Result<()> {
        let bytes: Vec<u8> = keys.iter().flat_map(|key| key.0).collect();
        write_whole(&victims(&self.disk.folder, self.disk.session.id()), &bytes)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(lock(&self.disk.folder));
        let _ = fs::remove_file(victims(&self.disk.folder, self.disk.session.id()));
    }
}

/// Who has the lock.
struct Owner {
    text: Vec<u8>,
    session: Option<[u8; 16]>,
    since: SystemTime,
}

impl Owner {
    fn is_alive(&self, folder: &Folder, now: SystemTime) -> bool {
        match &self.session {
            Some(session) => is_alive(folder, session, now),
            // It writes its name at this moment, or has ended before that.
            None => now.duration_since(self.since).unwrap_or_default() < DEAD,
        }
    }
}

fn owner(folder: &Folder) -> io::Result<Option<Owner>> {
    let path = lock(folder);
    let text = fs::read(&path);
    match text.and_then(|text| Ok((text, fs::metadata(&path)?.modified()?))) {
        Ok((text, since)) => {
            let session = core::str::from_utf8(&text).ok().and_then(parse_session);
            Ok(Some(Owner { text, session, since }))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a `gc` that runs now takes. Waits until it has decided.
pub(in crate::store) fn taken(disk: &Disk) -> io::Result<Vec<Digest>> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        let Some(owner) = owner(&disk.folder)? else { return Ok(Vec::new()) };
        let now = disk.session.now().unwrap_or_else(|_| SystemTime::now());
        if !owner.is_alive(&disk.folder, now) {
            return Ok(Vec::new());
        }
        if let Some(session) = &owner.session {
            match fs::read(victims(&disk.folder, session)) {
                Ok(bytes) => {
                    let keys =
                        bytes.chunks_exact(32).map(|key| Digest(key.try_into().expect("it has 32 bytes")));
                    return Ok(keys.collect());
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        thread::sleep(Duration::from_millis(2));
    }
    Err(ErrorKind::TimedOut.into())
}
