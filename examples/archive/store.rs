//! The archive, and how its files are fetched.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use backon::{BlockingRetryable, ExponentialBuilder};
use dag_runtime::task;

use crate::files::Broken;

/// A folder on a share, which may be busy and slow.
#[derive(Debug)]
pub struct Archive {
    dir: PathBuf,
    /// How many requests it will still refuse.
    busy: AtomicU32,
    /// How long a request takes.
    delay: Duration,
}

impl Archive {
    /// A folder that refuses this number of requests before it answers.
    pub fn new(dir: impl Into<PathBuf>, busy: u32) -> Self {
        Archive { dir: dir.into(), busy: AtomicU32::new(busy), delay: Duration::ZERO }
    }

    /// The same, where each request takes this long.
    #[cfg(test)]
    pub fn slow(self, delay: Duration) -> Self {
        Archive { delay, ..self }
    }

    /// The content of a file.
    pub fn get(&self, file: &str) -> io::Result<Vec<u8>> {
        thread::sleep(self.delay);
        let fewer = |busy: u32| busy.checked_sub(1);
        match self.busy.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer) {
            Ok(_) => Err(io::Error::new(io::ErrorKind::ResourceBusy, "the archive is busy")),
            Err(_) => fs::read(self.dir.join(file)),
        }
    }
}

/// A file of the archive.
#[derive(Debug)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The names of the files. A request that fails is made again, at once.
#[task(retry = 2)]
pub fn index(archive: &Archive) -> io::Result<Vec<String>> {
    let bytes = archive.get("index.txt")?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// One file; runs once for each. A busy archive is asked again after a pause.
#[task(depends = [index], each = index, catch, cost = 20)]
pub fn fetch(index: &str, archive: &Archive) -> Result<File, Broken> {
    let pauses = ExponentialBuilder::new().with_min_delay(Duration::from_millis(5)).with_max_times(4);
    let get = || archive.get(index);
    let bytes = get.retry(pauses).when(|error| error.kind() == io::ErrorKind::ResourceBusy).call();
    Ok(File { name: index.to_owned(), bytes: bytes.map_err(|error| Broken::new(index, error))? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MONTHS;

    #[test]
    fn a_busy_archive_is_asked_five_times() {
        let file = fetch("2015-01.csv", &Archive::new(MONTHS, 4)).unwrap();
        assert!(file.bytes.starts_with(b"date,"));
        let archive = Archive::new(MONTHS, 6);
        assert_eq!(
            fetch("2015-01.csv", &archive).unwrap_err().to_string(),
            "2015-01.csv: the archive is busy"
        );
        // One request is left to be refused.
        assert!(archive.get("2015-01.csv").is_err() && archive.get("2015-01.csv").is_ok());
    }

    #[test]
    fn a_file_that_is_not_there_is_asked_for_once() {
        let archive = Archive::new(MONTHS, 0);
        let error = fetch("2015-11.csv", &archive).unwrap_err().to_string();
        assert!(error.starts_with("2015-11.csv: "), "{error}");
    }
}
