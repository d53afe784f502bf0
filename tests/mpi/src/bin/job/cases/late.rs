//! Messages that nobody waits for: of ranks that stop the run, and of those that have nothing to do.

use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Stop, dag, task};

use super::failures::agree;

#[task]
fn fails(this: usize) -> Result<usize, String> {
    Err(format!("{this} fails"))
}

#[task]
fn takes(this: usize, micros: u64) -> usize {
    thread::sleep(Duration::from_micros(micros * (this as u64 % 3)));
    this
}

#[task]
fn sum(all: &[usize]) -> usize {
    all.iter().sum()
}

#[task]
fn list() -> Vec<usize> {
    (0..30).collect()
}

#[task]
fn stops(this: usize, stop: &Stop) -> usize {
    stop.stop();
    this
}

dag! {
    /// A task of each rank fails, at the same time.
    graph Fail { fails[i in 0..32] = fails(i) on i as isize }
    /// A task of each rank stops the run.
    graph Halt(stop: Stop) { stops[i in 0..32] = stops(i, &stop) on i as isize }
    /// Tasks and elements that ranks without work ask for.
    graph Uneven(micros: u64) -> (sum, all) {
        part[i in 0..30] = takes(i, micros),
        sum(&part),
        list,
        each = takes(each list, micros),
        all = sum(&each),
    }
}

/// Many short runs, in which messages come to ranks that are done.
pub fn late(mpi: Mpi, arguments: &[&str]) {
    let runs: u64 = arguments[0].parse().unwrap();
    for run in 0..runs {
        for schedule in [Schedule::Static, Schedule::Dynamic] {
            let mpi = mpi.clone().schedule(schedule).threads(1 + run as usize % 2);
            let error = Fail.run(&mpi).unwrap_err();
            agree(&mpi, &error.to_string());
            let stop = Stop::new();
            let _ = Halt { stop: stop.clone() }.run(&mpi.clone().stop_when(&stop));
            let micros = run % 5 * 20;
            assert_eq!(Uneven { micros }.run(&mpi).unwrap(), (435, 435));
        }
    }
}
