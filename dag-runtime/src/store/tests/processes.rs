//! Several processes use a store at once.

use alloc::vec::Vec;
use core::time::Duration;
use std::path::Path;
use std::time::Instant;
use std::{env, fs, thread};

use super::children::{self, Child};
use super::{Store, entry, folder, key};
use crate::store::Gc;

const ROUNDS: u64 = 12;
const EACH: u64 = 15;

fn size(number: u64) -> usize {
    if number % 11 == 4 { 70 << 10 } else { 50 + number as usize % 100 }
}

/// Opens the store again and again, writes what is its own and what others write as well, and reads all that it knows.
fn use_it(folder: &Path, own: u64) {
    for round in 0..ROUNDS {
        let store = Store::open(folder).unwrap();
        let mine = |round: u64| (0..EACH).map(move |k| (own * ROUNDS + round) * EACH + k);
        let shared = (1 << 20)..(1 << 20) + EACH;
        for number in mine(round).chain(shared.clone()) {
            store.write(key(number), entry(number, size(number)));
        }
        let known: Vec<u64> = (0..=round).flat_map(mine).chain(shared).collect();
        let flushed = store.flush();
        assert_eq!((flushed.entries, flushed.lost), (2 * EACH, 0), "{:?}", store.warnings());
        store.refresh();
        for number in known {
            assert_eq!(store.read(&key(number)), Some(entry(number, size(number))), "{:?}", store.warnings());
        }
        assert!(store.warnings().is_empty(), "{:?}", store.warnings());
    }
}

#[test]
fn processes_share_a_store_that_is_cleaned_all_the_time() {
    if let Some(folder) = children::role("use") {
        return use_it(&folder, env::var("DAG_STORE_TEST_NUMBER").unwrap().parse().unwrap());
    }
    let folder = folder();
    let test = "processes::processes_share_a_store_that_is_cleaned_all_the_time";
    let mut children: Vec<_> = (0..4)
        .map(|own| {
            Child::in_shell(test, "use", folder.path(), &alloc::format!("export DAG_STORE_TEST_NUMBER={own}"))
        })
        .collect();
    let store = Store::open(folder.path()).unwrap();
    let begin = Instant::now();
    while children.iter_mut().any(|child| child.runs()) && begin.elapsed() < Duration::from_secs(300) {
        store.gc(&Gc::new()).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    for child in children {
        let status = child.wait();
        assert!(status.success(), "{status}");
    }
    store.gc(&Gc::new()).unwrap();
    assert_eq!(super::logs(&store).len(), 1);
    let numbers = (0..4 * ROUNDS * EACH).chain((1 << 20)..(1 << 20) + EACH);
    for store in [&store, &Store::open(folder.path()).unwrap()] {
        for number in numbers.clone() {
            assert_eq!(store.read(&key(number)), Some(entry(number, size(number))));
        }
        assert!(store.warnings().is_empty(), "{:?}", store.warnings());
    }
    assert!(fs::read_dir(folder.path().join("holds")).unwrap().next().is_none());
}
