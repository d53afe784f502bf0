//! Large outputs of plain numbers, which are written from their own memory and read to it.

use std::fs;

use dag_runtime::{dag, task};

use crate::calls::Calls;
use crate::on::everywhere;

/// How many numbers are more than 1 MiB.
const NUMBERS: usize = 200_000;

#[task]
fn numbers(seed: u64, #[key(skip)] calls: &Calls) -> Vec<f64> {
    calls.add("numbers");
    (0..NUMBERS).map(|k| k as f64 + seed as f64 / 7.0).collect()
}

#[task(volatile)]
fn clock(time: u64) -> u64 {
    time
}

/// Its key is known when the clock was read.
#[task(depends = [clock])]
fn ticks(clock: u64, #[key(skip)] calls: &Calls) -> Box<[u32]> {
    calls.add("ticks");
    (0..3 * NUMBERS as u32).map(|k| k ^ clock as u32).collect()
}

#[task(depends = [numbers])]
fn taken(numbers: Vec<f64>, #[key(skip)] calls: &Calls) -> f64 {
    calls.add("taken");
    numbers.iter().sum()
}

#[task(depends = [ticks])]
fn last(ticks: &[u32]) -> Option<u32> {
    ticks.last().copied()
}

dag! {
    graph Large<'a>(seed: u64, time: u64, calls: &'a Calls) -> (taken, last, row) {
        row[k in 0..2] = numbers(seed + k as u64, calls) keep,
        numbers(seed, calls) keep,
        taken(calls),
        clock(time),
        ticks(calls) keep,
        last,
    }
}

#[test]
fn large_numbers_are_found_as_they_were() {
    everywhere(|on, folder| {
        let calls = Calls::default();
        let run = |seed, time| {
            let store = folder.store();
            let outputs = on.run(&store, Large { seed, time, calls: &calls }).unwrap();
            assert_eq!(store.warnings(), Vec::<String>::new());
            outputs
        };
        let first = run(1, 5);
        // The member and the task with the same arguments have one key, but it was not there when the run began.
        assert_eq!(calls.take(), "numbers numbers numbers taken ticks");
        assert_eq!(run(1, 5), first);
        assert_eq!(calls.take(), "taken");
        assert_eq!(run(1, 6).0, first.0);
        assert_eq!(calls.take(), "taken ticks");
        assert_ne!(run(2, 5), first);
        assert_eq!(calls.take(), "numbers taken");
    });
}

#[test]
fn large_numbers_that_are_damaged_are_calculated_again() {
    everywhere(|on, folder| {
        let calls = Calls::default();
        let run = || {
            let store = folder.store();
            let outputs = on.run(&store, Large { seed: 1, time: 5, calls: &calls }).unwrap();
            (outputs, store.warnings().len())
        };
        let (first, _) = run();
        calls.take();
        for (k, file) in fs::read_dir(folder.path().join("large")).unwrap().enumerate() {
            let path = file.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            match k % 2 {
                0 => bytes[1_000_000] ^= 1,
                _ => bytes.truncate(1_000_000),
            }
            fs::write(&path, bytes).unwrap();
        }
        let (again, warnings) = run();
        assert_eq!(again, first);
        assert_eq!(calls.take(), "numbers numbers numbers taken ticks");
        assert!(warnings > 0);
        assert_eq!(run(), (first, 0));
        assert_eq!(calls.take(), "taken");
    });
}
