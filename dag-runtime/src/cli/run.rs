//! The command `run`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::caught_failures::CaughtFailures;
use crate::cli::executor::{CliExecutor, Observers, speaks};
use crate::cli::exit::{FAILED, Failed, INTERRUPTED, USAGE, finish, is_broken_pipe, is_stopped, of_stdout};
use crate::cli::files::{OutputFile, read_costs};
use crate::cli::interrupt;
use crate::cli::options::{ExecutionOptions, OutputOptions, RunOptions};
use crate::cli::print_error::{print_error, run_behind};
#[cfg(feature = "store")]
use crate::cli::{
    store::{dry_run, print_warnings},
    store_summary::StoreSummary,
};
use crate::costs::Costs;
use crate::duration_text::DurationText;
use crate::error::{Error, StopReason, one_line};
use crate::progress::Progress;
use crate::record::{Recorder, Recording};
use crate::table::Table;

pub(super) fn run<I: Args, T: fmt::Display>(
    table: Result<&Table, &Error>,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    options: RunOptions<I>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    #[cfg(feature = "store")]
    let keep = options.keep;
    let RunOptions { inputs, execution, output, .. } = options;
    let auto = match execution.workers.choose() {
        Ok(auto) => auto,
        Err(error) => {
            print_error(err, &error);
            return USAGE;
        }
    };
    let speaks = speaks(&auto);
    let table = match table {
        Ok(table) => table,
        Err(error) => {
            if speaks {
                print_error(err, error);
            }
            return FAILED;
        }
    };
    #[cfg(feature = "store")]
    if keep.dry {
        let json = output.report_json.as_deref();
        return finish(
            dry_run(table, |executor| run(inputs, executor), &keep.store, json, auto, out, err),
            err,
        );
    }
    #[cfg(feature = "store")]
    let store = match keep.store.open() {
        Ok(store) => store,
        Err(error) => return finish(Err(error), err),
    };
    // On MPI, the costs of rank 0 are used on all ranks.
    let costs = if speaks { costs(table, &execution, &output) } else { Ok(None) };
    let costs = match costs {
        Ok(costs) => costs,
        Err(error) => return finish(Err(error), err),
    };
    let files = match Files::create(&output, speaks) {
        Ok(files) => files,
        Err(error) => return finish(Err(error), err),
    };
    let auto = match &costs {
        Some(costs) => auto.costs(costs),
        None => auto,
    };
    let auto = if execution.keep_going { auto.keep_going() } else { auto };
    // On MPI all ranks record, since they must agree on whether any does.
    let recorder = output.records().then(|| Arc::new(Recorder::new()));
    let caught = CaughtFailures::of(table).map(Arc::new);
    #[cfg(feature = "store")]
    let summary = store.as_ref().map(|_| Arc::new(StoreSummary::default()));
    let observers = Observers {
        recorder: recorder.clone(),
        progress: output.progress.then(Progress::new),
        caught: caught.clone(),
        #[cfg(feature = "store")]
        summary: summary.clone(),
    };
    let stop = interrupt::listen();
    let executor = CliExecutor::new(auto, observers, &stop, execution.deadline);
    #[cfg(feature = "store")]
    let executor = executor.store(store.as_ref());
    let outcome = run(inputs, &executor);
    let mut code = match &outcome {
        Ok(_) => 0,
        // A task may have failed as well, and on MPI another rank may have received the signal.
        Err(error) if stop.is_stopped() || is_stopped(&**error) => INTERRUPTED,
        Err(_) => FAILED,
    };
    // Each rank has a disk of its own, or its own way to it.
    #[cfg(feature = "store")]
    if let Some(store) = &store {
        print_warnings(err, store);
    }
    if !speaks {
        return code;
    }
    match outcome {
        Ok(outputs) => code = print(out, err, &outputs),
        Err(error) => fail(err, &*error, table, code == INTERRUPTED),
    }
    #[cfg(feature = "store")]
    if let Some(summary) = summary {
        summary.print(err);
    }
    // The report tells more.
    if let Some(caught) = caught.filter(|_| !output.report) {
        caught.print(err);
    }
    if let Some(recording) = recorder.and_then(|recorder| recording_of(&recorder, table)) {
        if output.report {
            // If stderr is closed, there may still be files to write.
            let _ = write!(err, "{}", recording.report());
        }
        for error in files.write(&recording, costs) {
            print_error(err, &*error);
            code = code.max(FAILED);
        }
    }
    code
}

/// The recording of the last run of this graph, not of a run inside its tasks. If there is none, that of the last run.
fn recording_of(recorder: &Recorder, table: &Table) -> Option<Recording> {
    let mut all = recorder.recordings();
    let of_graph = all.iter().position(|recording| recording.table().is(table));
    match of_graph {
        Some(first) => Some(all.swap_remove(first)),
        None => all.pop(),
    }
}

/// The costs to use; `None` if --save-costs creates this file.
fn costs(
    table: &Table,
    execution: &ExecutionOptions,
    output: &OutputOptions,
) -> Result<Option<Costs>, Failed> {
    let Some(path) = &execution.costs else { return Ok(None) };
    // A run that was killed leaves an empty file.
    let is_there = path.metadata().is_ok_and(|file| file.len() > 0);
    if !is_there && output.save_costs.as_ref() == Some(path) {
        return Ok(None);
    }
    read_costs(table, path).map(Some)
}

fn print(out: &mut dyn Write, err: &mut dyn Write, outputs: &dyn fmt::Display) -> u8 {
    let text = outputs.to_string();
    let written = if text.is_empty() { Ok(()) } else { writeln!(out, "{}", text.trim_end_matches('\n')) };
    match written.and_then(|()| out.flush()) {
        Err(error) if !is_broken_pipe(&error) => {
            print_error(err, &*of_stdout(error.into()));
            FAILED
        }
        _ => 0,
    }
}

/// Prints why a run has not finished, what was running when it was stopped, and what did not run.
pub(super) fn fail(err: &mut dyn Write, error: &(dyn StdError + 'static), table: &Table, interrupted: bool) {
    // The number of tasks of another graph is not known.
    let is_known =
        |error: &&Error| error.is_stopped() && error.task().is_none() && error.graph() == Some(table.graph());
    let run = run_behind(error);
    let reason = run.and_then(Error::stop_reason);
    if let Some(stopped) = error.downcast_ref().filter(is_known) {
        let tasks = table.len();
        let finished = tasks.saturating_sub(stopped.skipped().len());
        let why = match reason {
            Some(StopReason::Deadline(deadline)) => {
                format!("stopped at the deadline of {}", DurationText(deadline))
            }
            Some(StopReason::Stop(Some(reason))) => format!("interrupted ({})", one_line(reason)),
            _ => "interrupted".into(),
        };
        let _ = writeln!(err, "{why}: {finished} of {tasks} tasks have finished");
    } else {
        // The text of the error tells a deadline.
        if interrupted && !matches!(reason, Some(StopReason::Deadline(_))) {
            let _ = writeln!(err, "interrupted");
        }
        print_error(err, error);
    }
    let Some(run) = run else { return };
    let running = run.running().iter().map(|task| match task.rank() {
        Some(rank) => format!("{} on rank {rank}", task.name()),
        None => task.name().into(),
    });
    list(err, "running", running);
    list(err, "skipped", run.skipped());
}

/// Prints the first names of a list, if there are any.
fn list<T: fmt::Display>(err: &mut dyn Write, what: &str, mut names: impl ExactSizeIterator<Item = T>) {
    let Some(first) = names.next() else { return };
    let mut text = format!("{what}: {first}");
    for name in names.by_ref().take(4) {
        text += &format!(", {name}");
    }
    let more = match names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let _ = writeln!(err, "{text}{more}");
}

impl OutputOptions {
    fn records(&self) -> bool {
        let files = [&self.report_json, &self.trace, &self.gantt, &self.picture, &self.save_costs];
        self.report || files.into_iter().any(Option::is_some)
    }
}

/// The files to write. They are created before the run, so that a wrong path is reported early.
struct Files<'a> {
    report_json: Option<OutputFile<'a>>,
    trace: Option<OutputFile<'a>>,
    gantt: Option<OutputFile<'a>>,
    picture: Option<OutputFile<'a>>,
    costs: Option<OutputFile<'a>>,
}

impl<'a> Files<'a> {
    fn create(output: &'a OutputOptions, speaks: bool) -> Result<Self, Failed> {
        let create = |path: &'a Option<PathBuf>| {
            path.as_deref().filter(|_| speaks).map(OutputFile::create).transpose()
        };
        Ok(Files {
            report_json: create(&output.report_json)?,
            trace: create(&output.trace)?,
            gantt: create(&output.gantt)?,
            picture: create(&output.picture)?,
            costs: output.save_costs.as_deref().filter(|_| speaks).map(OutputFile::open).transpose()?,
        })
    }

    /// Writes all files and returns the errors. `costs` are those of earlier runs.
    fn write(self, recording: &Recording, costs: Option<Costs>) -> impl Iterator<Item = Failed> {
        let picture = || recording.table().svg().states(|task| recording.state(task));
        let all_costs = || {
            let mut all = costs.unwrap_or_else(|| recording.costs());
            all.update(recording.costs());
            all.to_json()
        };
        let written = [
            self.report_json.map(|file| file.write(recording.report().to_json())),
            self.trace.map(|file| file.write(recording.trace())),
            self.gantt.map(|file| file.write(recording.gantt())),
            self.picture.map(|file| file.write(picture())),
            self.costs.map(|file| file.write(all_costs())),
        ];
        written.into_iter().flatten().filter_map(Result::err)
    }
}
