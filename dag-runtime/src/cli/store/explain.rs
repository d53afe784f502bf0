//! The command `why`, and `run --dry`: what a run would do.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use std::io::Write;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::list::{EntryJson, ago, build};
use super::options::{StoreOptions, WhyOptions};
use super::print_warnings;
use crate::cli::asked::Asked;
use crate::cli::byte_size::ByteSize;
use crate::cli::executor::{CliExecutor, Observers, WorkerOptions, speaks};
use crate::cli::exit::{Failed, Usage};
use crate::cli::files::OutputFile;
use crate::executor::auto::Auto;
use crate::keep::{ExplainedTask, Explanation};
use crate::stop::Stop;
use crate::store::{Store, StoredEntry};
use crate::table::Table;

/// Tells what a run would do, on stdout or as JSON in a file.
pub(in crate::cli) fn dry_run<T>(
    table: &Table,
    run: impl FnOnce(&CliExecutor) -> Result<T, Failed>,
    store: &StoreOptions,
    json: Option<&Path>,
    auto: Auto,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    let Some((_, explanation)) = explain(table, run, store, auto, err)? else { return Ok(()) };
    match json {
        Some(path) => OutputFile::create(path)?.write(format_args!("{}\n", explanation.to_json())),
        None => write!(out, "{explanation}").map_err(Failed::from),
    }
}

/// Tells what a run would do with a task, and why.
pub(in crate::cli) fn why<I: Args, T: fmt::Display>(
    table: &Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    options: WhyOptions<I>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    let tasks = find(table, &options.task)?;
    let auto = WorkerOptions::default().choose().map_err(|error| Usage(format!("{error}")))?;
    let explained = explain(table, |executor| run(options.inputs, executor), &options.store, auto, err)?;
    let Some((store, explanation)) = explained else { return Ok(()) };
    let tasks = &explanation.tasks()[tasks];
    let tasks = tasks.iter().map(|task| (task, task.key.and_then(|key| store.described(&key))));
    let tasks: Vec<_> = tasks.collect();
    if options.json {
        let tasks = tasks.iter().map(|(task, entry)| Why { task, entry: entry.as_ref().map(EntryJson::new) });
        let tasks: Vec<_> = tasks.collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&tasks)?).map_err(Failed::from)
    } else {
        tasks.iter().try_for_each(|(task, entry)| write_why(out, task, entry.as_ref()))
    }
}

/// What a run with these inputs would do, and the store. `None` if another process tells it.
fn explain<T>(
    table: &Table,
    run: impl FnOnce(&CliExecutor) -> Result<T, Failed>,
    store: &StoreOptions,
    auto: Auto,
    err: &mut dyn Write,
) -> Result<Option<(Store, Explanation)>, Failed> {
    let (store, speaks) = (store.look()?, speaks(&auto));
    let asked = Arc::new(Asked::new(table.graph(), store.clone()));
    let executor = CliExecutor::new(auto, Observers::default(), &Stop::new(), None).asking(&asked);
    let outcome = run(&executor).map(drop);
    if !speaks {
        return Ok(None);
    }
    print_warnings(err, &store);
    match (asked.answer(), outcome) {
        (Some(explanation), _) => Ok(Some((store, explanation))),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => {
            Err(format!("the program has not run graph `{}` with these inputs", table.graph()).into())
        }
    }
}

/// The tasks with this name: one, or all members of a family.
fn find(table: &Table, name: &str) -> Result<Range<usize>, Usage> {
    if let Some(task) = table.find(name) {
        return Ok(task.index()..task.index() + 1);
    }
    if let Some(line) = table.lines().iter().find(|line| line.name == name) {
        return Ok(line.first as usize..line.first as usize + line.len());
    }
    let unknown = format!("graph `{}` has no task `{name}`", table.graph());
    let base = name.split_once('[').map_or(name, |(base, _)| base);
    let hint = match table.families().find(|family| family.name() == base) {
        Some(family) => match (family.members().next(), family.members().next_back()) {
            (Some(first), Some(last)) => {
                format!(": `{base}` goes from `{}` to `{}`", first.name(), last.name())
            }
            _ => format!(": `{base}` has no members"),
        },
        None => near(base, table).map_or_else(String::new, |near| format!("; did you mean `{near}`?")),
    };
    Err(Usage(unknown + &hint))
}

/// The nearest name of a line, if one is near: at most a third of it differs.
fn near<'table>(name: &str, table: &'table Table) -> Option<&'table str> {
    let distance = |line: &'table str| (strsim::damerau_levenshtein(name, line), line);
    let limit = |line: &str| (name.len().max(line.len()) / 3).max(1);
    let lines = table.lines().iter().map(|line| distance(line.name));
    Some(lines.filter(|(distance, line)| *distance <= limit(line)).min()?.1)
}

/// What is said of a task in JSON.
#[derive(Serialize)]
struct Why<'a> {
    #[serde(flatten)]
    task: &'a ExplainedTask,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryJson<'a>>,
}

fn write_why(out: &mut dyn Write, task: &ExplainedTask, entry: Option<&StoredEntry>) -> Result<(), Failed> {
    write!(out, "{}: {}", task.name, task.outlook)?;
    if let Some(entry) = entry {
        write!(out, "; {} written {} by {}", ByteSize(entry.bytes), ago(entry), build(entry))?;
    }
    writeln!(out).map_err(Failed::from)
}
