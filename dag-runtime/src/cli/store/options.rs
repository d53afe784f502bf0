//! The options of graphs with `keep`. clap would show doc comments of some of these types as those of a command.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::path::PathBuf;

use clap::{Args, Command, Subcommand};

use crate::cli::executor::WorkerOptions;
use crate::cli::{byte_size, duration, percentage};

// The options of `run` that only a graph with `keep` has.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Store")]
pub(in crate::cli) struct KeepOptions {
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
    /// Tells what the run would do and why. Runs and writes nothing, except for --report-json
    #[arg(long, conflicts_with_all = ["report", "trace", "gantt", "picture", "save_costs"])]
    pub(in crate::cli) dry: bool,
}

// The store of a run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Store")]
pub(in crate::cli) struct StoreOptions {
    /// The store: a folder in which outputs are kept and found [default: DAG_STORE]
    #[arg(long, value_name = "DIR")]
    pub(super) store: Option<PathBuf>,
    /// Finds only outputs that were kept with the same text
    #[arg(long, value_name = "TEXT")]
    pub(super) store_version: Option<String>,
    /// Finds only outputs that this executable has kept
    #[arg(long)]
    pub(super) strict_store: bool,
}

// The commands of a graph with `keep`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeepCommand<I: Args> {
    /// Tells whether a run would find the output of a task in the store, and why not
    Why(WhyOptions<I>),
    /// Lists, checks and cleans the store
    #[command(subcommand)]
    Store(StoreCommand),
}

impl<I: Args> KeepCommand<I> {
    /// Adds the commands to a command line.
    pub(in crate::cli) fn add(command: Command) -> Command {
        KeepCommand::<I>::augment_subcommands(command)
            .mut_subcommand("store", |store| store.mut_subcommand("verify", with_inputs::<I>))
    }
}

/// Adds the inputs of the graph, which are needed only if tasks run again.
fn with_inputs<I: Args>(command: Command) -> Command {
    let mut command = I::augment_args(command.next_help_heading(RERUN));
    let needed: Vec<_> =
        command.get_arguments().filter(|arg| arg.is_required_set()).map(|arg| arg.get_id().clone()).collect();
    let groups: Vec<_> = command
        .get_groups()
        .filter(|group| group.is_required_set())
        .map(|group| group.get_id().clone())
        .collect();
    for id in &needed {
        command = command.mut_arg(id, |input| input.required(false));
    }
    for id in &groups {
        command = command.mut_group(id, |inputs| inputs.required(false));
    }
    needed
        .into_iter()
        .chain(groups)
        .fold(command, |command, id| command.mut_arg("rerun", |rerun| rerun.requires(id)))
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WhyOptions<I: Args> {
    /// The task or family, such as fit, cell[3, 7] or part/fit
    #[arg(id = "the task", value_name = "TASK")]
    pub(in crate::cli) task: String,
    #[command(flatten)]
    pub(in crate::cli) inputs: I,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
    /// Prints JSON
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StoreCommand {
    /// Lists the outputs in the store
    List(ListOptions),
    /// Reads the whole store, and tells which outputs are damaged. With --rerun, also runs tasks again
    Verify(VerifyOptions),
    /// Removes outputs. Those that a run needs at the same time stay
    Gc(GcOptions),
}

// The store of a command that needs one.
#[derive(Debug, Args)]
pub(in crate::cli) struct Folder {
    /// The store: a folder in which outputs are kept and found [default: DAG_STORE]
    #[arg(long, value_name = "DIR")]
    pub(super) store: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListOptions {
    #[command(flatten)]
    pub(in crate::cli) folder: Folder,
    /// Prints JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyOptions {
    /// Prints JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
    /// Calls tasks again for this part of the outputs that a run with these inputs would find, such as 5%, and tells which
    /// of the new outputs differ
    #[arg(long, value_name = "PERCENT", value_parser = percentage::parse, help_heading = RERUN)]
    pub(in crate::cli) rerun: Option<f64>,
    /// Chooses other tasks
    #[arg(long, value_name = "N", default_value_t = 0, requires = "rerun", help_heading = RERUN)]
    pub(in crate::cli) seed: u64,
    #[command(flatten, next_help_heading = RERUN)]
    pub(in crate::cli) workers: WorkerOptions,
}

const RERUN: &str = "Tasks that run again";

#[derive(Debug, Args)]
pub(in crate::cli) struct GcOptions {
    #[command(flatten)]
    pub(in crate::cli) folder: Folder,
    /// Removes outputs that no run has used for this time, such as 30d or 12h
    #[arg(long, value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(in crate::cli) older: Option<Duration>,
    /// Removes outputs until the store has at most this size, such as 500M or 10G: first those whose last use is the longest ago
    #[arg(long, value_name = "SIZE", value_parser = byte_size::parse, allow_hyphen_values = true)]
    pub(in crate::cli) larger: Option<u64>,
}
