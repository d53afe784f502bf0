//! The options of the command line.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::duration;
use crate::cli::executor::WorkerOptions;
#[cfg(feature = "store")]
use crate::cli::store::KeepOptions;

#[derive(Debug, Parser)]
#[command(subcommand_required = true)]
pub(super) struct Program<I: Args> {
    #[command(subcommand)]
    pub(super) command: Command<I>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command<I: Args> {
    /// Runs the graph; `run` may be omitted before an option
    Run(RunOptions<I>),
    /// Draws the graph
    Graph(GraphOptions),
    /// Predicts how long runs take, by the costs of the tasks
    Plan(PlanOptions),
    /// Lists the tasks
    List(ListOptions),
}

#[derive(Debug, Args)]
pub(super) struct RunOptions<I: Args> {
    #[command(flatten)]
    pub(super) inputs: I,
    #[command(flatten, next_help_heading = "Execution")]
    pub(super) execution: ExecutionOptions,
    #[command(flatten, next_help_heading = "Output")]
    pub(super) output: OutputOptions,
    /// Only a graph with `keep` has these.
    #[cfg(feature = "store")]
    #[arg(skip)]
    pub(super) keep: KeepOptions,
}

#[derive(Debug, Args)]
pub(super) struct ExecutionOptions {
    #[command(flatten)]
    pub(super) workers: WorkerOptions,
    /// After a failure, runs all tasks that do not depend on the failed one
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Stops the run when this time has passed since its start, such as 500ms, 10s or 1h30m: running tasks are allowed
    /// to finish, and the exit code is 130
    #[arg(long, value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(super) deadline: Option<Duration>,
    /// Prioritises tasks by the costs in this file, written by --save-costs. If --save-costs names the same file, it
    /// may be missing
    #[arg(long, value_name = "FILE")]
    pub(super) costs: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct OutputOptions {
    /// Shows a progress bar if stderr is a terminal
    #[arg(long)]
    pub(super) progress: bool,
    /// Prints on stderr where the time went
    #[arg(long)]
    pub(super) report: bool,
    /// Writes the report as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) report_json: Option<PathBuf>,
    /// Writes a trace for ui.perfetto.dev
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// Writes a chart of the workers as SVG
    #[arg(long, value_name = "FILE")]
    pub(super) gantt: Option<PathBuf>,
    /// Writes the graph as SVG, coloured by the states of its tasks
    #[arg(long, value_name = "FILE")]
    pub(super) picture: Option<PathBuf>,
    /// Writes the measured costs of the tasks, for --costs. Costs of other tasks from the file of --costs are kept
    #[arg(long, value_name = "FILE")]
    pub(super) save_costs: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct GraphOptions {
    /// The format of the picture
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    pub(super) format: Format,
    /// Shows each member of a family as a task of its own
    #[arg(long)]
    pub(super) unfold: bool,
    /// The file to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For browsers
    Svg,
}

/// More workers than any machine has.
const MOST_WORKERS: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(super) struct PlanOptions {
    /// The numbers of workers, separated by commas [default: the cores of this machine]
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_WORKERS)
    )]
    pub(super) workers: Vec<usize>,
    /// Reads the costs from this file, written by `run --save-costs`
    #[arg(long, value_name = "FILE")]
    pub(super) costs: Option<PathBuf>,
    /// The latency for sending an output to another worker, in the unit of the costs; with --costs, in nanoseconds
    #[arg(long, value_name = "TIME", default_value_t = 0)]
    pub(super) latency: u64,
    /// The bandwidth between workers, in bytes per unit of the costs; with --costs, in gigabytes per second. The sizes
    /// are those in the file of --costs, from a run on several ranks
    #[arg(long, value_name = "BYTES", value_parser = more_than_0)]
    pub(super) bandwidth: Option<f64>,
    /// Plans a run in which this task, family or member is not wanted. Can be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) without: Vec<String>,
    /// Shows a chart of the workers
    #[arg(long)]
    pub(super) gantt: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListOptions {
    /// Lists each member of a family as a task of its own
    #[arg(long)]
    pub(super) unfold: bool,
}

fn more_than_0(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if number > 0.0 => Ok(number),
        Ok(number) => Err(format!("{number} is not greater than 0")),
        Err(_) => Err(format!("`{text}` is not a number")),
    }
}
