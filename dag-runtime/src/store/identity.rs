//! How processes tell that they see the same folder: by an id in a file of it, which is made once.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::Store;
use super::folder::{parse_session, random, session_text, write_new};

/// The file with the id.
const FILE: &str = "dag-store-id";
/// How often a process looks for what another one has made just now: clients of network file systems may see it late.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

impl Store {
    /// The id of the folder, which is made if there is none. `None` if it cannot be written, which is a warning.
    pub(crate) fn make_identity(&self) -> Option<[u8; 16]> {
        let file = self.folder().join(FILE);
        let made = read(&file).or_else(|_| {
            // Another process may make one at the same time. The first one counts.
            write_new(&file, session_text(&random()).as_bytes())?;
            read(&file)
        });
        made.map_err(|error| self.warn(format_args!("its id cannot be read or written: {error}"))).ok()
    }

    /// Whether this is the id of the folder.
    pub(crate) fn has_identity(&self, id: [u8; 16]) -> bool {
        let file = self.folder().join(FILE);
        for look in 0..LOOKS {
            match read(&file) {
                Ok(other) => return other == id,
                Err(_) if look + 1 < LOOKS => sleep(PAUSE),
                Err(_) => {}
            }
        }
        false
    }
}

fn read(file: &Path) -> io::Result<[u8; 16]> {
    let text = fs::read_to_string(file)?;
    parse_session(&text).ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "the file is damaged"))
}
