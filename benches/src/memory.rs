//! How many outputs exist at once, beside what the order of the tasks asks for.

use bench_graphs::bodies::Counted;
use bench_graphs::{Graph, shapes, witness};
use dag_runtime::{Rayon, Table as Tasks};
use serde_json::json;

use crate::report::{Record, Table};
use crate::systems::{SEED, Threads};
use crate::{Common, Result};

pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("memory", common.json.as_deref());
    let threads = Threads::start()?;
    let [one, two] = threads.rayon.map(Rayon::on_pool);
    let columns = ["shape", "the order asks for", "Serial", "Rayon, 1 thread", "Rayon, 2 threads", "of all"];
    let mut table = Table::new(columns);
    for (shape, graph) in shapes::counted().into_iter().zip(bench_graphs::counted()) {
        assert_eq!(shape.name, graph.shape);
        witness::watch(&shape, Some(SEED), || (graph.serial)(SEED).expect("no task fails"))?;
        let least = least(graph.table);
        let serial = peak(&graph, |graph| (graph.serial)(SEED))?;
        let rayon = |rayon: &Rayon| peak(&graph, |graph| (graph.rayon)(SEED, rayon));
        let one = rayon(&one)?;
        let mut several = Vec::new();
        for _ in 0..common.rounds {
            several.push(rayon(&two)?);
        }
        let (low, high) = (several.iter().min(), several.iter().max());
        let (low, high) = (low.copied().unwrap_or(0), high.copied().unwrap_or(0));
        let figures = [least.to_string(), serial.to_string(), one.to_string(), format!("{low} to {high}")];
        let cells = std::iter::once(shape.name.to_owned()).chain(figures);
        table.row(cells.chain([shape.tasks().to_string()]));
        record.push(json!({
            "shape": shape.name,
            "tasks": shape.tasks(),
            "least": least,
            "serial": serial,
            "rayon_1": one,
            "rayon_2": several,
        }));
    }
    println!("Outputs that exist at once.\n\n{table}");
    record.save()
}

/// How many outputs have to exist at once where tasks run in the serial order: each from its task to
/// the last of those that depend on it, that one included.
fn least(tasks: &'static Tasks) -> i64 {
    let mut position = vec![0; tasks.len()];
    for (place, task) in tasks.order().enumerate() {
        position[task.index()] = place;
    }
    let mut changes = vec![0; tasks.len() + 1];
    for task in tasks.tasks() {
        let own = position[task.index()];
        let last = task.dependents().map(|other| position[other.index()]).max().unwrap_or(own);
        changes[own] += 1;
        changes[last + 1] -= 1;
    }
    let mut live = 0;
    changes
        .iter()
        .map(|change| {
            live += change;
            live
        })
        .max()
        .unwrap_or(0)
}

/// The most outputs that exist at once in a run, after which none must be left.
fn peak(
    graph: &Graph,
    run: impl FnOnce(&Graph) -> std::result::Result<(), dag_runtime::Error>,
) -> Result<i64> {
    Counted::live();
    run(graph)?;
    match Counted::live() {
        (0, peak) => Ok(peak),
        (left, _) => Err(format!("{}: {left} outputs are left", graph.shape).into()),
    }
}
