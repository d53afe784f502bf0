//! Sessions: an open store that writes or holds entries, and how others tell that it is still there.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::folder::{Folder, Name, random};

/// How often a session shows that it is there.
pub(super) const BEAT: Duration = Duration::from_secs(20);
/// After this time without a beat a session counts as dead. Clients of network file systems may see times late, by a minute.
pub(super) const DEAD: Duration = Duration::from_secs(300);

/// An open store, as other processes see it once it writes or holds something: a file below `live`, whose time of change is
/// the last beat.
#[derive(Debug)]
pub(super) struct Session {
    folder: Folder,
    id: [u8; 16],
    numbers: AtomicU64,
    started: Mutex<bool>,
}

impl Session {
    pub(super) fn new(folder: Folder) -> Self {
        Session { folder, id: random(), numbers: AtomicU64::new(0), started: Mutex::new(false) }
    }

    pub(super) fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// A name for a new file.
    pub(super) fn name(&self) -> Name {
        Name { session: self.id, number: self.numbers.fetch_add(1, Ordering::Relaxed) }
    }

    /// Shows that this session is there, from now on.
    pub(super) fn start(&self) -> io::Result<()> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if !*started {
            self.folder.make()?;
            self.write()?;
            *started = true;
        }
        Ok(())
    }

    /// Shows that it is still there.
    pub(super) fn beat(&self) {
        if *self.started.lock().unwrap_or_else(PoisonError::into_inner) {
            // A beat that fails is one that is late.
            let _ = self.write();
        }
    }

    /// The same bytes each time, so that nobody sees half of them.
    fn write(&self) -> io::Result<()> {
        let process = Process::this();
        let text = format!("{}\n{}\n{}\n", process.machine, process.id, process.start);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(self.path())?;
        file.write_all(text.as_bytes())
    }

    /// The time of the file system.
    pub(super) fn now(&self) -> io::Result<SystemTime> {
        self.start()?;
        self.write()?;
        fs::metadata(self.path())?.modified()
    }

    fn path(&self) -> PathBuf {
        self.folder.live(&self.id)
    }

    /// Shows that it has ended.
    pub(super) fn end(&self) {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if *started {
            let _ = fs::remove_file(self.path());
            *started = false;
        }
    }
}

/// Whether a session may still write and read, at this time of the file system.
pub(super) fn is_alive(folder: &Folder, session: &[u8; 16], now: SystemTime) -> bool {
    let path = folder.live(session);
    let (text, changed) = match read(&path) {
        Ok(read) => read,
        Err(error) => return error.kind() != ErrorKind::NotFound,
    };
    if Process::parse(&text).is_some_and(|process| process.has_ended()) {
        return false;
    }
    // A time in the future counts as just now.
    now.duration_since(changed).unwrap_or_default() < DEAD
}

fn read(path: &Path) -> io::Result<(String, SystemTime)> {
    let changed = fs::metadata(path)?.modified()?;
    Ok((String::from_utf8_lossy(&fs::read(path)?).into_owned(), changed))
}

/// A process, as others on the same machine find it.
#[derive(Debug, PartialEq, Eq)]
struct Process {
    /// The running system and its space of process numbers. Empty where it has no such names.
    machine: String,
    id: u32,
    /// When it was started, in a unit of the system: process numbers are used again.
    start: String,
}

impl Process {
    fn this() -> Process {
        let id = std::process::id();
        Process { machine: machine(), id, start: start(id).unwrap_or_default() }
    }

    fn parse(text: &str) -> Option<Process> {
        let mut lines = text.lines();
        let (machine, id, start) = (lines.next()?, lines.next()?, lines.next()?);
        Some(Process { machine: machine.to_owned(), id: id.parse().ok()?, start: start.to_owned() })
    }

    /// Whether it is known to have ended: it was on this machine, and is no longer.
    fn has_ended(&self) -> bool {
        // Where users do not see each other's processes, they do not see the first one either.
        !self.machine.is_empty()
            && self.machine == machine()
            && start(1).is_some()
            && start(self.id).is_none_or(|start| start != self.start)
    }
}

/// Names the running system and its space of process numbers. Empty on systems without `/proc`.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let numbers = fs::read_link("/proc/self/ns/pid");
    match (boot, numbers) {
        (Ok(boot), Ok(numbers)) => format!("{} {}", boot.trim(), numbers.to_string_lossy()),
        _ => String::new(),
    }
}

/// When a process of this machine was started. `None` if there is no such process.
fn start(id: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program, in parentheses, may have spaces.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    // A process that has ended, and that its parent has not asked about yet.
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}
