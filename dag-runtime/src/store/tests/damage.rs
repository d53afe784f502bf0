//! Whatever happens to the files, an entry is read as it was written or not at all.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use std::fs;
use std::path::Path;

use super::{Content, Store, entry, folder, key, logs};

const ENTRIES: u64 = 20;
const SIZES: [usize; 4] = [0, 30, 300, 100 << 10];

fn size(number: u64) -> usize {
    SIZES[number as usize % 4]
}

fn filled(folder: &Path) -> Store {
    let store = Store::open(folder).unwrap();
    for number in 0..ENTRIES {
        store.write(key(number), entry(number, size(number)));
    }
    store.flush();
    store
}

/// Which entries are found. They are right.
fn right(folder: &Path) -> (Vec<u64>, Store) {
    let store = Store::open(folder).unwrap();
    let mut right = Vec::new();
    for number in 0..ENTRIES {
        let checked = store.check(&key(number));
        let read = store.read(&key(number));
        assert_eq!(checked, read.is_some());
        if let Some(read) = read {
            assert_eq!(read, entry(number, size(number)));
            right.push(number);
        }
    }
    (right, store)
}

fn all_but(missing: &[u64]) -> Vec<u64> {
    (0..ENTRIES).filter(|number| !missing.contains(number)).collect()
}

/// Where the records of the only log are, and of which entries.
fn offsets(store: &Store) -> Vec<(usize, u64)> {
    let index = store.disk().index();
    let mut offsets: Vec<_> =
        (0..ENTRIES).map(|number| (index.get(&key(number)).unwrap().offset as usize, number)).collect();
    offsets.sort_unstable();
    offsets
}

/// In these records: where the one of this entry is, where the next one is, and which that is.
fn found(offsets: &[(usize, u64)], number: u64) -> (usize, usize, u64) {
    let at = offsets.iter().position(|(_, other)| *other == number).unwrap();
    (offsets[at].0, offsets[at + 1].0, offsets[at + 1].1)
}

#[test]
fn a_damaged_record_is_a_miss_and_the_rest_is_found() {
    let folder = folder();
    let store = filled(folder.path());
    let (offsets, log) = (offsets(&store), logs(&store).remove(0));
    drop(store);
    let whole = fs::read(&log).unwrap();
    let (start, end, _) = found(&offsets, 6);
    // Each byte of a record, its head, description and content.
    for at in start..end {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(&log, damaged).unwrap();
        let (right, store) = right(folder.path());
        assert_eq!(right, all_but(&[6]), "byte {}", at - start);
        assert_eq!(store.warnings().len(), 1, "{:?}", store.warnings());
    }
}

#[test]
fn bytes_that_are_lost_or_added_cost_the_records_they_are_in() {
    let folder = folder();
    let store = filled(folder.path());
    let (offsets, log) = (offsets(&store), logs(&store).remove(0));
    drop(store);
    let whole = fs::read(&log).unwrap();
    let (start, end, next) = found(&offsets, 6);
    let mut before: Vec<u64> =
        offsets.iter().filter(|(at, _)| *at < start).map(|(_, number)| *number).collect();
    before.sort_unstable();
    let cases = [
        // The start of the log.
        ([&[b'x'; 16], &whole[16..]].concat(), all_but(&[])),
        (whole[16..].to_vec(), all_but(&[])),
        // Between two records.
        ([&whole[..start], &[0; 5000], &whole[start..]].concat(), all_but(&[])),
        // Inside a record, which then seems to reach into the next one.
        ([&whole[..start + 250], &whole[start + 260..]].concat(), all_but(&[6])),
        ([&whole[..start + 250], b"abc", &whole[start + 250..]].concat(), all_but(&[6])),
        // Parts of two.
        ([&whole[..end - 10], &whole[end + 10..]].concat(), all_but(&[6, next])),
        ([&whole[..start], &whole[start..end], &whole[start..]].concat(), all_but(&[])),
        // The end.
        (whole[..end - 1].to_vec(), before.clone()),
        (whole[..start + 5].to_vec(), before),
        ([&whole[..], &vec![0; 300_000]].concat(), all_but(&[])),
        (Vec::new(), Vec::new()),
    ];
    for (k, (bytes, expected)) in cases.into_iter().enumerate() {
        fs::write(&log, bytes).unwrap();
        let (right, store) = right(folder.path());
        assert_eq!(right, expected, "case {k}: {:?}", store.warnings());
        assert_eq!(store.warnings().is_empty(), [1, 6, 10].contains(&k), "case {k}: {:?}", store.warnings());
    }
}

#[test]
fn contents_aside_are_checked() {
    let folder = folder();
    let store = filled(folder.path());
    let large: Vec<_> =
        fs::read_dir(folder.path().join("large")).unwrap().map(|file| file.unwrap().path()).collect();
    let of_them = (0..ENTRIES).filter(|number| matches!(&entry(*number, size(*number)).content, Content::Output(bytes) if bytes.len() > 1000));
    assert_eq!(large.len(), of_them.count());
    drop(store);
    let whole = fs::read(&large[0]).unwrap();
    for change in 0..4 {
        let mut bytes = whole.clone();
        match change {
            0 => bytes[50_000] ^= 1,
            1 => bytes.truncate(99),
            2 => bytes.push(0),
            _ => {}
        }
        if change < 3 {
            fs::write(&large[0], bytes).unwrap();
        } else {
            fs::remove_file(&large[0]).unwrap();
        }
        let (right, store) = right(folder.path());
        assert_eq!((right.len() as u64, store.warnings().len()), (ENTRIES - 1, 1), "{:?}", store.warnings());
    }
}

#[test]
fn contents_of_other_entries_do_not_count() {
    let folder = folder();
    drop(filled(folder.path()));
    let large: Vec<_> =
        fs::read_dir(folder.path().join("large")).unwrap().map(|file| file.unwrap().path()).collect();
    fs::copy(&large[0], &large[1]).unwrap();
    assert_eq!(right(folder.path()).0.len() as u64, ENTRIES - 1);
}

#[test]
fn a_record_counts_in_its_own_log_only() {
    let folder = folder();
    let store = filled(folder.path());
    let log = logs(&store).remove(0);
    fs::rename(&log, log.with_file_name(format!("{:032x}-0.log", 7))).unwrap();
    drop(store);
    assert!(right(folder.path()).0.is_empty());
}

#[test]
fn an_output_that_is_a_log_adds_no_entries() {
    let (folder, other) = (folder(), folder());
    let store = Store::open(other.path()).unwrap();
    store.write(key(100), entry(100, 300));
    store.flush();
    let log = fs::read(&logs(&store)[0]).unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.write(key(1), super::Entry { content: Content::Output(log), ..entry(1, 0) });
    store.write(key(2), entry(2, 10));
    store.flush();
    // Then the scan looks into the first one.
    let (path, offset) = (logs(&store).remove(0), store.disk().index().get(&key(2)).unwrap().offset);
    let mut bytes = fs::read(&path).unwrap();
    bytes[offset as usize + 50] ^= 1;
    fs::write(&path, bytes).unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.find(&key(100)), None);
    assert!(store.check(&key(1)) && !store.check(&key(2)));
}

#[test]
fn a_damaged_entry_does_not_hide_an_older_one() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    for _ in 0..2 {
        store.write(key(1), entry(1, 10));
        store.flush();
    }
    let (path, offset) = (logs(&store).remove(0), store.disk().index().get(&key(1)).unwrap().offset);
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    assert!(bytes.len() as u64 - offset < 400);
    fs::write(&path, bytes).unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.read(&key(1)), Some(entry(1, 10)));
    assert_eq!(store.warnings().len(), 1);
}

#[test]
fn logs_of_a_newer_format_are_not_read() {
    let folder = folder();
    drop(filled(folder.path()));
    let store = Store::open(folder.path()).unwrap();
    let path = logs(&store).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    bytes[..16].copy_from_slice(b"dag log, form 2\n");
    fs::write(&path, bytes).unwrap();
    let (right, store) = right(folder.path());
    assert!(right.is_empty());
    assert!(store.warnings()[0].contains("newer format"), "{:?}", store.warnings());
}
