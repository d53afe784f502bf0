//! Logs that were changed at random, and bytes of all kinds: no panic, no large allocation, and what is read was written.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use std::io::Cursor;
use std::path::Path;
use std::string::ToString;
use std::{env, fs};

use super::children::{self, Child};
use super::{Digest, Entry, Store, bytes, entry, folder, key, logs};
use crate::store::Gc;
use crate::store::checked::{Record, What};
use crate::store::folder::Name;
use crate::store::index::Index;
use crate::store::record::{Head, LogKey, Place, decode_meta, encode_meta, short_hash};
use crate::store::scan::scan;

/// How many inputs are tried. `DAG_STORE_INPUTS` sets another number.
const INPUTS: u64 = 100_000;

/// The key of records that nobody has written, though their heads are valid.
const FORGED: u64 = 1 << 60;

/// Numbers that look random: the method is xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 11) as usize % end.max(1)
    }

    fn range(&mut self, len: usize) -> core::ops::Range<usize> {
        let start = self.below(len);
        start..start + self.below((len - start).min(600) + 1)
    }
}

/// Changes bytes as a disk, a crash or a mistake may.
fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let range = random.range(bytes.len());
    match random.below(9) {
        0 if !bytes.is_empty() => {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        1 => bytes.truncate(range.start),
        2 => bytes[range].fill(0),
        3 => bytes[range].iter_mut().for_each(|byte| *byte = random.next() as u8),
        4 => drop(bytes.drain(range)),
        5 => {
            let copied = bytes[range].to_vec();
            let at = random.below(bytes.len());
            bytes.splice(at..at, copied);
        }
        6 => {
            let from = random.range(other.len());
            bytes.splice(range, other[from].iter().copied());
        }
        7 if range.start + 8 <= bytes.len() => {
            let huge = random.next() >> random.below(64);
            bytes[range.start..range.start + 8].copy_from_slice(&huge.to_le_bytes());
        }
        _ => {
            let from = random.range(bytes.len()).start;
            let len = range.len().min(bytes.len() - from);
            let to = range.start.min(bytes.len() - len);
            bytes.copy_within(from..from + len, to);
        }
    }
}

/// A log as stores write it, with its name.
fn log(numbers: core::ops::Range<u64>) -> (Vec<u8>, Name) {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    for number in numbers {
        store.write(key(number), entry(number, 40 * number as usize % 500));
    }
    store.flush();
    let path = logs(&store).remove(0);
    let name = path.file_stem().unwrap().to_str().and_then(Name::parse).unwrap();
    (fs::read(path).unwrap(), name)
}

/// All that can be read of a log is as it was written. Returns how much that is.
fn all_is_right(bytes: &[u8], log: &LogKey, written: &BTreeMap<Digest, Entry>) -> usize {
    let found = scan(&mut Cursor::new(bytes), log, 0, bytes.len() as u64).unwrap();
    assert!(found.end <= bytes.len() as u64);
    let mut index = Index::default();
    let number = index.add_log(Name { session: [1; 16], number: 1 });
    let mut right = 0;
    for (at, head) in &found.records {
        index.insert(number, *at, head);
        let record = &bytes[*at as usize..][..head.record()];
        for what in [What::All, [What::Content, What::Meta, What::Check][right % 3]] {
            let Some(read) = Record::read(log, record, what) else { continue };
            if read.head.key == key(FORGED) {
                continue;
            }
            let expected = &written[&read.head.key];
            assert_eq!(read.head.build, expected.build);
            if let Some(content) = read.content {
                assert_eq!(content, expected.content);
            }
            right += usize::from(what == What::All);
            if let Some(meta) = read.meta {
                assert_eq!((meta.label, meta.parts), (expected.label.clone(), expected.parts.list()));
            }
        }
        index.forget(&head.key, number, *at);
    }
    right
}

/// A head that is valid, with any numbers in it.
fn forged(log: &LogKey, random: &mut Random) -> Vec<u8> {
    let mut number = || random.next() >> random.below(64);
    let head = Head {
        place: [Place::Nowhere, Place::Inside, Place::Aside][number() as usize % 3],
        content: number(),
        meta: number() as u32,
        time: number(),
        key: key(FORGED),
        build: key(number()),
        content_hash: [number() as u8; 32],
        meta_hash: [number() as u8; 16],
        label: number(),
    };
    let mut bytes = Vec::new();
    head.write(log, &mut bytes);
    bytes
}

fn changed_logs(inputs: u64) {
    let (base, name) = log(0..12);
    let (other, _) = log(12..20);
    let log = LogKey::new(&name);
    let written: BTreeMap<_, _> = (0..12).map(|k| (key(k), entry(k, 40 * k as usize % 500))).collect();
    assert_eq!(all_is_right(&base, &log, &written), 12);
    let mut random = Random(1);
    let mut right = 0;
    for _ in 0..inputs {
        let mut bytes = base.clone();
        for _ in 0..1 + random.below(4) {
            change(&mut bytes, &other, &mut random);
        }
        if random.below(4) == 0 {
            let at = random.below(bytes.len());
            bytes.splice(at..at, forged(&log, &mut random));
        }
        right += all_is_right(&bytes, &log, &written);
    }
    // Most of it is still found.
    assert!(right as u64 > 5 * inputs, "{right}");
}

fn random_descriptions(inputs: u64) {
    let mut random = Random(2);
    let other = [0xff; 64];
    let (name, mut meta) = (Name { session: [3; 16], number: 9 }, Vec::new());
    encode_meta("Fit::fit[3]", &entry(3, 0).parts, Some(name), &mut meta);
    for _ in 0..inputs {
        let mut changed =
            if random.below(3) == 0 { bytes(random.next(), random.below(100)) } else { meta.clone() };
        change(&mut changed, &other, &mut random);
        // Its hash is right, as if it had been written so.
        if let Some(decoded) = decode_meta(&changed, &short_hash(&changed)) {
            assert!(decoded.label.len() <= changed.len() && 17 * decoded.parts.len() <= changed.len());
        }
        if changed != meta {
            assert_eq!(decode_meta(&changed, &short_hash(&meta)), None);
        }
    }
}

/// Whole stores, of which any files are changed, removed or exchanged.
fn changed_stores(folder: &Path, inputs: u64) {
    let size = |number: u64| if number % 5 == 1 { 70_000 } else { 100 };
    let mut random = Random(3);
    for input in 0..inputs {
        let root = folder.join(input.to_string());
        for half in [0..6, 6..12] {
            let store = Store::open(&root).unwrap();
            half.for_each(|number| store.write(key(number), entry(number, size(number))));
        }
        let mut files: Vec<_> =
            ["logs", "large"].iter().flat_map(|part| fs::read_dir(root.join(part)).unwrap()).collect();
        files.sort_by_key(|file| file.as_ref().unwrap().path());
        let files: Vec<_> = files.into_iter().map(|file| file.unwrap().path()).collect();
        for _ in 0..1 + random.below(3) {
            let (file, other) = (&files[random.below(files.len())], &files[random.below(files.len())]);
            let other = fs::read(other).unwrap_or_default();
            let Ok(mut bytes) = fs::read(file) else { continue };
            match random.below(8) {
                0 => fs::remove_file(file).unwrap(),
                1 => fs::write(file, &other).unwrap(),
                _ => {
                    change(&mut bytes, &other, &mut random);
                    fs::write(file, bytes).unwrap();
                }
            }
        }
        let store = Store::open(&root).unwrap();
        for round in 0..2 {
            for number in 0..12 {
                if let Some(read) = store.read(&key(number)) {
                    assert_eq!(read, entry(number, size(number)), "input {input}, round {round}");
                }
            }
            store.verify();
            store.gc(&Gc::new()).unwrap();
        }
        assert_eq!(store.verify().damaged, [], "input {input}");
        drop(store);
        fs::remove_dir_all(root).unwrap();
    }
}

#[test]
fn changed_logs_are_read_right_or_not_at_all() {
    let inputs = env::var("DAG_STORE_INPUTS").map_or(INPUTS, |text| text.parse().unwrap());
    if let Some(folder) = children::role("fuzz") {
        changed_logs(inputs);
        random_descriptions(inputs);
        changed_stores(&folder, inputs / 1000);
        return;
    }
    // Where nothing waits for a disk, if there is such a place.
    let folder = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| folder());
    let test = "fuzz::changed_logs_are_read_right_or_not_at_all";
    // What has to be in memory is far less. The limit counts what is reserved as well.
    let status = Child::in_shell(test, "fuzz", folder.path(), "ulimit -v 700000").wait();
    assert!(status.success(), "{status}");
}
