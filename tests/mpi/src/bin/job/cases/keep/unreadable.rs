//! What one rank cannot read, although all have found it, was found by none.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::SeqCst};

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, Store, dag, task};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Ends, Folders, files, meet, run};
use crate::cases::each_way;

#[task]
fn large(seed: u64) -> Vec<f64> {
    (0..100_000).map(|k| (k * seed) as f64).collect()
}

#[task]
fn eaten(large: Vec<f64>, tail: u64) -> f64 {
    large.into_iter().sum::<f64>() + tail as f64
}

/// Whether this rank decodes nothing.
static REFUSES: AtomicBool = AtomicBool::new(false);
/// How many values there are on this rank.
static ALIVE: AtomicIsize = AtomicIsize::new(0);

#[derive(Debug, PartialEq, Serialize)]
struct Counted(Vec<u64>);

impl Counted {
    fn new(numbers: Vec<u64>) -> Self {
        ALIVE.fetch_add(1, SeqCst);
        Counted(numbers)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
    }
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As the derived `Serialize` has it.
        #[derive(Deserialize)]
        struct Counted(Vec<u64>);
        let Counted(numbers) = Counted::deserialize(deserializer)?;
        if REFUSES.load(SeqCst) {
            return Err(D::Error::custom("not on this rank"));
        }
        Ok(self::Counted::new(numbers))
    }
}

#[task]
fn counted(seed: u64) -> Counted {
    // A rank that has made it may decode it, as all do that it is sent to in a run.
    REFUSES.store(false, SeqCst);
    Counted::new((0..100).map(|k| k * seed).collect())
}

#[task]
fn sum(counted: &Counted, tail: u64) -> u64 {
    counted.0.iter().sum::<u64>() + tail
}

dag! {
    graph Eaten(seed: u64, tail: u64) -> eaten {
        large = large(seed) on 0 keep,
        eaten = eaten(large, tail) on -1,
    }

    /// All ranks read `counted`, and the last one makes it.
    graph Summed(seed: u64, tail: u64) -> sum {
        counted(seed) on -1 keep,
        sum[i in 0..8] = sum(&counted, tail + i as u64) on i % ranks,
    }
}

pub fn unreadable(mpi: &Mpi, folders: &Folders<'_>) {
    each_way(mpi, |mpi| {
        damaged(&mpi, folders);
        refused(&mpi, folders);
    });
}

fn damaged(mpi: &Mpi, folders: &Folders<'_>) {
    let folder = folders.next();
    let store = Store::open(&folder).unwrap();
    let eaten = |tail| run!(mpi, &store, Eaten { seed: 3, tail });
    eaten(1).0.unwrap();
    if mpi.rank() == 0 {
        let large = files(&folder.join("large"));
        let [large] = &large[..] else { panic!("one output is large: {large:?}") };
        let mut bytes = fs::read(large).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(large, bytes).unwrap();
    }
    meet(mpi);
    let (result, ends) = eaten(2);
    assert_eq!(result.unwrap(), Eaten { seed: 3, tail: 2 }.run(&Serial).unwrap());
    assert!(ends.is_none_or(|(ends, _)| ends == Ends::of(2, 0, 0)), "{ends:?}");
    let is_reader = mpi.rank() + 1 == mpi.ranks();
    assert_eq!(store.warnings().len(), usize::from(is_reader), "{:?}", store.warnings());
    let (_, ends) = eaten(2);
    assert!(ends.is_none_or(|(ends, _)| ends == Ends::of(1, 1, 0)), "{ends:?}");
}

fn refused(mpi: &Mpi, folders: &Folders<'_>) {
    let store = Store::open(folders.next()).unwrap();
    let is_last = mpi.rank() + 1 == mpi.ranks();
    for (tail, refuses, expected) in
        [(1, false, Ends::of(9, 0, 0)), (1, true, Ends::of(9, 0, 0)), (2, false, Ends::of(8, 1, 0))]
    {
        REFUSES.store(refuses && is_last, SeqCst);
        let (result, ends) = run!(mpi, &store, Summed { seed: 3, tail });
        assert_eq!(result.unwrap(), Summed { seed: 3, tail }.run(&Serial).unwrap());
        assert!(ends.is_none_or(|(ends, _)| ends == expected), "{tail} {refuses}: {ends:?}");
        assert_eq!(ALIVE.load(SeqCst), 0, "what was read for nothing was dropped");
    }
}
