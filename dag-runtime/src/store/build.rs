//! Which executable runs.

use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::OnceLock;

use super::parts::Digest;

/// The largest part of an executable that is searched for its build id, in bytes.
const NOTES: u64 = 64 << 10;

/// Names the running executable: by the build id that its linker has written into it, or else by its hash.
///
/// The id is read in some microseconds, and no two executables of different contents have the same.
pub(crate) fn build() -> Digest {
    static BUILD: OnceLock<Digest> = OnceLock::new();
    *BUILD.get_or_init(|| {
        let id = open().and_then(|mut file| build_id(&mut file)).ok().flatten();
        match id {
            Some(id) => Digest(blake3::derive_key("dag-runtime store, build id", &id)),
            None => executable().unwrap_or(Digest([0; 32])),
        }
    })
}

/// The blake3 hash of the running executable. `None` if it cannot be read.
pub(crate) fn executable() -> Option<Digest> {
    static HASH: OnceLock<Option<Digest>> = OnceLock::new();
    *HASH.get_or_init(|| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(open().ok()?).ok()?;
        Some(Digest(*hasher.finalize().as_bytes()))
    })
}

/// The file that runs, also if it was replaced since.
fn open() -> io::Result<File> {
    File::open("/proc/self/exe").or_else(|_| File::open(std::env::current_exe()?))
}

/// Reads the GNU build id of an ELF file with numbers in little endian.
fn build_id(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
    let mut start = [0; 64];
    file.read_exact(&mut start)?;
    let wide = match start[..6] {
        [0x7f, b'E', b'L', b'F', 1, 1] => false,
        [0x7f, b'E', b'L', b'F', 2, 1] => true,
        _ => return Ok(None),
    };
    let (headers, size, count) = if wide {
        (number(&start, 32, 8), number(&start, 54, 2), number(&start, 56, 2))
    } else {
        (number(&start, 28, 4), number(&start, 42, 2), number(&start, 44, 2))
    };
    let mut table = read(file, headers, size * count)?;
    table.truncate((size * count) as usize);
    if size == 0 {
        return Ok(None);
    }
    for header in table.chunks_exact(size as usize).filter(|header| number(header, 0, 4) == 4) {
        let (at, len) = if wide {
            (number(header, 8, 8), number(header, 32, 8))
        } else {
            (number(header, 4, 4), number(header, 16, 4))
        };
        if let Some(id) = note(&read(file, at, len)?) {
            return Ok(Some(id.to_vec()));
        }
    }
    Ok(None)
}

/// The GNU build id among notes.
fn note(mut notes: &[u8]) -> Option<&[u8]> {
    while notes.len() >= 12 {
        let (name, id) = (number(notes, 0, 4) as usize, number(notes, 4, 4) as usize);
        let kind = number(notes, 8, 4);
        let start = 12 + name.next_multiple_of(4);
        let bytes = notes.get(start..start.checked_add(id)?)?;
        if kind == 3 && notes[12..].starts_with(b"GNU\0") && name == 4 {
            return Some(bytes);
        }
        notes = notes.get(start + id.next_multiple_of(4)..)?;
    }
    None
}

fn read(file: &mut (impl Read + Seek), at: u64, len: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(len.min(NOTES)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A number of so many bytes. 0 if they are not there.
fn number(bytes: &[u8], at: usize, len: usize) -> u64 {
    let bytes = bytes.get(at..at + len).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
