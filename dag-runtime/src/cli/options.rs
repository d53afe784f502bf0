//! What can be said on the command line.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::executor::auto::most_threads;

#[derive(Debug, Parser)]
#[command(subcommand_required = true)]
pub(super) struct Program<I: Args> {
    #[command(subcommand)]
    pub(super) command: Command<I>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command<I: Args> {
    /// Runs the graph; may be left out before an option
    Run(RunOptions<I>),
    /// Draws the graph
    Graph(GraphOptions),
    /// Tells how long runs would take, by the costs of the tasks
    Plan(PlanOptions),
    /// Lists the tasks
    List(ListOptions),
}

#[derive(Debug, Args)]
pub(super) struct RunOptions<I: Args> {
    #[command(flatten)]
    pub(super) inputs: I,
    #[command(flatten, next_help_heading = "How to run")]
    pub(super) how: How,
    #[command(flatten, next_help_heading = "What to tell")]
    pub(super) tell: Tell,
}

#[derive(Debug, Args)]
pub(super) struct How {
    /// What runs the tasks [default: what DAG_BACKEND says, or the best there is]
    #[arg(long, value_name = "NAME", value_parser = ["serial", "rayon", "mpi"])]
    pub(super) backend: Option<String>,
    /// The number of threads, for rayon and for each rank of mpi [default: what DAG_THREADS says, or one a core for
    /// rayon and one for mpi]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=most_threads() as u64))]
    pub(super) threads: Option<usize>,
    /// After a failure, goes on with all that does not depend on the failed task
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Prefers tasks by the costs in this file, which --save-costs has written. With --save-costs of the same file it need
    /// not be there yet
    #[arg(long, value_name = "FILE")]
    pub(super) costs: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Tell {
    /// Shows a progress bar, where stderr is a terminal
    #[arg(long)]
    pub(super) progress: bool,
    /// Says on stderr where the time went
    #[arg(long)]
    pub(super) report: bool,
    /// Writes the report as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) report_json: Option<PathBuf>,
    /// Writes a trace that ui.perfetto.dev shows
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// Writes a chart of what each worker did, as SVG
    #[arg(long, value_name = "FILE")]
    pub(super) gantt: Option<PathBuf>,
    /// Writes the graph coloured by what has become of its tasks, as SVG
    #[arg(long, value_name = "FILE")]
    pub(super) picture: Option<PathBuf>,
    /// Writes how long each task took, for --costs. What the file that --costs has read says of other tasks is kept
    #[arg(long, value_name = "FILE")]
    pub(super) save_costs: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct GraphOptions {
    /// The language of the picture
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    pub(super) format: Format,
    /// Shows each member of a family as a task of its own
    #[arg(long)]
    pub(super) unfold: bool,
    /// Where to write it [default: stdout]
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

#[derive(Debug, Args)]
pub(super) struct PlanOptions {
    /// For how many workers, one number or several with commas between them [default: the cores of this machine]
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        value_parser = RangedU64ValueParser::<usize>::new().range(1..)
    )]
    pub(super) workers: Vec<usize>,
    /// Takes the costs from this file, which `run --save-costs` has written
    #[arg(long, value_name = "FILE")]
    pub(super) costs: Option<PathBuf>,
    /// How long the way of an output to another worker takes, in the unit of the costs, which with --costs is a nanosecond
    #[arg(long, value_name = "TIME", default_value_t = 0)]
    pub(super) latency: u64,
    /// How many bytes of an output go to another worker in a unit of the costs: with --costs, gigabytes a second. Sizes are
    /// those that the file of --costs has, from a run on several ranks
    #[arg(long, value_name = "BYTES", value_parser = more_than_0)]
    pub(super) bandwidth: Option<f64>,
    /// Shows what each worker would do
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
        Ok(number) => Err(format!("{number} is not more than 0")),
        Err(_) => Err(format!("`{text}` is not a number")),
    }
}
