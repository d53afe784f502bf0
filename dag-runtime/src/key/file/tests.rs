//! What counts of a file, and when it is read again.

use alloc::string::ToString;
use alloc::vec;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::*;
use crate::key::{collect, collect_and_check};

/// A folder of this test, which is removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dag-runtime-file-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn digest(file: &File) -> Digest {
    let mut key = KeyWriter::new();
    file.key(&mut key);
    key.digest()
}

/// Sets when the content has changed, as far as a program can.
fn set_modified(path: &Path, time: SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn a_file_counts_by_its_content_alone() {
    let folder = Folder::new("content");
    let first = File::open(folder.write("first", "abc")).unwrap();
    let copy = File::open(folder.write("copy", "abc")).unwrap();
    let other = File::open(folder.write("other", "abd")).unwrap();
    assert_eq!(digest(&first), digest(&copy));
    assert_ne!(digest(&first), digest(&other));
    assert_eq!(first.path(), folder.0.join("first"));
}

#[test]
fn a_young_file_is_read_again() {
    let folder = Folder::new("young");
    let path = folder.write("a", "abc");
    let file = File::open(&path).unwrap();
    let before = digest(&file);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    // The same size and time stamp.
    fs::write(&path, "abd").unwrap();
    set_modified(&path, modified);
    assert_ne!(digest(&file), before);
}

#[test]
#[cfg(unix)]
fn an_old_file_that_has_changed_is_read_again() {
    let folder = Folder::new("old");
    let path = folder.write("a", "abc");
    let file = File::open(&path).unwrap();
    std::thread::sleep(Duration::from_millis(2100));
    let before = digest(&file);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "abd").unwrap();
    set_modified(&path, modified);
    assert_ne!(digest(&file), before, "its change time is another one");
    fs::write(&path, "abc").unwrap();
    assert_eq!(digest(&file), before);
    // Another file in its place, with its size and time stamp.
    let other = folder.write("b", "xyz");
    set_modified(&other, fs::metadata(&path).unwrap().modified().unwrap());
    fs::rename(&other, &path).unwrap();
    assert_ne!(digest(&file), before);
}

#[test]
fn what_was_seen_is_compared_again() {
    let folder = Folder::new("seen");
    let path = folder.write("a", "abc");
    let file = File::open(&path).unwrap();
    let mut key = KeyWriter::new();
    vec![file.clone(), file].key(&mut key);
    let seen = key.take_files();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(SeenFile::still_matches));
    fs::write(&path, "abd").unwrap();
    assert!(!seen[0].still_matches());
    fs::remove_file(&path).unwrap();
    assert!(!seen[0].still_matches());
}

#[test]
fn a_file_that_is_gone_is_another_one_each_time() {
    let folder = Folder::new("gone");
    let path = folder.write("a", "abc");
    let file = File::open(&path).unwrap();
    let before = digest(&file);
    fs::remove_file(&path).unwrap();
    let first = digest(&file);
    assert_ne!(first, before);
    assert_ne!(digest(&file), first);
    let mut key = KeyWriter::new();
    file.key(&mut key);
    assert!(!key.take_files()[0].still_matches());
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = Folder::new("none");
    let error = File::open(&folder.0).unwrap_err().to_string();
    assert!(error.contains("is a folder") && error.contains("#[task(volatile)]"), "{error}");
    let error = File::open(folder.0.join("missing")).unwrap_err().to_string();
    assert!(error.contains("missing` cannot be read: "), "{error}");
    #[cfg(unix)]
    assert!(File::open("/dev/null").unwrap_err().to_string().contains("no file"));
}

#[test]
fn a_kept_file_is_read_as_long_as_it_matches() {
    let folder = Folder::new("kept");
    let path = folder.write("a", "abc");
    let (bytes, written) = collect(|| postcard::to_allocvec(&vec![File::open(&path).unwrap()]).unwrap());
    assert_eq!(written.len(), 1);
    let read = || postcard::from_bytes::<vec::Vec<File>>(&bytes);
    let (files, seen) = collect_and_check(read);
    assert_eq!(files.unwrap()[0].path(), path);
    assert_eq!(seen, written);
    fs::write(&path, "abd").unwrap();
    assert!(collect_and_check(read).0.is_err());
    // On its way to another rank it is what it is.
    assert_eq!(read().unwrap()[0].path(), path);
    assert!(collect(read).0.is_ok());
}
