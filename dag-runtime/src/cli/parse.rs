//! From the arguments of a program to a command with its options.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::ffi::OsString;
use std::io::Write;

#[cfg(feature = "store")]
use clap::Subcommand as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _};

use crate::cli::exit::{Failed, USAGE};
#[cfg(feature = "store")]
use crate::cli::options::RunOptions;
use crate::cli::options::{Command, Program};
use crate::cli::print_error::print_error;
#[cfg(feature = "store")]
use crate::cli::store::{KeepCommand, KeepOptions};
use crate::table::{Sizes, Table};

/// What the command line says of a graph before it knows its table.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub(super) graph: &'static str,
    pub(super) description: &'static str,
    /// Whether a line has `keep`.
    pub(super) keeps: bool,
}

impl About {
    pub(super) fn table(table: &Table) -> Self {
        let keeps = table.lines().iter().any(|line| line.keeps);
        About { graph: table.graph(), description: table.description(), keeps }
    }

    pub(super) fn sizes<const N: usize>(sizes: &Sizes<N>) -> Self {
        About { graph: sizes.graph(), description: sizes.description(), keeps: sizes.keeps() }
    }

    /// The command line. Only that of a graph with `keep` has what is for stores, so that the inputs of other graphs may have the
    /// same names.
    pub(super) fn command<I: Args>(&self) -> clap::Command {
        let command = Program::<I>::command();
        let command = if self.description.is_empty() { command } else { command.about(self.description) };
        #[cfg(feature = "store")]
        if self.keeps {
            return KeepCommand::<I>::add(command.mut_subcommand("run", KeepOptions::augment_args));
        }
        command
    }

    /// Parses these arguments.
    ///
    /// # Errors
    ///
    /// Fails with an exit code, after the reason was printed.
    pub(super) fn parse<I: Args>(
        &self,
        command: clap::Command,
        arguments: impl IntoIterator<Item = OsString>,
        err: &mut dyn Write,
    ) -> Result<Parsed<I>, u8> {
        let parsed = command.try_get_matches_from(with_command(arguments));
        parsed.and_then(|matches| Parsed::of(matches, self.keeps)).map_err(|error| {
            if let Some(reason) = self.needs_keep(&error) {
                print_error(err, &*Failed::from(reason));
                return USAGE;
            }
            // If this fails, there is nowhere left to report it.
            let _ = error.print();
            error.exit_code() as u8
        })
    }

    /// What is missing, if the user has asked for what only graphs with `keep` have.
    fn needs_keep(&self, error: &clap::Error) -> Option<String> {
        let kind = match error.kind() {
            ErrorKind::UnknownArgument => ContextKind::InvalidArg,
            ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
            _ => return None,
        };
        let Some(ContextValue::String(given)) = error.get(kind) else { return None };
        let is_known = ["--store", "--store-version", "--strict-store", "--dry", "why", "store"];
        if self.keeps || !is_known.contains(&&**given) {
            return None;
        }
        Some(if cfg!(feature = "store") {
            format!("`{given}` is for graphs with `keep`, and no line of graph `{}` has it", self.graph)
        } else {
            format!(
                "`{given}` needs the feature `store` of dag-runtime, and a line with `keep` in graph `{}`",
                self.graph
            )
        })
    }
}

/// A command, and all its options.
pub(super) struct Parsed<I: Args> {
    pub(super) command: Chosen<I>,
    /// Those of the command, or of the command of this command.
    pub(super) options: ArgMatches,
}

pub(super) enum Chosen<I: Args> {
    /// One that each graph has.
    Any(Command<I>),
    /// One of graphs with `keep`.
    #[cfg(feature = "store")]
    Keep(KeepCommand<I>),
}

impl<I: Args> Parsed<I> {
    #[cfg_attr(not(feature = "store"), allow(unused_variables))]
    fn of(mut matches: ArgMatches, keeps: bool) -> Result<Self, clap::Error> {
        #[cfg(feature = "store")]
        let is_keep = matches.subcommand_name().is_some_and(KeepCommand::<I>::has_subcommand);
        #[cfg(feature = "store")]
        if is_keep {
            let command = Chosen::Keep(KeepCommand::from_arg_matches(&matches)?);
            let options = innermost(&mut matches);
            return Ok(Parsed { command, options });
        }
        let command = Program::from_arg_matches(&matches)?.command;
        let options = innermost(&mut matches);
        #[cfg(feature = "store")]
        let command = match command {
            Command::Run(run) if keeps => {
                Command::Run(RunOptions { keep: KeepOptions::from_arg_matches(&options)?, ..run })
            }
            command => command,
        };
        Ok(Parsed { command: Chosen::Any(command), options })
    }
}

fn innermost(matches: &mut ArgMatches) -> ArgMatches {
    let mut options = core::mem::take(matches);
    while let Some((_, inner)) = options.remove_subcommand() {
        options = inner;
    }
    options
}

/// Inserts the command `run` if there is none.
pub(super) fn with_command(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let is_option = |first: &OsString| {
        let first = first.to_string_lossy();
        first.starts_with('-') && !["-h", "--help"].contains(&&*first)
    };
    if !arguments.is_empty() && arguments.get(1).is_none_or(is_option) {
        arguments.insert(1, "run".into());
    }
    arguments
}
