//! A program with the command line of dag-runtime.

use std::process::ExitCode;

use dag_runtime::cli;
use dag_tests_msrv::Stats;

#[derive(clap::Args)]
struct Inputs {
    /// Numbers, with blanks between them
    text: String,
    /// What they are
    #[arg(long, default_value = "numbers")]
    title: String,
}

fn main() -> ExitCode {
    cli::main(Stats::TABLE, |inputs: Inputs, executor| {
        let (report, _) = Stats { text: &inputs.text, title: &inputs.title }.run(executor)?;
        Ok(report)
    })
}
