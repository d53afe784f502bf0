//! Keys that are known during the run only, and failures that are caught: both are told to other ranks.

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, Store, dag, task};

use super::{Ends, Folders, run};
use crate::cases::each_way;

#[task(volatile)]
fn clock(#[key(skip)] now: u64) -> u64 {
    now
}

#[task]
fn minutes(clock: u64) -> u64 {
    clock / 60
}

#[task]
fn hours(minutes: u64, zone: u64) -> String {
    format!("{} o'clock", minutes / 60 + zone)
}

#[task]
fn hand(hours: &str, this: usize) -> String {
    format!("{hours} {this}")
}

#[task(catch)]
fn tried(fails: bool) -> Result<u64, String> {
    if fails { Err("no".into()) } else { Ok(7) }
}

#[task]
fn used(tried: &Result<u64, String>, this: usize) -> String {
    format!("{tried:?} {this}")
}

#[task]
fn numbers() -> Vec<u64> {
    (0..300).collect()
}

#[task(depends = [numbers], each = numbers, catch)]
fn odd(numbers: &u64, even_fail: bool) -> Result<u64, String> {
    if even_fail && *numbers == 150 { Err(format!("{numbers}")) } else { Ok(numbers * 2) }
}

#[task]
fn picture(odd: &[Result<u64, String>]) -> usize {
    odd.iter().filter(|one| one.is_ok()).count()
}

dag! {
    graph Late(now: u64, zone: u64) -> hand {
        clock(now) on 0,
        minutes(clock) on -1,
        hours(minutes, zone) on ranks / 2 keep,
        hand[i in 0..12] = hand(&hours, i) keep,
    }

    graph Caught(fails: bool) -> (last, used) {
        tried(fails) on 0,
        used[i in 0..12] = used(&tried, i) keep,
        last = used(&tried, 100) on -1 keep,
    }

    graph CaughtElements(fails: bool) -> picture {
        numbers on 0,
        odd(fails) on 0 keep,
        picture(&odd) on -1 keep,
    }
}

pub fn late(mpi: &Mpi, folders: &Folders<'_>) {
    each_way(mpi, |mpi| {
        let store = Store::open(folders.next()).unwrap();
        for (now, zone, expected) in [
            (7300, 0, Ends::of(15, 0, 0)),
            (7300, 0, Ends::of(2, 13, 0)),
            (7301, 0, Ends::of(15, 0, 0)),
            (7301, 1, Ends::of(15, 0, 0)),
            (7300, 0, Ends::of(2, 13, 0)),
        ] {
            let (result, ends) = run!(&mpi, &store, Late { now, zone });
            assert_eq!(result.unwrap(), Late { now, zone }.run(&Serial).unwrap());
            assert!(ends.is_none_or(|(ends, _)| ends == expected), "{now} {zone}: {ends:?}");
        }
        for fails in [true, false] {
            for again in [false, true] {
                // What depends on a failure is not kept.
                let is_kept = again && !fails;
                let (result, ends) = run!(&mpi, &store, Caught { fails });
                assert_eq!(result.unwrap(), Caught { fails }.run(&Serial).unwrap());
                let expected = if is_kept { Ends::of(0, 13, 1) } else { Ends::of(14, 0, 0) };
                assert!(ends.is_none_or(|(ends, _)| ends == expected), "{fails} {again}: {ends:?}");

                let (result, ends) = run!(&mpi, &store, CaughtElements { fails });
                assert_eq!(result.unwrap(), if fails { 299 } else { 300 });
                let expected = if is_kept { Ends::of(0, 1, 2) } else { Ends::of(3, 0, 0) };
                assert!(ends.is_none_or(|(ends, _)| ends == expected), "{fails} {again}: {ends:?}");
            }
        }
        assert_eq!(store.warnings(), [""; 0]);
    });
}
