//! The development tasks of the workspace: `cargo xtask test` runs all that has to pass.

#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

mod runner;
mod shell;
mod steps;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use crate::shell::Workspace;
use crate::steps::{STEPS, Step};

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  test [--fail-fast] [step]...  run all steps, or those that are named
  list                          list the steps
  fuzz [--seconds N] [--seed N] try the macros on mutations of all programs, for 60 s
                                and with seed 1 unless something else is said
  mistakes [option]...          tell how many errors one mistake brings: with
                                `--macros PATH` by another checkout's macros, with
                                `--seed N` of other mistakes, with `--show N` the worst

Options:
  --fail-fast  stop after the first step that fails
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

enum Request {
    Help,
    List,
    Test { steps: Vec<&'static Step>, fail_fast: bool },
    Fuzz { seconds: u64, seed: u64 },
    Mistakes(Vec<String>),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match parse(&arguments) {
        Ok(Request::Help) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Request::List) => {
            for step in STEPS {
                println!("{:<10} {}", step.name, step.about);
            }
            ExitCode::SUCCESS
        }
        Ok(Request::Test { steps, fail_fast }) => {
            let summary = runner::run(&Workspace::new(), &steps, fail_fast);
            println!("\n{summary}");
            if summary.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Ok(Request::Fuzz { seconds, seed }) => code(steps::fuzz(&Workspace::new(), seconds, seed).map(drop)),
        Ok(Request::Mistakes(options)) => code(steps::mistakes(&Workspace::new(), &options)),
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn code(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Result<Request> {
    let Some((command, arguments)) = arguments.split_first() else {
        return Ok(Request::Help);
    };
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Request::Help),
        "list" => match arguments.first() {
            None => Ok(Request::List),
            Some(argument) => Err(format!("`list` takes no argument `{argument}`").into()),
        },
        "test" => parse_test(arguments),
        "fuzz" => parse_fuzz(arguments),
        "mistakes" => Ok(Request::Mistakes(arguments.to_vec())),
        other => Err(format!("there is no command `{other}`").into()),
    }
}

fn parse_test(arguments: &[String]) -> Result<Request> {
    let mut fail_fast = false;
    let mut steps = Vec::new();
    for argument in arguments {
        if argument == "--fail-fast" {
            fail_fast = true;
        } else if let Some(step) = STEPS.iter().find(|step| step.name == argument) {
            steps.push(step);
        } else {
            let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
            return Err(format!("there is no step `{argument}`, only {}", names.join(", ")).into());
        }
    }
    if steps.is_empty() {
        steps.extend(STEPS);
    }
    Ok(Request::Test { steps, fail_fast })
}

fn parse_fuzz(arguments: &[String]) -> Result<Request> {
    let (mut seconds, mut seed) = (60, 1);
    for pair in arguments.chunks(2) {
        let place = match pair[0].as_str() {
            "--seconds" => &mut seconds,
            "--seed" => &mut seed,
            other => return Err(format!("`fuzz` takes `--seconds` and `--seed`, not `{other}`").into()),
        };
        let number = pair.get(1).and_then(|text| text.parse().ok());
        *place = number.ok_or_else(|| format!("`{}` takes a number", pair[0]))?;
    }
    Ok(Request::Fuzz { seconds, seed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<(Vec<&'static str>, bool)> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        match parse(&arguments)? {
            Request::Test { steps, fail_fast } => {
                Ok((steps.iter().map(|step| step.name).collect(), fail_fast))
            }
            _ => Err("not `test`".into()),
        }
    }

    #[test]
    fn all_steps_run_unless_some_are_named() {
        let (steps, fail_fast) = parsed(&["test"]).unwrap();
        assert_eq!(steps.len(), STEPS.len());
        assert!(!fail_fast);
        assert_eq!(parsed(&["test", "docs", "--fail-fast", "fmt"]).unwrap(), (vec!["docs", "fmt"], true));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let error = parsed(&["test", "doc"]).unwrap_err().to_string();
        assert!(error.starts_with("there is no step `doc`, only fmt, "), "{error}");
        assert!(parsed(&["tests"]).is_err());
        assert!(parsed(&["list", "all"]).is_err());
    }

    #[test]
    fn fuzz_takes_a_time_and_a_seed() {
        let fuzz = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
            match parse(&arguments) {
                Ok(Request::Fuzz { seconds, seed }) => Ok((seconds, seed)),
                Ok(_) => Err("not `fuzz`".to_owned()),
                Err(error) => Err(error.to_string()),
            }
        };
        assert_eq!(fuzz(&["fuzz"]), Ok((60, 1)));
        assert_eq!(fuzz(&["fuzz", "--seed", "7", "--seconds", "3600"]), Ok((3600, 7)));
        assert_eq!(fuzz(&["fuzz", "--seed"]), Err("`--seed` takes a number".into()));
        assert_eq!(fuzz(&["fuzz", "7"]), Err("`fuzz` takes `--seconds` and `--seed`, not `7`".into()));
    }

    #[test]
    fn steps_have_names_of_their_own() {
        for (k, step) in STEPS.iter().enumerate() {
            assert!(STEPS[..k].iter().all(|other| other.name != step.name), "{}", step.name);
        }
    }
}
