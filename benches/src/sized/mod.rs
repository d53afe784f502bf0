//! Graphs with sizes: what new sizes cost, and what a run costs beside the same graph with constants.

use std::time::Instant;

use bench_graphs::sized::{nine, pairs};
use dag_runtime::Rayon;
use serde_json::json;

use crate::instructions::count;
use crate::measure::median;
use crate::report::{Record, Table, number};
use crate::systems::{SEED, rayon_pool};
use crate::{Common, Result};

pub(crate) mod cholesky;

/// Runs one graph again and again, to be counted.
#[derive(clap::Args, Debug)]
pub(crate) struct Repeat {
    graph: usize,
    /// 0 with constants, 1 with sizes.
    ranges: usize,
    times: u32,
    /// Runs on rayon, from inside a pool of this many threads.
    #[arg(long)]
    threads: Option<usize>,
}

/// This many new sizes are timed in each round.
const NEW: usize = 200;

pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("sizes", common.json.as_deref());
    first_runs(common.rounds, &mut record)?;
    instructions(&mut record)?;
    record.save()
}

/// The first run with new sizes, and the second one.
fn first_runs(rounds: usize, record: &mut Record) -> Result {
    let mut table = Table::new(["executor", "first run, ns", "second run, ns", "difference"]);
    for (name, rayon) in [("Serial", None), ("Rayon", Some(Rayon::new()))] {
        let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
        let mut fresh = 0;
        for _ in 0..rounds {
            for _ in 0..NEW {
                fresh += 1;
                for times in [&mut firsts, &mut seconds] {
                    let start = Instant::now();
                    nine(fresh, SEED, rayon.as_ref())?;
                    times.push(start.elapsed().as_nanos() as f64);
                }
            }
        }
        let figures = [median(&firsts), median(&seconds), median(&firsts) - median(&seconds)];
        table.row([name.to_owned()].into_iter().chain(figures.map(number)));
        record.push(json!({ "executor": name, "first": figures[0], "second": figures[1] }));
    }
    println!(
        "A wavefront of 3 x 3 tasks that pass numbers, with sizes that are new and once more.\n\n{table}"
    );
    Ok(())
}

/// The instructions of runs with sizes seen before, and with constants.
fn instructions(record: &mut Record) -> Result {
    let mut table = Table::new(["graph", "executor", "constants", "sizes", "ratio"]);
    for (graph, pair) in pairs().iter().enumerate() {
        for (executor, place) in [("Serial", &[][..]), ("Rayon, 1 thread", &["--threads", "1"][..])] {
            let one_run = |ranges: usize| -> Result<f64> {
                let counted = |times: u32| {
                    let numbers = [graph.to_string(), ranges.to_string(), times.to_string()];
                    let command = ["sizes-repeat".to_owned()].into_iter().chain(numbers);
                    count(command.chain(place.iter().map(|&option| option.to_owned())))
                };
                // What starts and ends the program is in both counts.
                Ok((counted(300)? - counted(100)?) / 200.0)
            };
            let [constants, sizes] = [one_run(0)?, one_run(1)?];
            let tasks = pair.tasks as f64;
            table.row([
                pair.name.to_owned(),
                executor.to_owned(),
                number(constants / tasks),
                number(sizes / tasks),
                format!("{:.3}", sizes / constants),
            ]);
            record.push(json!({
                "graph": pair.name,
                "executor": executor,
                "constants": constants,
                "sizes": sizes,
            }));
        }
    }
    println!("Instructions a task with sizes seen before, and with constants.\n\n{table}");
    Ok(())
}

/// Runs a graph again and again.
pub(crate) fn repeat(options: &Repeat) -> Result {
    let pair = pairs().into_iter().nth(options.graph).ok_or("there is no such graph")?;
    let run = pair.runs.get(options.ranges).ok_or("there are no such ranges")?;
    let runs = |rayon: Option<&Rayon>| (0..options.times).try_for_each(|_| run(SEED, rayon));
    match options.threads {
        None => runs(None)?,
        Some(threads) => rayon_pool(threads)?.install(|| runs(Some(&Rayon::new())))?,
    }
    Ok(())
}
