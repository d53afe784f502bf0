//! Disks that are full or cannot be written.

use std::path::Path;
use std::process::Command;
use std::{eprintln, fs};

use super::children::{self, Child};
use super::{Store, entry, folder, key};

/// Most of what is written finds no room. The store says so once, and what it has is right.
fn write_too_much(folder: &Path) {
    let store = Store::open(folder).unwrap();
    store.write(key(0), entry(0, 100));
    assert_eq!(store.flush().lost, 0);
    for number in 1..300 {
        store.write(key(number), entry(number, 20_000));
    }
    store.write(key(300), entry(300, 3 << 20));
    let flushed = store.flush();
    assert!(flushed.lost > 100, "{flushed:?}");
    assert_eq!(store.warnings().len(), 1, "{:?}", store.warnings());
    assert!(store.warnings()[0].contains("outputs are not kept"), "{:?}", store.warnings());
    for store in [&store, &Store::open(folder).unwrap()] {
        let there = (1..300).filter(|number| {
            let read = store.read(&key(*number));
            read.inspect(|read| assert_eq!(*read, entry(*number, 20_000))).is_some()
        });
        assert_eq!(there.count() as u64, flushed.entries);
        assert_eq!(store.read(&key(0)), Some(entry(0, 100)));
        assert_eq!(store.find(&key(300)), None);
    }
}

#[test]
fn a_file_that_must_not_grow_ends_nothing() {
    if let Some(folder) = children::role("limit") {
        return write_too_much(&folder);
    }
    let folder = folder();
    // In units of 512 or 1,024 bytes. Without the trap the process would be ended by a signal.
    let commands = "trap '' XFSZ && ulimit -f 1500";
    let child =
        Child::in_shell("full::a_file_that_must_not_grow_ends_nothing", "limit", folder.path(), commands);
    assert!(child.wait().success());
    let store = Store::open(folder.path()).unwrap();
    assert!(store.warnings().is_empty(), "{:?}", store.warnings());
    assert!(store.check(&key(0)));
}

/// Runs a role on a small disk of its own, which nobody else sees. Does nothing if this user may not do that.
fn on_a_small_disk(test: &str, role: &str) {
    let folder = folder();
    let mount = std::format!("mount -t tmpfs -o size=1m none '{}'", folder.path().display());
    let works = Command::new("unshare").args(["--map-root-user", "--mount", "sh", "-c", &mount]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this user may not mount a disk");
        return;
    }
    assert!(Child::with_disks(test, role, folder.path(), &mount).wait().success());
}

#[test]
fn a_full_disk_ends_nothing() {
    if let Some(folder) = children::role("full") {
        write_too_much(&folder);
        // Once there is room, the next run keeps its outputs.
        let store = Store::open(&folder).unwrap();
        fs::write(folder.join(".filler"), alloc::vec![0; 2 << 20]).unwrap_err();
        store.write(key(400), entry(400, 60_000));
        store.write(key(401), entry(401, 60_000));
        assert_eq!(store.flush().lost, 2);
        fs::remove_file(folder.join(".filler")).unwrap();
        store.write(key(402), entry(402, 60_000));
        assert_eq!(store.flush().lost, 0);
        assert!(store.check(&key(402)));
        return;
    }
    on_a_small_disk("full::a_full_disk_ends_nothing", "full");
}

#[test]
fn a_disk_that_cannot_be_written_ends_nothing() {
    if let Some(folder) = children::role("read-only") {
        let store = Store::open(&folder).unwrap();
        store.write(key(1), entry(1, 100));
        drop(store);
        let mount = Command::new("mount").args(["-o", "remount,ro"]).arg(&folder).status().unwrap();
        assert!(mount.success());
        let store = Store::open(&folder).unwrap();
        let hold = store.hold(&[key(1), key(2)]);
        assert_eq!(hold.missing, [key(2)]);
        assert_eq!(store.read(&key(1)), Some(entry(1, 100)));
        assert!(store.warnings().is_empty(), "{:?}", store.warnings());
        for number in 2..100 {
            store.write(key(number), entry(number, 100));
        }
        let flushed = store.flush();
        assert_eq!((flushed.entries, flushed.lost), (0, 98));
        assert_eq!(store.warnings().len(), 1, "{:?}", store.warnings());
        assert!(store.gc(&crate::store::Gc::new()).is_err());
        assert!(store.check(&key(1)));
        return;
    }
    on_a_small_disk("full::a_disk_that_cannot_be_written_ends_nothing", "read-only");
}

#[test]
fn a_folder_that_cannot_be_made_is_a_warning_of_who_writes() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    fs::write(folder.path().join("large"), "").unwrap();
    store.write(key(1), entry(1, 100));
    assert_eq!(store.flush().lost, 1);
    assert_eq!(store.warnings().len(), 1, "{:?}", store.warnings());
    fs::remove_file(folder.path().join("large")).unwrap();
    store.write(key(1), entry(1, 100));
    assert_eq!(store.flush().lost, 0);
    assert!(store.check(&key(1)));
}
