//! How long a graph takes whose tasks take about a millisecond each, beside the least that any schedule could
//! take: with a static schedule that knows the times, and with a dynamic one that does not.

#![allow(missing_docs, clippy::print_stdout, reason = "a program")]

use std::time::{Duration, Instant};

use dag_runtime::mpi::{Mpi, Schedule};
use stated::Stated;
use unstated::Unstated;

include!(concat!(env!("OUT_DIR"), "/times.rs"));

/// Takes so long, by the clock, and no processor for most of it.
fn take(micros: u64, inputs: &[u64]) -> u64 {
    let end = Instant::now() + Duration::from_micros(micros);
    std::thread::sleep(Duration::from_micros(micros.saturating_sub(200)));
    while Instant::now() < end {
        std::hint::spin_loop();
    }
    inputs.iter().sum::<u64>() + 1
}

fn main() {
    let mpi = Mpi::init().unwrap();
    let [sum, chain] = TIMES;
    let bound = (sum as f64 / mpi.ranks() as f64).max(chain as f64) / 1000.0;
    for _ in 0..5 {
        for (name, schedule) in
            [("static, times known", Schedule::Static), ("dynamic, unknown", Schedule::Dynamic)]
        {
            let mpi = mpi.clone().schedule(schedule);
            let start = Instant::now();
            match schedule {
                Schedule::Static => Stated.run(&mpi).unwrap(),
                _ => Unstated.run(&mpi).unwrap(),
            };
            let elapsed = start.elapsed().as_secs_f64() * 1e3;
            if mpi.rank() == 0 {
                println!("{name:20} {elapsed:7.1} ms, {:.3} of the bound of {bound:.1} ms", elapsed / bound);
            }
        }
    }
}
