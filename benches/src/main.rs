//! dag-runtime measured beside what one would use in its place. Each command writes a table to read
//! and, where a file is given, JSON to keep.

#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

mod allocations;
mod compile;
mod frame;
mod gauss_seidel;
mod instructions;
mod limits;
mod measure;
mod memory;
mod metg;
#[cfg(feature = "mpi")]
mod mpi;
mod native;
mod overhead;
mod report;
mod sized;
mod steady;
#[cfg(feature = "store")]
mod store;
mod systems;
mod tables;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

#[derive(Parser)]
#[command(name = "benches", about = "Measures dag-runtime beside what one would use in its place")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What a task costs beside the task itself.
    Overhead(overhead::Options),
    /// The bars for runs that are fast every time, in fresh processes, half of them on a busy machine.
    Steady(steady::Options),
    /// How many instructions a run on one thread executes, counted by callgrind.
    Instructions(instructions::Options),
    /// The smallest tasks with which half of the peak rate is reached.
    Metg(Common),
    /// What the compiler needs.
    Compile(compile::Options),
    /// What a new program waits for: its first build, with all that it depends on.
    FirstBuild(Common),
    /// How many outputs exist at once.
    Memory(Common),
    /// What making the table of a graph with families takes.
    Tables(Common),
    /// What sizes that are known at run time cost: new ones, and those seen before.
    Sizes(Common),
    /// Rows that tasks take over from each other, beside loops by hand.
    GaussSeidel(Common),
    /// What limits cost.
    Limits(Common),
    /// A tiled Cholesky factorisation beside oneTBB and OpenMP.
    Cholesky(sized::cholesky::Options),
    /// A frame of a game that changes its world in place, beside plain calls and `rayon::join`.
    Frame(frame::Options),
    /// What a store costs: hits, writes, keys, large outputs, and graphs that keep nothing.
    #[cfg(feature = "store")]
    Store(store::Options),
    /// What tasks and their outputs cost on the ranks of an MPI job.
    #[cfg(feature = "mpi")]
    Mpi(Common),
    /// Is one rank of a job that measures.
    #[cfg(feature = "mpi")]
    #[command(hide = true)]
    Rank(mpi::rank::Options),
    /// Runs one graph again and again, to be counted or profiled.
    #[command(hide = true)]
    Repeat(instructions::Repeat),
    /// Runs frames of a game again and again, to be counted.
    #[command(hide = true)]
    FrameRepeat(frame::Repeat),
    /// Runs one graph with sizes, or the same with constants, again and again.
    #[command(hide = true)]
    SizesRepeat(sized::Repeat),
    /// Is one of the processes in which `steady` measures.
    #[command(hide = true)]
    SteadyProcess(steady::process::Options),
    /// Runs two long tasks in a process in which nothing ran before.
    #[command(hide = true)]
    SteadyFirst { how: steady::once::ByHand },
    /// Keeps one core busy.
    #[command(hide = true)]
    SteadySpin,
    /// Is one of the processes in which `tables` measures.
    #[command(hide = true)]
    TablesProcess(tables::Process),
    /// Runs a command and says what it used.
    #[command(hide = true)]
    Usage(compile::usage::Options),
}

/// What all commands take.
#[derive(Args, Debug)]
struct Common {
    /// How often each thing is measured.
    #[arg(long, default_value_t = 15, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    rounds: usize,
    /// Writes all figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Overhead(options) => overhead::run(&options),
        Command::Steady(options) => steady::run(&options),
        Command::Instructions(options) => instructions::run(&options),
        Command::Metg(common) => metg::run(&common),
        Command::Compile(options) => compile::run(&options),
        Command::FirstBuild(common) => compile::first::run(&common),
        Command::Memory(common) => memory::run(&common),
        Command::Tables(common) => tables::run(&common),
        Command::Sizes(common) => sized::run(&common),
        Command::GaussSeidel(common) => gauss_seidel::run(&common),
        Command::Limits(common) => limits::run(&common),
        Command::Cholesky(options) => sized::cholesky::run(&options),
        Command::Frame(options) => frame::run(&options),
        #[cfg(feature = "store")]
        Command::Store(options) => store::run(&options),
        #[cfg(feature = "mpi")]
        Command::Mpi(common) => mpi::run(&common),
        #[cfg(feature = "mpi")]
        Command::Rank(options) => mpi::rank::run(&options),
        Command::Repeat(options) => instructions::repeat(&options),
        Command::FrameRepeat(options) => frame::repeat(&options),
        Command::SizesRepeat(options) => sized::repeat(&options),
        Command::SteadyProcess(options) => steady::process::run(&options),
        Command::SteadyFirst { how } => steady::once::first(how),
        Command::SteadySpin => steady::spinner::run(),
        Command::TablesProcess(process) => tables::process(&process),
        Command::Usage(options) => compile::usage::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
