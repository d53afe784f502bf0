//! What making a table takes while the program runs: time, and memory that is kept.

use std::env;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use bench_graphs::large::{self, Source};
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
    /// The median of the next ones in the same process, for other sizes of as many tasks.
    again: f64,
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
    let mut table = Table::new([
        "outputs",
        "ranges",
        "tasks",
        "ns a task",
        "again",
        "bytes kept a task",
        "bytes at once a task",
    ]);
    for (graph, made) in graphs.iter().zip(&all) {
        let tasks = graph.tasks as f64;
        let of = |figure: fn(&Made) -> f64| median(&made.iter().map(figure).collect::<Vec<_>>()) / tasks;
        let figures = [
            of(|made| made.nanoseconds),
            of(|made| made.again),
            of(|made| made.kept as f64),
            of(|made| made.most as f64),
        ];
        let cells = [graph.outputs.to_owned(), ranges(graph.table).to_owned(), graph.tasks.to_string()];
        table.row(cells.into_iter().chain(figures.map(number)));
        record.push(json!({
            "outputs": graph.outputs,
            "ranges": ranges(graph.table),
            "tasks": graph.tasks,
            "nanoseconds": made.iter().map(|made| made.nanoseconds).collect::<Vec<_>>(),
            "again": made.iter().map(|made| made.again).collect::<Vec<_>>(),
            "kept": made.iter().map(|made| made.kept).collect::<Vec<_>>(),
            "most": made.iter().map(|made| made.most).collect::<Vec<_>>(),
        }));
    }
    println!("Making the table of a wavefront whose tasks have three dependencies each.\n\n{table}");
    record.save()
}

fn ranges(table: Source) -> &'static str {
    match table {
        Source::Constants(_) => "constants",
        Source::Sizes(..) => "sizes",
    }
}

fn in_process(graph: usize) -> Result<Made> {
    let output = Command::new(env::current_exe()?).args(["tables-process", &graph.to_string()]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let figures: Vec<&str> = text.split_whitespace().collect();
    let [nanoseconds, again, kept, most] = figures[..] else {
        return Err(format!("{}\n{text}", String::from_utf8_lossy(&output.stderr)).into());
    };
    Ok(Made {
        nanoseconds: nanoseconds.parse()?,
        again: again.parse()?,
        kept: kept.parse()?,
        most: most.parse()?,
    })
}

/// For this many other sizes is a table made again: more than tables are kept.
const AGAIN: usize = 9;

/// Makes one table, and says what that took.
pub(crate) fn process(process: &Process) -> Result {
    let graphs = large::all();
    let graph = graphs.get(process.graph).ok_or("there is no such graph")?;
    let (mut nanoseconds, mut again, mut made) = (0.0, Vec::new(), Ok(()));
    let (kept, most) = allocations::bytes_during(|| {
        let start = Instant::now();
        match graph.table {
            Source::Constants(table) => _ = black_box(table.work()),
            Source::Sizes(table, side) => made = table(side, side).map(|table| _ = black_box(table)),
        }
        nanoseconds = start.elapsed().as_nanos() as f64;
    });
    made?;
    if let Source::Sizes(table, side) = graph.table {
        for k in 1..=AGAIN {
            let start = Instant::now();
            black_box(table(side - k, side + k)?);
            again.push(start.elapsed().as_nanos() as f64);
        }
    }
    let again = if again.is_empty() { f64::NAN } else { median(&again) };
    println!("{nanoseconds} {again} {kept} {most}");
    Ok(())
}
