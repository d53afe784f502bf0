//! What is written is read again.

use alloc::format;
use alloc::string::ToString;
use std::fs;

use super::{bytes, entry, folder, key, logs};
use crate::store::{Content, Store, build, executable};

#[test]
fn what_is_written_is_read_by_this_process_and_the_next() {
    let folder = folder();
    let store = Store::open(folder.path().join("a/b")).unwrap();
    let sizes = [0, 1, 100, 64 << 10, (64 << 10) + 1, 3 << 20];
    for (number, size) in (0..).zip(sizes) {
        assert_eq!(store.find(&key(number)), None);
        store.write(key(number), entry(number, size));
    }
    let flushed = store.flush();
    assert_eq!((flushed.entries, flushed.lost), (6, 0));
    assert!(flushed.syncs >= 3, "{flushed:?}");
    let next = Store::open(store.folder()).unwrap();
    for store in [&store, &next] {
        for (number, size) in (0..).zip(sizes) {
            let expected = entry(number, size);
            let found = store.find(&key(number)).unwrap();
            let is_wanted = expected.content != Content::NotWanted;
            assert_eq!((found.build, found.bytes), (expected.build, if is_wanted { size as u64 } else { 0 }));
            assert!(store.check(&key(number)));
            assert_eq!(store.content(&key(number)).as_ref(), Some(&expected.content));
            assert_eq!(store.read(&key(number)).unwrap(), expected);
        }
        assert_eq!(store.read(&key(6)), None);
        assert!(store.warnings().is_empty());
    }
    assert_eq!(store.flush().entries, 0);
}

#[test]
fn the_first_entry_of_a_folder_may_be_of_any_size() {
    for size in [0, 100, (64 << 10) + 1, 3 << 20] {
        let folder = folder();
        let store = Store::open(folder.path()).unwrap();
        store.write(key(0), entry(0, size));
        store.write(key(1), entry(1, 100));
        let flushed = store.flush();
        assert_eq!((flushed.entries, flushed.lost), (2, 0), "{size} bytes: {:?}", store.warnings());
        assert_eq!(store.read(&key(0)), Some(entry(0, size)));
    }
}

#[test]
fn the_last_drop_writes_what_was_handed_over() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    let clone = store.clone();
    for number in 0..1000 {
        clone.write(key(number), entry(number, 100));
    }
    drop((store, clone));
    let store = Store::open(folder.path()).unwrap();
    assert!((0..1000).all(|number| store.read(&key(number)) == Some(entry(number, 100))));
}

#[test]
fn stores_see_what_others_add() {
    let folder = folder();
    let (a, b) = (Store::open(folder.path()).unwrap(), Store::open(folder.path()).unwrap());
    for round in 0..3 {
        a.write(key(round), entry(round, 10));
        a.flush();
        assert_eq!(b.find(&key(round)), None);
        b.refresh();
        assert_eq!(b.read(&key(round)), Some(entry(round, 10)));
    }
    assert_eq!(logs(&a).len(), 1);
}

#[test]
fn the_newest_of_a_label_is_known() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    for number in 0..3 {
        let entry = super::Entry { label: "Fit::fit".into(), ..entry(number, 10) };
        store.write(key(number), entry);
        store.flush();
        assert_eq!(store.last("Fit::fit").unwrap(), super::entry(number, 10).parts.list());
    }
    assert_eq!(store.last("Fit::parse"), None);
    assert_eq!(Store::open(folder.path()).unwrap().last("Fit::fit").unwrap(), entry(2, 10).parts.list());
}

#[test]
fn of_two_entries_with_one_key_the_newer_one_counts() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    for number in [1, 2] {
        store.write(key(0), entry(number, 10));
        store.flush();
        std::thread::sleep(core::time::Duration::from_millis(2));
    }
    assert_eq!(store.content(&key(0)), Some(Content::Output(bytes(2, 10))));
    assert_eq!(Store::open(folder.path()).unwrap().content(&key(0)), Some(Content::Output(bytes(2, 10))));
}

#[test]
fn a_folder_that_is_something_else_is_an_error() {
    let folder = folder();
    fs::write(folder.path().join("Cargo.toml"), "").unwrap();
    let error = Store::open(folder.path()).unwrap_err().to_string();
    let path = folder.path().display();
    let expected = format!(
        "cannot open the store `{path}`: it has other files (`Cargo.toml`) and no `dag-store`: take an empty folder"
    );
    assert_eq!(error, expected);
    fs::remove_file(folder.path().join("Cargo.toml")).unwrap();
    fs::write(folder.path().join("dag-store"), "dag store, format 2\n").unwrap();
    let error = Store::open(folder.path()).unwrap_err().to_string();
    assert!(
        error.ends_with("its format is 2, and this program knows format 1: take another folder"),
        "{error}"
    );
    fs::write(folder.path().join("dag-store"), "\0").unwrap();
    assert!(Store::open(folder.path()).is_err());
    let error = Store::open(folder.path().join("dag-store/x")).unwrap_err().to_string();
    assert!(error.contains("cannot open the store"), "{error}");
}

#[test]
fn the_executable_has_a_name() {
    assert_ne!(build().0, [0; 32]);
    assert_eq!(build(), build());
    let file = std::env::current_exe().unwrap();
    assert_eq!(executable().unwrap().0, *blake3::hash(&fs::read(file).unwrap()).as_bytes());
}
