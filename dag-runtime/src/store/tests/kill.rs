//! A process that is killed leaves all that it had written.

use alloc::collections::BTreeSet;
use alloc::string::String;
use core::time::Duration;
use std::path::Path;
use std::time::Instant;
use std::{env, eprintln, fs, thread};

use super::children::{self, Child};
use super::{Store, entry, folder, key};
use crate::store::Gc;

/// How often. `DAG_STORE_KILLS` sets another number.
const KILLS: u64 = 15;

fn size(number: u64) -> usize {
    match number % 20 {
        5 => 100 << 10,
        11 => 60 << 10,
        small => 10 * small as usize,
    }
}

/// Writes entries without end. Tells of each that it finds in the store, and of all that are behind a flush.
fn write(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let first = (0..).find(|number| store.find(&key(*number)).is_none()).unwrap();
    let mut told = first;
    for number in first.. {
        if store.find(&key(number)).is_none() {
            store.write(key(number), entry(number, size(number)));
        }
        if number % 50 == 49 {
            assert_eq!(store.flush().lost, 0);
        }
        while told <= number && store.find(&key(told)).is_some() {
            eprintln!("{told}");
            told += 1;
        }
        if number % 10 == 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn what_was_written_is_there_after_a_kill() {
    if let Some(folder) = children::role("kill") {
        return write(&folder);
    }
    let kills = env::var("DAG_STORE_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let folder = folder();
    let mut told = BTreeSet::new();
    let mut add = |line: String| {
        told.insert(line.parse::<u64>().unwrap());
    };
    for round in 0..kills {
        let mut child = Child::new("kill::what_was_written_is_there_after_a_kill", "kill", folder.path());
        add(child.line().unwrap());
        let until = Instant::now() + Duration::from_micros(round * 7919 % 60_000);
        while Instant::now() < until {
            add(child.line().unwrap());
        }
        child.kill().into_iter().for_each(&mut add);
    }
    let there = |store: &Store| {
        told.iter().all(|number| store.read(&key(*number)) == Some(entry(*number, size(*number))))
    };
    let store = Store::open(folder.path()).unwrap();
    assert!(there(&store), "{:?}", store.warnings());
    assert_eq!(store.verify().damaged, []);
    // Only the last entry of a log may be torn.
    assert!(store.warnings().iter().all(|text| text.contains("no whole entry")), "{:?}", store.warnings());
    // Nothing of the dead is in the way, and a `gc` loses nothing.
    let logs = super::logs(&store).len();
    assert_eq!(store.gc(&Gc::new()).unwrap().in_use, 0);
    assert!(super::logs(&store).len() < logs.max(2));
    assert!(there(&store) && there(&Store::open(folder.path()).unwrap()));
    assert_eq!(fs::read_dir(folder.path().join("live")).unwrap().count(), 1);
}

#[test]
fn a_process_that_was_killed_holds_nothing() {
    if let Some(folder) = children::role("hold") {
        let store = Store::open(folder).unwrap();
        let _hold = store.hold(&[key(1)]);
        eprintln!("held");
        loop {
            thread::park();
        }
    }
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    store.write(key(1), entry(1, 10));
    store.flush();
    let mut child = Child::new("kill::a_process_that_was_killed_holds_nothing", "hold", folder.path());
    assert_eq!(child.line().as_deref(), Some("held"));
    assert_eq!(store.gc(&Gc::new().larger_than(0)).unwrap().in_use, 1);
    assert!(store.check(&key(1)));
    child.kill();
    let collected = store.gc(&Gc::new().larger_than(0)).unwrap();
    assert_eq!((collected.entries, collected.in_use), (1, 0));
}
