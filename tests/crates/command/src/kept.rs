//! Tasks that wait for a line from stdin, and say so. Their outputs are kept.

#![allow(clippy::print_stdout, reason = "so that a test knows where it is")]

use std::io;
use std::process::ExitCode;

use dag_runtime::{cli, dag, task};

#[task]
fn line(number: usize) -> Result<String, io::Error> {
    println!("line {number} has started");
    let mut text = String::new();
    io::stdin().read_line(&mut text)?;
    if text.starts_with("text") { Ok(text) } else { Err(io::Error::other("there is no text")) }
}

#[task]
fn join(lines: &[String]) -> String {
    lines.concat()
}

dag! {
    graph Lines -> join {
        lines[i in 0..5] = line(i) keep,
        join(&lines),
    }
}

fn main() -> ExitCode {
    cli::main(Lines::TABLE, |(): (), executor| Ok(Lines.run(executor)?))
}
