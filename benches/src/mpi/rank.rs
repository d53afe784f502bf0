//! One rank of a job that measures. All ranks do the same; rank 0 has the clock, and says what it has read.

use std::cell::Cell;
use std::time::Instant;

use bench_graphs::families::{CELLS, SIZES, STEPS, stencil_in_order};
use bench_graphs::shapes::{self, Shape};
use dag_runtime::Mpi;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Root, Source};
use serde_json::{Value, json};

use super::by_hand;
use super::graphs::{Blocks, HOPS, LAYERS, Layers, SIDE, Stencil, Transfer, WIDTH, Wave};
use super::{BY_HAND, MASTER, OURS};
use crate::Result;

/// What the job measures.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    what: What,
    #[arg(long)]
    ranks: i32,
    #[arg(long)]
    rounds: usize,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum What {
    Overhead,
    Bandwidth,
    Metg,
    Plans,
}

/// How many seconds a sample takes at least.
const SAMPLE: f64 = 5e-3;
/// How often a sample is taken, at most, until two ranks ran at the same time before and after it.
const RETAKES: u32 = 5;
/// How often it is looked at before a sample whether they do, at most.
const SETTLING: u32 = 50;
/// This many round trips take less than a turn of a core that two ranks have to share.
const FEW_TRIPS: u32 = 1_000;
/// How long the kernel computes in the two graphs of layers: not at all, and some microseconds.
const KERNELS: [u32; 2] = [0, 1000];
/// How many numbers are sent.
const LENGTHS: [usize; 4] = [1 << 7, 1 << 13, 1 << 17, 1 << 21];

type Run<'a> = Box<dyn FnMut() -> u64 + 'a>;
/// A graph with sizes: what is said of it, and what makes its table and runs it.
type Maker = (&'static str, fn(usize) -> bool, fn(&Mpi, usize) -> bool);

pub(crate) fn run(options: &Options) -> Result {
    let universe = mpi::initialize().ok_or("MPI does not start")?;
    let world = universe.world();
    if world.size() != options.ranks {
        return Err(format!("there are {} ranks, not {}", world.size(), options.ranks).into());
    }
    let rank =
        Rank { mpi: Mpi::on(&world)?, world: &world, rounds: options.rounds, best: Cell::new(f64::INFINITY) };
    let figures = match options.what {
        What::Overhead => rank.overhead(),
        What::Bandwidth => rank.bandwidth(),
        What::Metg => rank.metg(),
        What::Plans => rank.plans(),
    };
    if world.rank() == 0 {
        println!("{}", json!({ "trip_seconds": rank.trip(), "figures": figures }));
    } else {
        rank.trip();
    }
    Ok(())
}

struct Rank<'a> {
    mpi: Mpi,
    world: &'a SimpleCommunicator,
    rounds: usize,
    /// How many seconds 8 bytes take at best.
    best: Cell<f64>,
}

impl Rank<'_> {
    fn overhead(&self) -> Vec<Value> {
        let shape = shapes::stencil(LAYERS as u32, WIDTH as u32);
        let mut figures = Vec::new();
        for iterations in KERNELS {
            let expected = in_order(&shape, WIDTH, iterations);
            let ours = || Layers { iterations }.run(&self.mpi).expect("no task fails");
            let by_hand = || by_hand::stencil(self.world, LAYERS, WIDTH, iterations);
            let master = || by_hand::master(self.world, &shape, WIDTH, iterations);
            let runs: Vec<(&str, Run<'_>)> =
                vec![(OURS, Box::new(ours)), (BY_HAND, Box::new(by_hand)), (MASTER, Box::new(master))];
            for (system, seconds) in self.measure(runs, expected) {
                figures.push(json!({
                    "system": system, "iterations": iterations, "tasks": LAYERS * WIDTH, "seconds": seconds,
                }));
            }
        }
        figures
    }

    fn bandwidth(&self) -> Vec<Value> {
        let mut figures = Vec::new();
        for length in LENGTHS {
            let mut buffer = vec![0.0; length];
            let ours = || Transfer { length }.run(&self.mpi).expect("no task fails");
            let by_hand = || by_hand::transfer(self.world, HOPS, &mut buffer);
            let runs: Vec<(&str, Run<'_>)> = vec![(OURS, Box::new(ours)), (BY_HAND, Box::new(by_hand))];
            for (system, seconds) in self.measure(runs, HOPS as u64) {
                figures.push(json!({
                    "system": system, "bytes": 8 * length, "hops": HOPS, "seconds": seconds,
                }));
            }
        }
        figures
    }

    fn metg(&self) -> Vec<Value> {
        let mut figures = Vec::new();
        for iterations in SIZES {
            let expected = stencil_in_order(iterations);
            let ours = || Stencil { iterations }.run(&self.mpi).expect("no task fails");
            let by_hand = || by_hand::stencil(self.world, STEPS, CELLS, iterations);
            let runs: Vec<(&str, Run<'_>)> = vec![(OURS, Box::new(ours)), (BY_HAND, Box::new(by_hand))];
            for (system, seconds) in self.measure(runs, expected) {
                figures.push(json!({ "system": system, "iterations": iterations, "seconds": seconds }));
            }
        }
        figures
    }

    /// What a wavefront takes whose sizes are new: its table, and its plan, which is what the first run takes beside that
    /// longer than the next one.
    fn plans(&self) -> Vec<Value> {
        let makers: [Maker; 2] = [
            ("no `on`", |n| Wave::table(n).is_ok(), |mpi, n| Wave { n }.run(mpi).is_ok()),
            ("`on` by blocks", |n| Blocks::table(n).is_ok(), |mpi, n| Blocks { n }.run(mpi).is_ok()),
        ];
        let mut figures = Vec::new();
        for (name, table, run) in makers {
            let (mut tables, mut plans) = (Vec::new(), Vec::new());
            for n in SIDE..SIDE + self.rounds {
                let mut run: Run<'_> = Box::new(|| u64::from(run(&self.mpi, n)));
                let mut table: Run<'_> = Box::new(|| u64::from(table(n)));
                tables.push(self.time(1, &mut table));
                let first = self.time(1, &mut run);
                let next = self.time(3, &mut run) / 3.0;
                plans.push((first - next).max(0.0));
            }
            for (what, seconds) in [("table", tables), ("plan", plans)] {
                let system = format!("{what}, {name}");
                figures.push(json!({ "system": system, "tasks": SIDE * SIDE, "seconds": seconds }));
            }
        }
        figures
    }

    /// Runs all in turns. Rank 0 looks at what each gives before it is timed, and gets the seconds of a run.
    fn measure<'s>(&self, mut runs: Vec<(&'s str, Run<'_>)>, expected: u64) -> Vec<(&'s str, Vec<f64>)> {
        let root = self.world.process_at_rank(0);
        let mut times = Vec::new();
        for (system, run) in &mut runs {
            let result = run();
            if self.world.rank() == 0 && result != expected {
                eprintln!("error: {system}: the result is {result}, not {expected}");
                // The others wait for this rank.
                self.world.abort(1);
            }
            let mut count = (SAMPLE / self.time(3, run) * 3.0).ceil().clamp(1.0, 1000.0) as u32;
            root.broadcast_into(&mut count);
            times.push(count);
        }
        let mut seconds: Vec<(&str, Vec<f64>)> =
            runs.iter().map(|(system, _)| (*system, Vec::new())).collect();
        for round in 0..self.rounds {
            for k in 0..runs.len() {
                let k = (k + round) % runs.len();
                let mut taken = f64::NAN;
                for _ in 0..RETAKES {
                    self.settle();
                    taken = self.time(times[k], &mut runs[k].1);
                    if self.are_apart() {
                        break;
                    }
                }
                seconds[k].1.push(taken / f64::from(times[k]));
            }
        }
        seconds
    }

    /// How many seconds this many runs take.
    fn time(&self, times: u32, run: &mut Run<'_>) -> f64 {
        self.world.barrier();
        let start = Instant::now();
        for _ in 0..times {
            run();
        }
        self.world.barrier();
        start.elapsed().as_secs_f64()
    }

    /// Keeps the ranks busy until the cores of the first two run at the same time, or that takes too long.
    fn settle(&self) {
        let mut apart = 0;
        for _ in 0..SETTLING {
            apart = if self.are_apart() { apart + 1 } else { 0 };
            if apart == 3 {
                break;
            }
        }
    }

    /// Whether the cores of the first two ranks run at the same time. Not asked where there are more ranks, which share cores.
    fn are_apart(&self) -> bool {
        let now = if self.world.size() == 2 { self.trip_of(FEW_TRIPS) } else { 0.0 };
        self.best.set(self.best.get().min(now));
        let mut apart = now <= 3.0 * self.best.get();
        self.world.process_at_rank(0).broadcast_into(&mut apart);
        apart
    }

    /// How many seconds 8 bytes take from rank 0 to rank 1.
    fn trip(&self) -> f64 {
        self.trip_of(10_000)
    }

    fn trip_of(&self, trips: u32) -> f64 {
        self.world.barrier();
        let start = Instant::now();
        let mut word = 0_u64;
        for _ in 0..trips {
            match self.world.rank() {
                0 => {
                    self.world.process_at_rank(1).send(&word);
                    self.world.process_at_rank(1).receive_into(&mut word);
                }
                1 => {
                    self.world.process_at_rank(0).receive_into(&mut word);
                    self.world.process_at_rank(0).send(&word);
                }
                _ => break,
            }
        }
        start.elapsed().as_secs_f64() / f64::from(2 * trips)
    }
}

/// What the cells of a stencil sum up to, worked out in order.
fn in_order(shape: &Shape, cells: usize, iterations: u32) -> u64 {
    let mut values: Vec<u64> = Vec::new();
    for (task, before) in shape.dependencies.iter().enumerate() {
        let before = before.iter().map(|&k| values[k as usize]);
        values.push(bench_graphs::families::cell(before, task % cells, iterations));
    }
    values[shape.tasks() - cells..].iter().fold(0, |sum, &cell| sum ^ cell)
}
