//! What happens once in a process, and is not a matter of many runs: two long tasks, and a pool that is busy.

use std::env;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use dag_runtime::Rayon;
use rayon::ThreadPoolBuilder;

use super::graphs::{LONG, Long, THREADS, ran_in_order, ran_on_caller, spin};
use super::rows::{Group, PART, Row};
use crate::Result;
use crate::measure::{median, quantile};

/// How long a long task is.
const LONG_TASK: Duration = Duration::from_millis(5);
/// How often a graph ran with short tasks before its tasks are long.
const SHORT_RUNS: usize = 2000;
/// How often two long tasks run by hand.
const BY_HAND_RUNS: usize = 5;
/// How long the global pool has other work.
const BUSY: Duration = Duration::from_secs(1);
/// How long a task is that runs meanwhile, and how often at most.
const MEANWHILE: (Duration, usize) = (Duration::from_micros(20), 100);

/// Two long tasks, in the first run of their graph and after short runs of it.
pub(super) fn long(rows: &mut Vec<Row>) -> Result {
    let [first_of_global, later_of_global, first_of_own, later_of_own] = LONG else {
        return Err("there are graphs for four uses".into());
    };
    let places = [
        ("`Rayon::new()` from outside", Rayon::new(), first_of_global, later_of_global),
        ("`with_threads(2)` from outside", Rayon::with_threads(THREADS)?, first_of_own, later_of_own),
    ];
    for (place, rayon, first, later) in places {
        for (what, graph) in ["2 tasks of 5 ms", "3 short tasks, then 2 of 5 ms"].into_iter().zip(first) {
            rows.push(long_row(format!("{what}, {place}, first run"), true, *graph, &rayon)?);
        }
        for (what, graph) in ["2 tasks of 5 ms", "3 short tasks, then 2 of 5 ms"].into_iter().zip(later) {
            for _ in 0..SHORT_RUNS {
                graph(Duration::ZERO, &rayon)?;
            }
            rows.push(long_row(format!("{what}, {place}, after 2,000 short runs"), false, *graph, &rayon)?);
        }
    }
    Ok(())
}

/// The hidden command that runs two long tasks once.
pub(crate) const COMMAND: &str = "steady-first";

/// What two long tasks are run by.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum ByHand {
    Join,
    Scope,
}

impl ByHand {
    const ALL: [Self; 2] = [ByHand::Join, ByHand::Scope];

    fn name(self) -> &'static str {
        match self {
            ByHand::Join => "rayon::join",
            ByHand::Scope => "std::thread::scope",
        }
    }

    /// How many seconds two long tasks take.
    fn run(self) -> f64 {
        let (long, start) = (|| spin(LONG_TASK), Instant::now());
        match self {
            ByHand::Join => _ = rayon::join(long, long),
            ByHand::Scope => thread::scope(|scope| {
                scope.spawn(long);
                long();
            }),
        }
        start.elapsed().as_secs_f64()
    }

    /// The same in a new process, in which nothing ran before.
    fn run_first(self) -> Result<f64> {
        let how = self.to_possible_value().ok_or("no value is hidden")?;
        let output = Command::new(env::current_exe()?).args([COMMAND, how.get_name()]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
    }
}

/// Prints how many seconds two long tasks take in this process.
pub(crate) fn first(how: ByHand) -> Result {
    ThreadPoolBuilder::new().num_threads(THREADS).build_global()?;
    println!("{}", how.run());
    Ok(())
}

/// One run of a graph of long tasks, beside the same by hand: also once in a process, or the usual time.
fn long_row(what: String, is_first: bool, graph: Long, rayon: &Rayon) -> Result<Row> {
    let start = Instant::now();
    graph(LONG_TASK, rayon)?;
    let ours = start.elapsed().as_secs_f64();
    let seconds = |how: ByHand| {
        if is_first {
            return how.run_first();
        }
        Ok(median(&(0..BY_HAND_RUNS).map(|_| how.run()).collect::<Vec<_>>()))
    };
    let others = ByHand::ALL.map(|how| Ok((how.name().to_owned(), seconds(how)?)));
    Ok(Row {
        group: Group::Long,
        what,
        case: String::new(),
        ours,
        again: None,
        others: others.into_iter().collect::<Result<_>>()?,
        held: true,
    })
}

/// Runs from outside while all threads of the global pool have other work.
pub(super) fn busy(rows: &mut Vec<Row>) -> Result {
    let (started, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for _ in 0..THREADS {
        let (started, ended) = (Arc::clone(&started), Arc::clone(&ended));
        rayon::spawn(move || {
            started.fetch_add(1, Ordering::SeqCst);
            spin(BUSY);
            ended.fetch_add(1, Ordering::SeqCst);
        });
    }
    while started.load(Ordering::SeqCst) < THREADS {
        thread::yield_now();
    }
    let start = Instant::now();
    let (length, most) = MEANWHILE;
    let rayon = Rayon::new();
    let (mut ours, mut serial, mut held) = (Vec::new(), Vec::new(), true);
    // A run that does not wait ends long before the other work.
    while ours.len() < most && start.elapsed() < BUSY / 2 {
        let start = Instant::now();
        held &= ran_on_caller(length, &rayon);
        ours.push(start.elapsed().as_secs_f64());
        held &= ended.load(Ordering::SeqCst) == 0;
        let start = Instant::now();
        if !ran_in_order(length) {
            return Err("`Serial` ran a task on another thread".into());
        }
        serial.push(start.elapsed().as_secs_f64());
    }
    rows.push(Row {
        group: Group::Busy,
        what: "9 tasks of 20 µs, `Rayon::new()` from outside, while the global pool is busy for 1 s".into(),
        case: String::new(),
        ours: quantile(&ours, PART),
        again: None,
        others: [("Serial".to_owned(), quantile(&serial, PART))].into(),
        held,
    });
    Ok(())
}
