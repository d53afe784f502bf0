//! Whether runs are fast every time: bars for the 90th percentile of single runs in fresh processes, half of which run beside a
//! process that keeps one core busy.

mod graphs;
pub(crate) mod once;
pub(crate) mod process;
mod rows;
pub(crate) mod spinner;

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use clap::builder::RangedU64ValueParser;
use serde_json::{Value, json};

use crate::Result;
use crate::native;
use crate::report::{Record, Table, number};
use rows::{Group, HEAD, Judged, Row};
use spinner::Spinner;

/// How much is measured.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// In how many processes, one after the other; every second one beside a busy process.
    #[arg(long, default_value_t = 20, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    processes: usize,
    /// How often each thing runs in a process. The first run does not count.
    #[arg(long, default_value_t = 300, value_parser = RangedU64ValueParser::<usize>::new().range(2..))]
    runs: usize,
    /// Only these rows.
    #[arg(long)]
    only: Vec<Group>,
    /// Writes all figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("steady", options.json.as_deref());
    for missing in native::libraries().1 {
        println!("left out: {missing}");
    }
    let mut all: Vec<Vec<Row>> = Vec::new();
    for number in 0..options.processes {
        let beside_busy = number % 2 == 1;
        let beside = if beside_busy { "beside a busy process" } else { "alone" };
        eprintln!("process {} of {}, {beside}", number + 1, options.processes);
        for row in measure(options, beside_busy)? {
            record.push(json!({ "process": number, "beside_busy": beside_busy, "row": row.to_json() }));
            let is_same = |rows: &&mut Vec<Row>| rows[0].what == row.what && rows[0].case == row.case;
            match all.iter_mut().find(is_same) {
                Some(rows) => rows.push(row),
                None => all.push(vec![row]),
            }
        }
    }
    all.sort_by_key(|rows| rows[0].group);
    let judged: Vec<(Group, Judged)> = all.iter().map(|rows| (rows[0].group, Judged::new(rows))).collect();
    println!(
        "The 90th percentile of single runs in each process, and of that over {} processes, of which {} ran beside a process \
         that keeps one core busy. Runs: {} of each, without the first. Two long tasks ran once in each process, and those that \
         ran alone count. Ratios are those in one process. METG(50%) is measured by the command `metg`.\n",
        options.processes,
        options.processes / 2,
        options.runs
    );
    let (table, kept) = summary(&judged);
    println!("{table}\n{kept}\n");
    if judged.iter().any(|&(group, _)| group == Group::Shapes) {
        println!(
            "Ours as a multiple of the best other system, and of ours, for each graph:\n\n{}",
            shapes(&judged)
        );
    }
    judged.iter().for_each(|(_, row)| record.push(row.to_json()));
    record.save()
}

/// Measures in a new process.
fn measure(options: &Options, beside_busy: bool) -> Result<Vec<Row>> {
    let _spinner = beside_busy.then(Spinner::start).transpose()?;
    let mut command = Command::new(env::current_exe()?);
    command.arg(process::COMMAND).args(["--runs", &options.runs.to_string()]);
    if beside_busy {
        command.arg("--beside-busy");
    }
    for group in &options.only {
        command.args(["--only", &group.name()]);
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("a process that measures fails: {}", output.status).into());
    }
    let rows: Value = serde_json::from_slice(&output.stdout)?;
    rows.as_array().into_iter().flatten().map(Row::from_json).collect()
}

/// The table of all rows, the worst graph for each kind and place, and how many are as they have to be.
fn summary(judged: &[(Group, Judged)]) -> (Table, String) {
    let mut table = Table::new(HEAD);
    let mut kept = Vec::new();
    for (k, (group, row)) in judged.iter().enumerate() {
        kept.push(row.kept());
        let is_worse = |(other, (_, judged)): (usize, &(Group, Judged))| {
            let order = judged.excess().total_cmp(&row.excess()).then(k.cmp(&other));
            judged.what == row.what && order.is_gt()
        };
        if *group != Group::Shapes || !judged.iter().enumerate().any(is_worse) {
            table.row(row.cells());
        }
    }
    let count = |what| kept.iter().filter(|&&kept| kept == what).count();
    let (yes, noise) = (count("yes"), count("within the noise"));
    let text = format!(
        "Of {} figures, {yes} are kept, {noise} are not but within the noise, and {} are not. Of the graphs of `overhead`, the \
         worst one of each kind and place is shown.",
        kept.len(),
        kept.len() - yes - noise
    );
    (table, text)
}

/// The ratios for each graph of `overhead`.
fn shapes(judged: &[(Group, Judged)]) -> Table {
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    let mut head = vec!["system".to_owned()];
    for (_, row) in judged.iter().filter(|&&(group, _)| group == Group::Shapes) {
        if !head.contains(&row.case) {
            head.push(row.case.clone());
        }
        let noise = row.noise.map(|noise| format!(" ({})", number(noise)));
        let cell = number(row.ratio) + &noise.unwrap_or_default();
        match rows.iter_mut().find(|(what, _)| *what == row.what) {
            Some((_, cells)) => cells.push(cell),
            None => rows.push((&row.what, vec![cell])),
        }
    }
    head[0] = "kind and place".into();
    let mut table = Table::new(head);
    for (what, cells) in rows {
        table.row(std::iter::once(what.to_owned()).chain(cells));
    }
    table
}
