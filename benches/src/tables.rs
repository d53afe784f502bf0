//! What making a table takes while the program runs: time, and memory that is kept.

use std::env;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use bench_graphs::large;
use clap::Args;
use serde_json::json;

use crate::measure::median;
use crate::report::{Record, Table, number};
use crate::{Common, Result, allocations};

/// Which graph a process makes the table of.
#[derive(Args, Debug)]
pub(crate) struct Process {
    graph: usize,
}

/// What one table took.
#[derive(Clone, Copy)]
struct Made {
    nanoseconds: f64,
    /// Bytes that are kept, and the most that there were at once.
    kept: usize,
    most: usize,
}

/// The columns of a table are made once in a process, so each is made in a process of its own, all in turns.
pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("tables", common.json.as_deref());
    let graphs = large::all();
    let mut all: Vec<Vec<Made>> = vec![Vec::new(); graphs.len()];
    for _ in 0..common.rounds {
        for (graph, made) in all.iter_mut().enumerate() {
            made.push(in_process(graph)?);
        }
    }
    let mut table =
        Table::new(["outputs", "tasks", "ns a task", "bytes kept a task", "bytes at once a task"]);
    for (graph, made) in graphs.iter().zip(&all) {
        let tasks = graph.tasks as f64;
        let of = |figure: fn(&Made) -> f64| median(&made.iter().map(figure).collect::<Vec<_>>()) / tasks;
        let figures = [of(|made| made.nanoseconds), of(|made| made.kept as f64), of(|made| made.most as f64)];
        let cells = [graph.outputs.to_owned(), graph.tasks.to_string()];
        table.row(cells.into_iter().chain(figures.map(number)));
        record.push(json!({
            "outputs": graph.outputs,
            "tasks": graph.tasks,
            "nanoseconds": made.iter().map(|made| made.nanoseconds).collect::<Vec<_>>(),
            "kept": made.iter().map(|made| made.kept).collect::<Vec<_>>(),
            "most": made.iter().map(|made| made.most).collect::<Vec<_>>(),
        }));
    }
    println!("Making the table of a wavefront whose tasks have three dependencies each.\n\n{table}");
    record.save()
}

fn in_process(graph: usize) -> Result<Made> {
    let output = Command::new(env::current_exe()?).args(["tables-process", &graph.to_string()]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let figures: Vec<&str> = text.split_whitespace().collect();
    let [nanoseconds, kept, most] = figures[..] else {
        return Err(format!("{}\n{text}", String::from_utf8_lossy(&output.stderr)).into());
    };
    Ok(Made { nanoseconds: nanoseconds.parse()?, kept: kept.parse()?, most: most.parse()? })
}

/// Makes one table, and says what that took.
pub(crate) fn process(process: &Process) -> Result {
    let graphs = large::all();
    let graph = graphs.get(process.graph).ok_or("there is no such graph")?;
    let mut nanoseconds = 0;
    let (kept, most) = allocations::bytes_during(|| {
        let start = Instant::now();
        black_box(graph.table.work());
        nanoseconds = start.elapsed().as_nanos();
    });
    println!("{nanoseconds} {kept} {most}");
    Ok(())
}
