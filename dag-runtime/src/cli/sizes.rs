//! The options of a graph's sizes.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::exit::Failed;
use crate::table::Sizes;

/// The option that takes sizes by name.
const BY_NAME: &str = "size";

/// The options of a graph's sizes: one for each, and one for those whose names are those of other options.
pub(super) struct SizeOptions;

impl SizeOptions {
    /// Adds the options to all commands.
    pub(super) fn add<const N: usize>(sizes: &Sizes<N>, command: Command) -> Command {
        command.mut_subcommands(|command| match command.get_name() {
            // Only this one may run the graph.
            "store" => command.mut_subcommand("verify", |verify| SizeOptions::add_to(sizes, verify, false)),
            _ => SizeOptions::add_to(sizes, command, true),
        })
    }

    /// Adds the options to a command. Unless they are `required`, it is checked later that they are there.
    fn add_to<const N: usize>(sizes: &Sizes<N>, mut command: Command, required: bool) -> Command {
        let mut clashes = false;
        for (k, name) in sizes.names().into_iter().enumerate() {
            let long = long(name);
            let is_same = |other: &Arg| other.get_long() == Some(&long) || other.get_id() == &*long;
            if [BY_NAME, "help"].contains(&&*long) || command.get_arguments().any(is_same) {
                clashes = true;
                continue;
            }
            let default = sizes.defaults().map(|defaults| defaults[k].to_string());
            let option = Arg::new(id(name))
                .long(long)
                .value_name("N")
                .value_parser(clap::value_parser!(usize))
                .help(format!("The size `{name}` of the graph"))
                .help_heading("Sizes");
            // By name, any size can be given.
            let option = if required && default.is_none() {
                option.required_unless_present(id(BY_NAME))
            } else {
                option
            };
            command = command.arg(option.default_values(default));
        }
        let by_name = Arg::new(id(BY_NAME))
            .long(BY_NAME)
            .value_name("NAME=N")
            .action(ArgAction::Append)
            .help("A size of the graph by its name")
            .help_heading("Sizes");
        command.arg(by_name.hide(!clashes))
    }

    /// The values of the sizes in the options of a command.
    ///
    /// # Errors
    ///
    /// Fails if one that clashes with another option is missing, or if one is no number or given twice.
    pub(super) fn values<const N: usize>(
        sizes: &Sizes<N>,
        options: &ArgMatches,
    ) -> Result<[usize; N], Failed> {
        let mut values = sizes.defaults().map_or([None; N], |defaults| defaults.map(Some));
        let mut is_given = [false; N];
        for ((value, is_given), name) in values.iter_mut().zip(&mut is_given).zip(sizes.names()) {
            if let Ok(Some(given)) = options.try_get_one(&id(name)) {
                *value = Some(*given);
                *is_given = options.value_source(&id(name)) == Some(ValueSource::CommandLine);
            }
        }
        let by_name = options.try_get_many::<String>(&id(BY_NAME)).ok().flatten();
        for given in by_name.into_iter().flatten() {
            let named = given.split_once('=').and_then(|(name, value)| {
                let at = sizes.names().iter().position(|size| *size == name)?;
                Some((at, value.parse().ok()?))
            });
            let Some((at, value)) = named else {
                return Err(format!(
                    "`--size {given}`: expected a name of {} and a number, as in `--size {}=100`",
                    names(sizes),
                    sizes.names()[0]
                )
                .into());
            };
            if is_given[at] {
                return Err(format!("the size `{}` is given twice", sizes.names()[at]).into());
            }
            (values[at], is_given[at]) = (Some(value), true);
        }
        let mut all = [0; N];
        for ((to, value), name) in all.iter_mut().zip(values).zip(sizes.names()) {
            *to = value.ok_or_else(|| {
                Box::<dyn core::error::Error>::from(format!(
                    "the size `{name}` is missing: add `--size {name}=N`"
                ))
            })?;
        }
        Ok(all)
    }
}

/// The names of all sizes.
fn names<const N: usize>(sizes: &Sizes<N>) -> String {
    sizes.names().map(|name| format!("`{name}`")).join(", ")
}

/// The long option of a size.
fn long(name: &str) -> String {
    name.replace('_', "-")
}

/// The identity of the option of a size: none that a user would give to an option.
fn id(name: &str) -> String {
    format!("size of the graph: {name}")
}
