//! An output that this many tasks read that each rank keeps it for the whole of a run with the dynamic schedule.

use std::time::Duration;

use dag_runtime::{Mpi, dag, task};
use serde::{Deserialize, Deserializer, Serialize};

use super::each_way;
use super::failures::agree;

const MANY: usize = 64;

/// What panics when it is dropped.
#[derive(Serialize, Deserialize)]
struct Fragile(u32);

impl Drop for Fragile {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new(format!("{} cannot be dropped", self.0)));
    }
}

/// What can be encoded, and not decoded.
#[derive(Serialize)]
struct Stuck(u32);

impl<'de> Deserialize<'de> for Stuck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("{number} is stuck")))
    }
}

#[task]
fn fragile() -> Fragile {
    Fragile(7)
}

#[task]
fn stuck() -> Stuck {
    Stuck(7)
}

/// Takes so long that it would be given to a rank without work.
#[task]
fn read(shared: &u32) -> u32 {
    std::thread::sleep(Duration::from_micros(300));
    *shared
}

#[task]
fn numbers() -> Vec<u32> {
    (0..8).collect()
}

#[task]
fn add(number: u32, shared: &u32) -> u32 {
    number + read(shared)
}

#[task]
fn count(parts: &[Vec<u32>]) -> u32 {
    parts.iter().map(|part| part.len() as u32).sum()
}

#[task]
fn sum(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

dag! {
    graph DropsLate -> sum {
        fragile,
        read[k in 0..MANY] = read(&fragile.0),
        sum(&read),
    }

    graph ReadAtHome -> sum {
        stuck,
        read[k in 0..MANY] = read(&stuck.0),
        sum(&read),
    }

    graph ElementsAtHome -> count {
        stuck,
        numbers,
        part[k in 0..MANY] = add(each numbers, &stuck.0),
        count(&part),
    }
}

/// A panic when it is dropped is an error on all ranks, and stands in the way of no other run.
pub fn dropped(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for _ in 0..3 {
            let error = DropsLate.run(&mpi).unwrap_err();
            assert_eq!(error.task(), Some("fragile"));
            assert!(error.is_panic(), "{error}");
            assert!(error.to_string().ends_with("7 cannot be dropped"), "{error}");
            agree(&mpi, &error.to_string());
        }
    });
}

/// Where it cannot be decoded, no rank waits for it that is given a task, or elements of one.
pub fn undecodable(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for keep_going in [false, true] {
            let mpi = if keep_going { mpi.clone().keep_going() } else { mpi.clone() };
            for (result, last) in [(ReadAtHome.run(&mpi), "sum"), (ElementsAtHome.run(&mpi), "count")] {
                if mpi.ranks() == 1 {
                    assert_eq!(result.unwrap(), if last == "sum" { 7 * 64 } else { 8 * 64 });
                    continue;
                }
                let error = result.unwrap_err();
                assert_eq!(error.task(), Some("stuck"));
                assert!(error.to_string().ends_with("cannot be decoded: 7 is stuck"), "{error}");
                assert!(error.skipped().any(|name| name == last), "{:?}", error.skipped());
                agree(&mpi, &error.to_string());
            }
        }
    });
}
