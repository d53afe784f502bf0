//! The folder of a store: what its files are called.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The file that makes a folder a store, and what is in it.
const MARKER: &str = "dag-store";
const FORMAT: &str = "dag store, format 1\n";
const ANY_FORMAT: &str = "dag store, format ";

/// The parts of a folder.
const LOGS: &str = "logs";
const ASIDE: &str = "large";
const LIVE: &str = "live";
const HOLDS: &str = "holds";
const USED: &str = "used";
const GC: &str = "gc";

/// The name of a file that one session of a process has made. No two files have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Name {
    pub(super) session: [u8; 16],
    pub(super) number: u64,
}

impl Name {
    pub(super) fn bytes(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(&self.session);
        bytes[16..].copy_from_slice(&self.number.to_le_bytes());
        bytes
    }

    pub(super) fn parse(text: &str) -> Option<Name> {
        let (session, number) = text.split_once('-')?;
        let name = Name { session: parse_session(session)?, number: number.parse().ok()? };
        (format!("{name}") == text).then_some(name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", session_text(&self.session), self.number)
    }
}

pub(super) fn session_text(session: &[u8; 16]) -> String {
    session.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn parse_session(text: &str) -> Option<[u8; 16]> {
    let is_hex = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hex.then(|| u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)).flatten()
}

/// A folder that is a store.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

/// Why a folder is no store.
pub(super) enum NoStore {
    /// It cannot be made or read.
    Io(io::Error),
    /// It is something else, as the text says.
    Foreign(String),
}

impl From<io::Error> for NoStore {
    fn from(error: io::Error) -> Self {
        NoStore::Io(error)
    }
}

impl Folder {
    /// Opens the folder, or makes it a store if it is empty. Adds an error if nothing can be written there.
    pub(super) fn open(root: &Path) -> Result<(Folder, Option<io::Error>), NoStore> {
        fs::create_dir_all(root)?;
        let folder = Folder::look(root)?;
        let written = match folder.is_store()? {
            true => Ok(()),
            false => write_whole(&folder.0.join(MARKER), FORMAT.as_bytes()),
        };
        Ok((folder, written.err()))
    }

    /// The folder, which is a store or could be made one.
    pub(super) fn look(root: &Path) -> Result<Folder, NoStore> {
        // Programs may change their working directory while the store is open.
        let folder = Folder(std::path::absolute(root)?);
        folder.is_store()?;
        Ok(folder)
    }

    /// Whether the folder is a store. If it is not, it could be made one.
    pub(super) fn is_store(&self) -> Result<bool, NoStore> {
        match fs::read(self.0.join(MARKER)) {
            Ok(text) if text == FORMAT.as_bytes() => Ok(true),
            Ok(text) if text.is_empty() => Ok(false),
            Ok(text) if text.starts_with(ANY_FORMAT.as_bytes()) => {
                let format = String::from_utf8_lossy(&text[ANY_FORMAT.len()..]).trim().to_owned();
                let text =
                    format!("its format is {format}, and this program knows format 1: take another folder");
                Err(NoStore::Foreign(text))
            }
            Ok(_) => {
                let text = format!("its file `{MARKER}` is not that of a store: take another folder");
                Err(NoStore::Foreign(text))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_free().map(|()| false),
            Err(error) => Err(error.into()),
        }
    }

    /// A folder that has other files is not made a store.
    fn is_free(&self) -> Result<(), NoStore> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            let known = [LOGS, ASIDE, LIVE, HOLDS, USED, GC].contains(&&*name);
            if !known && !name.starts_with('.') && !name.starts_with(MARKER) {
                let text = format!("it has other files (`{name}`) and no `{MARKER}`: take an empty folder");
                return Err(NoStore::Foreign(text));
            }
        }
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folders in it.
    pub(super) fn make(&self) -> io::Result<()> {
        [LOGS, ASIDE, LIVE, HOLDS, USED, GC].iter().try_for_each(|part| fs::create_dir_all(self.0.join(part)))
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.0.join(LOGS)
    }

    pub(super) fn large(&self) -> PathBuf {
        self.0.join(ASIDE)
    }

    pub(super) fn log(&self, name: &Name) -> PathBuf {
        self.0.join(LOGS).join(format!("{name}.log"))
    }

    pub(super) fn aside(&self, name: &Name) -> PathBuf {
        self.0.join(ASIDE).join(format!("{name}"))
    }

    pub(super) fn all_live(&self) -> PathBuf {
        self.0.join(LIVE)
    }

    pub(super) fn live(&self, session: &[u8; 16]) -> PathBuf {
        self.0.join(LIVE).join(session_text(session))
    }

    pub(super) fn holds(&self) -> PathBuf {
        self.0.join(HOLDS)
    }

    pub(super) fn hold(&self, name: &Name) -> PathBuf {
        self.0.join(HOLDS).join(format!("{name}"))
    }

    pub(super) fn all_used(&self) -> PathBuf {
        self.0.join(USED)
    }

    pub(super) fn used(&self, day: u64, name: &Name) -> PathBuf {
        self.0.join(USED).join(format!("{day}-{name}"))
    }

    pub(super) fn gc(&self) -> PathBuf {
        self.0.join(GC)
    }

    /// All logs.
    pub(super) fn list_logs(&self) -> io::Result<BTreeSet<Name>> {
        let names = list(&self.logs())?;
        Ok(names.iter().filter_map(|name| Name::parse(name.strip_suffix(".log")?)).collect())
    }
}

/// The names in a folder, in order. None if there is no such folder.
pub(super) fn list(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

/// Writes a file so that others see all of it or nothing, and that it survives a crash.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_aside(path, bytes, |unfinished| fs::rename(unfinished, path))
}

/// As [`write_whole`], unless there is such a file already, which stays.
#[cfg(feature = "mpi")]
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_aside(path, bytes, |unfinished| {
        let linked = fs::hard_link(unfinished, path);
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            // Not all file systems have links.
            Err(_) if !path.exists() => return fs::rename(unfinished, path),
            _ => {}
        }
        fs::remove_file(unfinished)
    })
}

fn write_aside(path: &Path, bytes: &[u8], finish: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let unfinished = path.with_extension(format!("{}.part", session_text(&random())));
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        finish(&unfinished)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
        return written;
    }
    sync_folder(path.parent().unwrap_or(path));
    Ok(())
}

/// Makes the names in a folder survive a crash, where the system can do that.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Bytes that no other process has.
pub(super) fn random() -> [u8; 16] {
    use core::hash::{BuildHasher, Hasher};
    use std::hash::RandomState;
    use std::time::SystemTime;

    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut bytes = [0; 16];
    for half in bytes.chunks_exact_mut(8) {
        // The system seeds each with random bytes.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u128(now.as_nanos());
        hasher.write_u32(std::process::id());
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    bytes
}
