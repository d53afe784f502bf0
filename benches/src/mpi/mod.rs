//! On ranks: what tasks cost there, and how fast their outputs get across, beside programs by hand.

mod by_hand;
mod graphs;
pub(crate) mod rank;

use std::collections::BTreeMap;
use std::process::Command;
use std::thread::available_parallelism;

use serde_json::{Value, json};

use crate::measure::quantile;
use crate::report::{Record, Table, number};
use crate::{Common, Result};
use bench_graphs::families::SIZES;

const OURS: &str = "dag-runtime";
const BY_HAND: &str = "by hand";
const MASTER: &str = "master and workers by hand";

pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("mpi", common.json.as_deref());
    for ranks in [2, 4] {
        let overhead = job(ranks, "overhead", common.rounds)?;
        println!(
            "{ranks} ranks, 50 layers of 20 tasks: µs a task (fastest round), by how long the kernel computes. 8 bytes take {} µs.\n",
            number(1e6 * overhead["trip_seconds"].as_f64().unwrap_or(f64::NAN))
        );
        println!(
            "{}",
            table(&overhead, "iterations", |figure, seconds| {
                1e6 * seconds / figure["tasks"].as_f64().unwrap_or(f64::NAN)
            })?
        );
        let bandwidth = job(ranks, "bandwidth", common.rounds)?;
        println!(
            "{ranks} ranks, an array that goes from rank to rank: GB/s (fastest round), by its bytes.\n"
        );
        println!(
            "{}",
            table(&bandwidth, "bytes", |figure, seconds| {
                let sent = figure["bytes"].as_f64().zip(figure["hops"].as_f64());
                1e-9 * sent.map_or(f64::NAN, |(bytes, hops)| bytes * hops) / seconds
            })?
        );
        let plans = job(ranks, "plans", common.rounds)?;
        println!("{ranks} ranks, a wavefront whose sizes are new: ms (fastest round), by its tasks.\n");
        println!("{}", table(&plans, "tasks", |_, seconds| 1e3 * seconds)?);
        record.push(json!({ "ranks": ranks, "overhead": overhead, "bandwidth": bandwidth, "plans": plans }));
    }
    record.save()
}

/// A row for each system and a column for each value of `by`: medians, and the fastest rounds in brackets.
fn table(job: &Value, by: &str, unit: impl Fn(&Value, f64) -> f64) -> Result<Table> {
    let mut rows: Vec<(&str, BTreeMap<u64, String>)> = Vec::new();
    for figure in figures(job)? {
        let (system, column) = (system(figure)?, figure[by].as_u64().ok_or("a figure has no column")?);
        let seconds = seconds(figure)?;
        let value = [0.5, 0.0].map(|part| number(unit(figure, quantile(&seconds, part))));
        let value = format!("{} ({})", value[0], value[1]);
        match rows.iter_mut().find(|(name, _)| *name == system) {
            Some((_, row)) => drop(row.insert(column, value)),
            None => rows.push((system, BTreeMap::from([(column, value)]))),
        }
    }
    let columns = rows.first().map(|(_, row)| row.keys().copied().collect::<Vec<_>>()).unwrap_or_default();
    let mut table =
        Table::new(std::iter::once("system".to_owned()).chain(columns.iter().map(u64::to_string)));
    for (system, row) in rows {
        let cells = columns.iter().map(|column| row.get(column).cloned().unwrap_or_else(|| "-".into()));
        table.row(std::iter::once(system.to_owned()).chain(cells));
    }
    Ok(table)
}

/// For each size, the seconds of a run in each round.
type Sizes = Vec<Vec<f64>>;

/// The stencil of the METG on 2 ranks, with each system.
pub(crate) fn stencil(rounds: usize) -> Result<Vec<(&'static str, Sizes)>> {
    let job = job(2, "metg", rounds)?;
    let of = |name: &str| -> Result<Sizes> {
        let mut sizes = Vec::new();
        for figure in figures(&job)? {
            if system(figure)? == name {
                sizes.push(seconds(figure)?);
            }
        }
        assert_eq!(sizes.len(), SIZES.len());
        Ok(sizes)
    };
    Ok(vec![("dag-runtime, 2 MPI ranks", of(OURS)?), ("by hand, 2 MPI ranks", of(BY_HAND)?)])
}

fn figures(job: &Value) -> Result<&Vec<Value>> {
    job["figures"].as_array().ok_or_else(|| "the job gives no figures".into())
}

fn system(figure: &Value) -> Result<&str> {
    figure["system"].as_str().ok_or_else(|| "a figure has no system".into())
}

fn seconds(figure: &Value) -> Result<Vec<f64>> {
    let seconds = figure["seconds"].as_array().ok_or("a figure has no seconds")?;
    Ok(seconds.iter().filter_map(Value::as_f64).collect())
}

/// Starts a job of this program, and gives what its rank 0 says.
fn job(ranks: usize, what: &str, rounds: usize) -> Result<Value> {
    eprintln!("{what} on {ranks} ranks");
    let count = ranks.to_string();
    let mut command = Command::new("mpiexec");
    command.args(["-n", &count]).arg(std::env::current_exe()?);
    command.args(["rank", what, "--ranks", &count, "--rounds", &rounds.to_string()]);
    // Open MPI would refuse to start more ranks than cores, and put ranks of several jobs on one core.
    command.env("OMPI_MCA_rmaps_base_oversubscribe", "1").env("OMPI_MCA_hwloc_base_binding_policy", "none");
    if ranks > available_parallelism()?.get() {
        command.env("OMPI_MCA_mpi_yield_when_idle", "1");
    }
    let output = command.output().map_err(|error| format!("mpiexec does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("the job fails:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
