//! How many instructions a run executes on one thread. Other than times, these are the same whatever
//! else the machine does.

use std::path::Path;
use std::process::Command;

use bench_graphs::{Graph, Listed, all, families};
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
    /// Runs on rayon, from inside a pool of this many threads.
    #[arg(long)]
    threads: Option<usize>,
}

/// A system, and where it runs.
type Column = (&'static str, &'static [&'static str]);

/// What runs a graph of plain lines. What the others are compared with comes first.
const SYSTEMS: [Column; 4] =
    [(ours::BY_HAND, &[]), (ours::OURS, &[]), (ours::OURS, &["--threads", "1"]), (ours::PIPELINE, &[])];

/// The same of a family.
const FAMILY_SYSTEMS: [Column; 3] =
    [(ours::LOOPS, &[]), (ours::FAMILY, &[]), (ours::FAMILY, &["--threads", "1"])];

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("instructions", options.common.json.as_deref());
    for (kind, kind_name) in KINDS.iter().enumerate() {
        let mut table =
            Table::new(["shape", "tasks", "by hand", "Serial", "Rayon, 1 thread", "pipeline-dsl"]);
        for listed in all() {
            let has_pipeline = listed.pipelines.is_some();
            let systems =
                SYSTEMS.map(|column| (column.0 != ours::PIPELINE || has_pipeline).then_some(column));
            row(options, listed.graphs[kind], kind, &systems, &mut table, &mut record)?;
        }
        println!(
            "{kind_name}: instructions a task, and how many times those of calls by hand that is.\n\n{table}"
        );
        let mut table = Table::new(["shape", "tasks", "loops by hand", "Serial", "Rayon, 1 thread"]);
        for family in families::all() {
            row(options, family.graphs[kind], kind, &FAMILY_SYSTEMS.map(Some), &mut table, &mut record)?;
        }
        println!(
            "{kind_name}, as a family: instructions a task, and how many times those of loops by hand that is.\n\n{table}"
        );
    }
    record.save()
}

/// Counts one graph on each of some systems.
fn row(
    options: &Options,
    graph: Graph,
    kind: usize,
    systems: &[Option<Column>],
    table: &mut Table,
    record: &mut Record,
) -> Result {
    if !graph.shape.contains(&options.shape) {
        return Ok(());
    }
    let mut cells = vec![graph.shape.to_owned(), graph.table.len().to_string()];
    let mut by_hand = f64::NAN;
    for column in systems {
        let Some((system, place)) = *column else {
            cells.push("-".into());
            continue;
        };
        // What starts and ends the program is in both counts.
        let count = |times: u32| {
            let numbers = [kind.to_string(), system.to_owned(), times.to_string()];
            let command = ["repeat".to_owned(), graph.shape.to_owned()].into_iter().chain(numbers);
            count(command.chain(place.iter().map(|&option| option.to_owned())))
        };
        let one_run = (count(300)? - count(100)?) / 200.0;
        let a_task = number(one_run / graph.table.len() as f64);
        if by_hand.is_nan() {
            by_hand = one_run;
            cells.push(a_task);
        } else {
            cells.push(format!("{a_task} ({})", number(one_run / by_hand)));
        }
        record.push(json!({
            "shape": graph.shape,
            "kind": KINDS[kind],
            "system": system,
            "place": place,
            "instructions": one_run,
        }));
    }
    table.row(cells);
    Ok(())
}

/// The instructions of this program with such arguments.
pub(crate) fn count(arguments: impl IntoIterator<Item = String>) -> Result<f64> {
    count_of(&std::env::current_exe()?, arguments)
}

/// The instructions of a program with such arguments.
pub(crate) fn count_of(program: &Path, arguments: impl IntoIterator<Item = String>) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", folder.path().join("out").display()))
        .arg(program)
        .args(arguments)
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
    ours::by_hand(ours::BY_HAND, listed.by_hand[kind], &mut contenders);
    if let Some(family) = families::all().into_iter().find(|family| family.graphs[0].shape == options.shape) {
        ours::graph(ours::FAMILY, family.graphs[kind], pools.as_slice(), &mut contenders);
        ours::by_hand(ours::LOOPS, family.loops[kind], &mut contenders);
    }
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
