//! Tasks that wait for a line from stdin, and say so.

#![allow(clippy::print_stdout, reason = "so that a test knows where it is")]

use std::io;
use std::process::ExitCode;

use dag_runtime::{cli, dag, task};

#[task]
fn line(number: usize) -> Result<String, io::Error> {
    println!("line {number} has started");
    let mut text = String::new();
    io::stdin().read_line(&mut text)?;
    if text.is_empty() { Err(io::Error::other("there is no line")) } else { Ok(text) }
}

#[task]
fn join(lines: &[String]) -> String {
    lines.concat()
}

dag! {
    /// Lines from stdin.
    graph Lines -> join {
        lines[i in 0..5] = line(i),
        join(&lines),
    }
}

fn main() -> ExitCode {
    cli::main(Lines::TABLE, |(): (), executor| Ok(Lines.run(executor)?))
}
