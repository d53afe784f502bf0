//! METG(50%) as Task Bench defines it: the smallest granularity of tasks, among all problem sizes, at
//! which a system still reaches half of the peak rate. Granularity is wall time x cores / tasks.
//!
//! Slaughter et al., "Task Bench: A Parameterized Benchmark for Evaluating Parallel Runtime
//! Performance", SC 2020.

use std::sync::Arc;

use bench_graphs::families::{CELLS, SIZES, STEPS, stencil, stencil_in_order};
use bench_graphs::shapes;
use dag_runtime::Rayon;
use serde_json::json;

use crate::measure::{Contender, Sample, median, ping_pong, quantile, run_rounds, timed};
use crate::native::{Payload, Peer, libraries};
use crate::report::{Record, Table, latency, number};
use crate::systems::scope::{self, ByHand};
use crate::systems::{Threads, ours};
use crate::{Common, Result};

const CORES: usize = 2;
const TASKS: usize = STEPS * CELLS;

/// A system that runs the stencil some times, as a function of that and of the kernel's length. Gives what the cells sum
/// up to after the last run.
struct System {
    name: &'static str,
    run: Box<dyn Fn(u32, u32) -> u64>,
}

pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("metg", common.json.as_deref());
    let (systems, missing) = systems()?;
    for missing in missing {
        println!("left out: {missing}");
    }
    if cfg!(not(feature = "mpi")) {
        println!("left out: what runs on MPI (the feature `mpi` is not enabled)");
    }
    for system in &systems {
        for size in [0, 5] {
            let (result, expected) = ((system.run)(1, size), stencil_in_order(size));
            if result != expected {
                return Err(format!("{}: the cells sum up to {result}, not {expected}", system.name).into());
            }
        }
    }

    let count = systems.len();
    let systems: Vec<Arc<System>> = systems.into_iter().map(Arc::new).collect();
    // For each system, for each size, the seconds of a run, a round each.
    let mut seconds = vec![vec![Vec::new(); SIZES.len()]; count];
    let mut latencies = Vec::new();
    for (k, &size) in SIZES.iter().enumerate() {
        eprintln!("{size} iterations");
        let mut contenders: Vec<Contender<usize>> = (0..count)
            .map(|id| {
                let system = Arc::clone(&systems[id]);
                Contender::new(id, timed(move |times| _ = (system.run)(times, size)))
            })
            .collect();
        latencies.push(ping_pong());
        run_rounds(&mut contenders, common.rounds, Sample::Long);
        for contender in contenders {
            seconds[contender.id][k] = contender.seconds;
        }
    }

    let mut names: Vec<&str> = systems.iter().map(|system| system.name).collect();
    #[cfg(feature = "mpi")]
    let on_ranks = crate::mpi::stencil(common.rounds)?;
    #[cfg(not(feature = "mpi"))]
    let on_ranks: [(&str, Vec<Vec<f64>>); 0] = [];
    for (name, sizes) in on_ranks {
        names.push(name);
        seconds.push(sizes);
    }

    // The same peak for all, in iterations a second: the best that any of them reached.
    let peak = seconds.iter().flat_map(|sizes| (0..SIZES.len()).map(|k| rate(SIZES[k], median(&sizes[k]))));
    let peak = peak.fold(0.0, f64::max);
    let mut table = Table::new([
        "system",
        "METG(50%), ns",
        "quartiles",
        "fastest rounds, ns",
        "times ours",
        "ns a task, empty",
    ]);
    let results: Vec<[Option<f64>; 4]> = seconds
        .iter()
        .map(|sizes| {
            [0.5, 0.25, 0.75, 0.0]
                .map(|part| metg(&sizes.iter().map(|s| quantile(s, part)).collect::<Vec<_>>(), peak))
        })
        .collect();
    for (k, &name) in names.iter().enumerate() {
        let [middle, low, high, fastest] = results[k];
        let show = |seconds: Option<f64>| seconds.map_or("-".into(), |seconds| number(1e9 * seconds));
        let empty = median(&seconds[k][SIZES.len() - 1]) / TASKS as f64;
        let ratio = middle.zip(results[0][0]).map_or(f64::NAN, |(own, ours)| own / ours);
        let quartiles = format!("{} to {}", show(low), show(high));
        table.row([
            name.to_owned(),
            show(middle),
            quartiles,
            show(fastest),
            number(ratio),
            number(1e9 * empty),
        ]);
        record.push(json!({
            "system": name,
            "metg_seconds": middle,
            "quartiles": [low, high],
            "fastest_rounds": fastest,
            "sizes": SIZES,
            "seconds": seconds[k],
        }));
    }
    println!(
        "stencil_1d, {CELLS} wide, {STEPS} steps, {CORES} threads. Peak: {} ns an iteration of the kernel on one core.",
        number(1e9 * CORES as f64 / peak)
    );
    println!("{}\n", latency(&latencies));
    println!("{table}");
    record.push(json!({ "peak_iterations_per_second": peak, "ping_pong_seconds": latencies }));
    record.save()
}

fn systems() -> Result<(Vec<System>, Vec<&'static str>)> {
    let threads = Threads::start()?;
    let pool = &threads.rayon[CORES - 1];
    let runs =
        |times, size, rayon: &Rayon| (0..times).fold(0, |_, _| stencil(size, rayon).expect("no task fails"));
    let inner = Arc::clone(pool);
    let inside = move |times, size| inner.install(|| runs(times, size, &Rayon::new()));
    let own = Rayon::with_threads(CORES)?;
    let outside = move |times, size| runs(times, size, &own);
    let mut systems = vec![
        System { name: ours::OURS, run: Box::new(inside) },
        System { name: "dag-runtime, from outside", run: Box::new(outside) },
    ];

    let shape = shapes::stencil(STEPS as u32, CELLS as u32);
    let last = (TASKS - CELLS) as u32..TASKS as u32;
    let (graph, inner) = (ByHand::new(&shape), Arc::clone(pool));
    let run = move |times, size| {
        inner.install(|| (0..times).for_each(|_| graph.run(|graph, task| graph.cell(task, size))));
        last.clone().fold(0, |sum, task| sum ^ graph.value(task))
    };
    systems.push(System { name: scope::NAME, run: Box::new(run) });

    let (libraries, missing) = libraries();
    for library in libraries {
        let peer = Peer::new(library, &shape, Payload::Stencil, CORES as u32, false);
        let peer = std::cell::RefCell::new(peer);
        let run = move |times, size| {
            let mut peer = peer.borrow_mut();
            peer.run(times, u64::from(size));
            peer.values()[TASKS - CELLS..].iter().fold(0, |sum, &cell| sum ^ cell)
        };
        systems.push(System { name: library.name, run: Box::new(run) });
    }
    Ok((systems, missing))
}

/// Iterations of the kernel a second.
fn rate(size: u32, seconds: f64) -> f64 {
    TASKS as f64 * f64::from(size) / seconds
}

/// The smallest granularity at which half of the peak is reached, between two sizes by interpolation.
/// The times are those of the sizes, which go from large to small.
fn metg(seconds: &[f64], peak: f64) -> Option<f64> {
    let points: Vec<(f64, f64)> = (SIZES.iter().zip(seconds))
        .map(|(&size, &seconds)| (seconds * CORES as f64 / TASKS as f64, rate(size, seconds) / peak))
        .collect();
    let last = points.iter().rposition(|&(_, efficiency)| efficiency >= 0.5)?;
    let (granularity, efficiency) = points[last];
    let Some(&(below, too_low)) = points.get(last + 1) else { return Some(granularity) };
    let part = (efficiency - 0.5) / (efficiency - too_low);
    // On a logarithmic scale, on which the sizes are about evenly apart.
    Some(granularity * (below / granularity).powf(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_peak_is_where_the_overhead_is_as_long_as_the_kernel() {
        // A system with 100 ns of overhead a task, where an iteration takes 10 ns.
        let seconds = SIZES.map(|size| TASKS as f64 / CORES as f64 * (100e-9 + 10e-9 * f64::from(size)));
        let found = metg(&seconds, CORES as f64 / 10e-9).unwrap();
        assert!((found - 200e-9).abs() < 5e-9, "{found}");
        // One that never gets there.
        assert_eq!(metg(&SIZES.map(|_| 1.0), CORES as f64 / 10e-9), None);
    }
}
