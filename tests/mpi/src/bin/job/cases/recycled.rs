//! Memory of what was received, which later runs use again.

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{dag, task};

use crate::memory::{LARGE, allocations, held};

/// How many arrays are made, one on each of the ranks in turn.
const HOPS: usize = 12;

#[task]
fn start(len: usize) -> Vec<u64> {
    vec![1; len]
}

#[task]
fn pass(mut array: Vec<u64>) -> Vec<u64> {
    array[0] += 1;
    array
}

#[task]
fn words(array: &[u64]) -> Vec<(u64, bool)> {
    array.iter().map(|&number| (number, number > 1)).collect()
}

#[task]
fn count(words: &[(u64, bool)], array: &[u64]) -> (u64, usize) {
    (array[0], words.iter().filter(|word| word.1).count())
}

#[task]
fn fail(array: Vec<u64>) -> Result<Vec<u64>, String> {
    Err(format!("no more than {}", array[0]))
}

dag! {
    /// An array that goes from rank to rank, each of which takes it by value and gives it away.
    graph Chain(len: usize) -> end {
        start(len) on 0,
        hop[k in 0..HOPS] = pass(if k == 0 { start } else { hop[k - 1] }) on k + 1,
        end = first(&hop[HOPS - 1]) on 0,
    }

    /// What is encoded, beside what is sent as it lies.
    graph Encoded(len: usize) -> count {
        start(len) on 0,
        words(&start) on 0,
        count(&words, &start) on 1,
    }

    /// A chain that ends early.
    graph Broken(len: usize) -> end {
        start(len) on 0,
        hop[k in 0..HOPS] = pass(if k == 0 { start } else { hop[k - 1] }) on k + 1,
        fail(hop[HOPS - 1]) on 1,
        end = first(&fail) on 0,
    }
}

#[task]
fn first(array: &[u64]) -> u64 {
    array[0]
}

/// After a first run, what is received is received into memory that was received into before, and there is never more of it.
pub fn recycled(mpi: Mpi, _: &[&str]) {
    let len = LARGE / 4;
    let mpi = mpi.schedule(Schedule::Static);
    let run = |count: usize| {
        for _ in 0..count {
            assert_eq!(Chain { len }.run(&mpi).unwrap(), 1 + HOPS as u64);
        }
    };
    run(10);
    let (before, memory) = (allocations(), held());
    run(50);
    let own = if mpi.rank() == 0 { 50 } else { 0 };
    let received = allocations() - before - own;
    // In some run an array is still under way to its receiver when the next one comes.
    assert!(received <= 25, "received into new memory {received} times");
    assert!(held() <= memory + 2 * LARGE, "{} bytes more", held() - memory);

    // Other sizes come, and what a few runs have not needed is given back.
    for extra in 1..=100 {
        assert_eq!(Chain { len: len + 1000 * extra }.run(&mpi).unwrap(), 1 + HOPS as u64);
    }
    assert!(held() <= memory + 50 * LARGE, "{} bytes more", held() - memory);

    for _ in 0..20 {
        assert_eq!(Encoded { len }.run(&mpi).unwrap(), (1, 0));
        let error = Broken { len }.run(&mpi).unwrap_err().to_string();
        assert!(error.contains("no more than"), "{error}");
    }
    run(10);
    assert!(held() <= memory + 50 * LARGE, "{} bytes more", held() - memory);
}
