//! What is removed, and what stays.

use alloc::vec::Vec;
use core::time::Duration;
use std::fs;
use std::thread;

use super::{Store, entry, folder, key, logs};
use crate::store::Gc;
use crate::store::folder::session_text;
use crate::store::used::DAY;
use core::sync::atomic::Ordering;

const LARGE: usize = 100 << 10;

fn size(number: u64) -> usize {
    if number % 2 == 0 { 100 } else { LARGE }
}

/// Writes entries, each with a later time than the one before.
fn write(store: &Store, numbers: core::ops::Range<u64>) {
    for number in numbers {
        store.write(key(number), entry(number, size(number)));
        store.flush();
        thread::sleep(Duration::from_millis(3));
    }
}

fn there(store: &Store) -> Vec<u64> {
    (0..100)
        .filter(|number| {
            store
                .read(&key(*number))
                .inspect(|read| assert_eq!(*read, entry(*number, size(*number))))
                .is_some()
        })
        .collect()
}

fn large(store: &Store) -> usize {
    fs::read_dir(store.folder().join("large")).unwrap().count()
}

fn bytes(store: &Store) -> u64 {
    store.list().iter().map(|entry| entry.bytes).sum()
}

#[test]
fn nothing_is_removed_without_a_limit_and_logs_are_joined() {
    let folder = folder();
    for k in 0..5 {
        write(&Store::open(folder.path()).unwrap(), 2 * k..2 * k + 2);
    }
    let reader = Store::open(folder.path()).unwrap();
    assert_eq!(logs(&reader).len(), 5);
    let store = Store::open(folder.path()).unwrap();
    let collected = store.gc(&Gc::new()).unwrap();
    assert_eq!((collected.entries, collected.left, collected.in_use), (0, 10, 0));
    assert_eq!(logs(&store).len(), 1);
    // Another process finds them without being told.
    for store in [&store, &reader, &Store::open(folder.path()).unwrap()] {
        assert_eq!(there(store), (0..10).collect::<Vec<_>>());
        assert!(store.warnings().is_empty(), "{:?}", store.warnings());
    }
    // Nothing is left to do.
    let log = logs(&store);
    assert_eq!(store.gc(&Gc::new()).unwrap().bytes, 0);
    assert_eq!(logs(&store), log);
}

#[test]
fn a_log_with_waste_is_joined_with_one_without() {
    let folder = folder();
    for numbers in [0..2, 0..3, 3..5] {
        write(&Store::open(folder.path()).unwrap(), numbers);
    }
    fs::remove_file(&logs(&Store::open(folder.path()).unwrap())[0]).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (before, there_before) = (logs(&store).len(), there(&store));
    let key = there_before[0];
    store.write(super::key(key), entry(key, size(key)));
    store.gc(&Gc::new()).unwrap();
    assert_eq!((before, logs(&store).len()), (2, 1));
    assert_eq!(there(&store), there_before);
}

#[test]
fn the_oldest_entries_go_first() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    write(&store, 0..10);
    let reader = Store::open(folder.path()).unwrap();
    let (before, files) = (bytes(&store), large(&store));
    assert_eq!((before, files), (4 * LARGE as u64 + 500, 4));
    let collected = store.gc(&Gc::new().larger_than(3 * LARGE as u64)).unwrap();
    // Entry 3 was not wanted. One of four large contents is too much, and the records come on top.
    assert_eq!((collected.entries, collected.left), (6, 4));
    assert_eq!(there(&store), [6, 7, 8, 9]);
    assert_eq!(large(&store), 2);
    assert!(collected.bytes > 2 * LARGE as u64);
    assert_eq!(there(&reader), [6, 7, 8, 9]);
    assert_eq!(there(&Store::open(folder.path()).unwrap()), [6, 7, 8, 9]);
}

#[test]
fn entries_that_are_old_are_removed() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    write(&store, 0..3);
    thread::sleep(Duration::from_millis(1500));
    write(&store, 3..5);
    let collected = store.gc(&Gc::new().older_than(Duration::from_secs(1))).unwrap();
    assert_eq!((collected.entries, collected.left), (3, 2));
    assert_eq!(there(&store), [3, 4]);
    assert_eq!(store.gc(&Gc::new().older_than(Duration::ZERO)).unwrap().left, 0);
    assert!(there(&store).is_empty() && logs(&store).is_empty() && large(&store) == 0);
}

#[test]
fn entries_that_are_used_stay_longer() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    let days_ago = |days| store.disk().delay.store(days * DAY, Ordering::Relaxed);
    days_ago(7);
    write(&store, 0..6);
    days_ago(3);
    store.used(&[key(1), key(50)]);
    store.flush();
    store.used(&[key(1), key(2)]);
    store.flush();
    assert_eq!(fs::read_dir(folder.path().join("used")).unwrap().count(), 2);
    days_ago(0);
    let collected = store.gc(&Gc::new().older_than(Duration::from_secs(5 * 24 * 60 * 60))).unwrap();
    assert_eq!((collected.entries, collected.left), (4, 2));
    assert_eq!(there(&store), [1, 2]);
    // Its days are in one file, and are not forgotten.
    assert_eq!(fs::read_dir(folder.path().join("used")).unwrap().count(), 1);
    assert_eq!(store.gc(&Gc::new().older_than(Duration::from_secs(4 * 24 * 60 * 60))).unwrap().left, 2);
    assert_eq!(store.gc(&Gc::new().older_than(Duration::from_secs(24 * 60 * 60))).unwrap().left, 0);
}

#[test]
fn held_entries_stay_until_they_are_let_go() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    write(&store, 0..6);
    let other = Store::open(folder.path()).unwrap();
    let hold = other.hold(&[key(1), key(2), key(77)]);
    assert_eq!(hold.missing, [key(77)]);
    let collected = store.gc(&Gc::new().larger_than(0)).unwrap();
    assert_eq!((collected.entries, collected.left, collected.in_use), (4, 2, 2));
    assert_eq!(there(&other), [1, 2]);
    drop(hold);
    assert_eq!(store.gc(&Gc::new().larger_than(0)).unwrap().left, 0);
    other.refresh();
    assert!(there(&other).is_empty());
    assert!(fs::read_dir(folder.path().join("holds")).unwrap().next().is_none());
}

#[test]
fn the_log_of_another_process_stays() {
    let folder = folder();
    let (store, other) = (Store::open(folder.path()).unwrap(), Store::open(folder.path()).unwrap());
    write(&store, 0..2);
    write(&other, 2..4);
    let collected = store.gc(&Gc::new().larger_than(0)).unwrap();
    assert_eq!((collected.entries, collected.left, collected.in_use), (2, 2, 2));
    write(&other, 4..6);
    drop(other);
    assert_eq!(there(&Store::open(folder.path()).unwrap()), [2, 3, 4, 5]);
    assert_eq!(store.gc(&Gc::new().larger_than(0)).unwrap().left, 0);
}

#[test]
fn one_gc_runs_at_a_time() {
    let folder = folder();
    let (store, other) = (Store::open(folder.path()).unwrap(), Store::open(folder.path()).unwrap());
    write(&store, 0..2);
    let hold = other.hold(&[key(0)]);
    let session = *other.disk().session.id();
    fs::write(folder.path().join("gc/lock"), session_text(&session)).unwrap();
    let error = store.gc(&Gc::new()).unwrap_err();
    assert!(alloc::format!("{error}").ends_with("this is being done already"), "{error}");
    // The one that has the lock ends.
    let victims = folder.path().join(alloc::format!("gc/victims-{}", session_text(&session)));
    fs::write(&victims, key(0).0).unwrap();
    drop((hold, other));
    store.gc(&Gc::new()).unwrap();
    assert!(!folder.path().join("gc/lock").exists() && !victims.exists());
    assert!(store.check(&key(0)));
}

#[test]
fn a_hold_waits_for_what_a_gc_decides() {
    let folder = folder();
    let (store, other) = (Store::open(folder.path()).unwrap(), Store::open(folder.path()).unwrap());
    write(&store, 0..3);
    other.refresh();
    let lock = super::super::gc::lock::Lock::take(store.disk()).unwrap().unwrap();
    let hold = thread::spawn(move || other.hold(&[key(0), key(1)]).missing.clone());
    thread::sleep(Duration::from_millis(100));
    assert!(!hold.is_finished());
    lock.publish(&[key(1), key(2)]).unwrap();
    assert_eq!(hold.join().unwrap(), [key(1)]);
}

#[test]
fn what_ended_processes_left_is_cleared_away() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    write(&store, 0..2);
    let name = alloc::format!("{:032x}-1", 5);
    let paths = [
        folder.path().join("large").join(&name),
        folder.path().join("large").join(alloc::format!("{name}.part")),
        folder.path().join("logs").join(alloc::format!("{name}.part")),
    ];
    for path in &paths {
        fs::write(path, b"abc").unwrap();
    }
    fs::write(folder.path().join("holds").join(&name), key(0).0).unwrap();
    store.gc(&Gc::new()).unwrap();
    // They could be of a process that is not seen yet.
    assert!(paths.iter().all(|path| path.exists()));
    assert!(!folder.path().join("holds").join(&name).exists());
    for path in &paths {
        let long_ago = std::time::SystemTime::now() - Duration::from_secs(7200);
        fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    store.gc(&Gc::new()).unwrap();
    assert!(paths.iter().all(|path| !path.exists()));
    assert_eq!(there(&store), [0, 1]);
}

#[test]
fn damage_is_told_and_removed() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    write(&store, 0..6);
    let path = logs(&store).remove(0);
    let at = store.disk().index().get(&key(2)).unwrap().offset as usize;
    let mut bytes = fs::read(&path).unwrap();
    bytes[at + 300] ^= 1;
    fs::write(&path, bytes).unwrap();
    let labels: Vec<_> = store.list().into_iter().map(|entry| entry.label).collect();
    assert_eq!(
        labels,
        ["Fit::fit[0]", "Fit::fit[1]", "Fit::fit[2]", "Fit::fit[3]", "Fit::fit[4]", "Fit::fit[5]"]
    );
    let verified = store.verify();
    assert_eq!((verified.entries, verified.bytes), (5, 200 + 2 * LARGE as u64));
    assert_eq!(verified.damaged.len(), 1);
    assert_eq!(
        (&*verified.damaged[0].label, &verified.damaged[0].key),
        ("Fit::fit[2]", &alloc::format!("{}", key(2)))
    );
    assert!(!verified.damaged[0].this_build && verified.damaged[0].age < Duration::from_secs(60));
    let collected = store.gc(&Gc::new()).unwrap();
    assert_eq!((collected.entries, collected.left), (0, 5));
    assert!(collected.bytes > 250, "{collected:?}");
    assert_eq!(Store::open(folder.path()).unwrap().verify().damaged, []);
}
