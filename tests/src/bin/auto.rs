//! Prints what `Auto` chooses in this environment, and what a graph gives there.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use std::process::ExitCode;

use dag_runtime::{Auto, Error, dag, task};

#[task]
fn answer() -> u32 {
    42
}

dag! { graph Ask -> answer { answer } }

fn run() -> Result<(), Error> {
    let auto = Auto::new()?;
    println!("{}, {} threads, {}", auto.backend(), auto.threads(), Ask.run(&auto)?);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
