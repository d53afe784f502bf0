//! How many instructions a run executes on one thread. Other than times, these are the same whatever
//! else the machine does.

use std::process::Command;

use bench_graphs::{Listed, all};
use serde_json::json;

use crate::measure::Run;
use crate::overhead::KINDS;
use crate::report::{Record, Table, number};
use crate::systems::{Contenders, Place, ours, rayon_pool};
use crate::{Common, Result};

/// What of the benchmark is run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    common: Common,
    /// Only shapes whose name contains this.
    #[arg(long, default_value = "")]
    shape: String,
}

/// One graph on one system.
#[derive(clap::Args, Debug)]
pub(crate) struct Repeat {
    shape: String,
    /// 0 for tasks without outputs, 1 for tasks that pass numbers.
    kind: usize,
    system: String,
    times: u32,
    /// Runs on rayon, from inside a pool of so many threads.
    #[arg(long)]
    threads: Option<usize>,
}

const SYSTEMS: [(&str, &[&str]); 4] =
    [(ours::BY_HAND, &[]), (ours::OURS, &[]), (ours::OURS, &["--threads", "1"]), (ours::PIPELINE, &[])];

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("instructions", options.common.json.as_deref());
    for (kind, kind_name) in KINDS.iter().enumerate() {
        let mut table =
            Table::new(["shape", "tasks", "by hand", "Serial", "Rayon, 1 thread", "pipeline-dsl"]);
        for listed in all() {
            let graph = listed.graphs[kind];
            if !graph.shape.contains(&options.shape) {
                continue;
            }
            let mut cells = vec![graph.shape.to_owned(), graph.table.len().to_string()];
            let mut by_hand = f64::NAN;
            for (system, place) in SYSTEMS {
                if system == ours::PIPELINE && listed.pipelines.is_none() {
                    cells.push("-".into());
                    continue;
                }
                // What starts and ends the program is in both counts.
                let count = |times| count(graph.shape, kind, system, times, place);
                let one_run = (count(300)? - count(100)?) / 200.0;
                let a_task = number(one_run / graph.table.len() as f64);
                if system == ours::BY_HAND {
                    by_hand = one_run;
                    cells.push(a_task);
                } else {
                    cells.push(format!("{a_task} ({})", number(one_run / by_hand)));
                }
                record.push(json!({
                    "shape": graph.shape,
                    "kind": kind_name,
                    "system": system,
                    "place": place,
                    "instructions": one_run,
                }));
            }
            table.row(cells);
        }
        println!(
            "{kind_name}: instructions a task, and how many times those of calls by hand that is.\n\n{table}"
        );
    }
    record.save()
}

/// The instructions of this program with so many runs.
fn count(shape: &str, kind: usize, system: &str, times: u32, place: &[&str]) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", folder.path().join("out").display()))
        .arg(std::env::current_exe()?)
        .args(["repeat", shape, &kind.to_string(), system, &times.to_string()])
        .args(place)
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("a run under valgrind fails:\n{said}").into());
    }
    let count = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count.ok_or_else(|| format!("valgrind gives no count:\n{said}").into())
}

/// Runs a graph again and again.
pub(crate) fn repeat(options: &Repeat) -> Result {
    let kind = options.kind.min(1);
    let listed: Listed = (all().into_iter())
        .find(|listed| listed.graphs[0].shape == options.shape)
        .ok_or_else(|| format!("there is no shape `{}`", options.shape))?;
    let mut contenders = Contenders::new();
    let pools = options.threads.map(rayon_pool).transpose()?;
    ours::graph(ours::OURS, listed.graphs[kind], pools.as_slice(), &mut contenders);
    ours::by_hand(listed.by_hand[kind], &mut contenders);
    if let Some(pipelines) = listed.pipelines {
        ours::pipeline(pipelines[kind], &mut contenders);
    }
    let place = options.threads.map_or(Place::Serial, Place::Inside);
    let mut run: Run = (contenders.into_iter())
        .find(|contender| contender.id.0 == options.system && contender.id.1 == place)
        .ok_or("there is no such system")?
        .into_run();
    run(options.times);
    Ok(())
}
