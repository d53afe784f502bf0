//! The command `store verify`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use std::io::Write;

use clap::{ArgMatches, Args};
use serde::Serialize;

use super::list::{EntryJson, ago, build, count};
use super::options::VerifyOptions;
use super::print_warnings;
use crate::backend::Backend;
use crate::cli::byte_size::ByteSize;
use crate::cli::executor::{CliExecutor, Observers};
use crate::cli::exit::{Failed, Usage};
use crate::cli::interrupt;
use crate::store::{Different, Reran, Rerun, Store, Verified};
use crate::table::Table;

#[derive(Serialize)]
struct VerifiedJson<'a> {
    entries: usize,
    bytes: u64,
    damaged: Vec<EntryJson<'a>>,
}

/// Reads the whole store.
pub(super) fn verify(
    options: &VerifyOptions,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    let store = options.store.existing()?;
    let verified = store.verify();
    let Verified { entries, bytes, damaged, .. } = &verified;
    if options.json {
        let damaged = damaged.iter().map(EntryJson::new).collect();
        let json = VerifiedJson { entries: *entries, bytes: *bytes, damaged };
        writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
    } else {
        writeln!(out, "{}, {}: as they were written", count(*entries, "output"), ByteSize(*bytes))?;
        for entry in damaged {
            writeln!(out, "damaged: {}, written {}", entry.label, ago(entry))?;
        }
    }
    print_warnings(err, &store);
    match damaged.len() {
        0 => Ok(()),
        damaged => {
            Err(format!("{} in `{}` are damaged", count(damaged, "output"), store.folder().display()).into())
        }
    }
}

#[derive(Serialize)]
struct ReranJson<'a> {
    entries: usize,
    compared: usize,
    different: Vec<DifferentJson<'a>>,
}

#[derive(Serialize)]
struct DifferentJson<'a> {
    task: &'a str,
    key: String,
    bytes_before: usize,
    bytes_now: usize,
}

/// Runs tasks again whose outputs are in the store, and compares.
pub(super) fn rerun<I: Args, T: fmt::Display>(
    table: &Table,
    run: impl FnOnce(I, &CliExecutor) -> Result<T, Failed>,
    options: &VerifyOptions,
    matches: &ArgMatches,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    let inputs = I::from_arg_matches(matches).map_err(|error| Usage(error.to_string()))?;
    let store = options.store.existing()?;
    let auto = options.workers.choose().map_err(|error| Usage(error.to_string()))?;
    if auto.backend() == Backend::Mpi {
        return Err(Usage("tasks are run again in one process: add `--backend rayon`".into()).into());
    }
    let rerun = Arc::new(Rerun::new(options.rerun.unwrap_or(1.0), options.seed));
    let rerunning = store.clone().rerunning(&rerun);
    let executor = CliExecutor::new(auto.keep_going(), Observers::default(), &interrupt::listen(), None);
    let outcome = run(inputs, &executor.store(Some(&rerunning))).map(drop);
    print_warnings(err, &store);
    let reran = rerun.take();
    print_reran(out, &store, &reran, options.json)?;
    match (outcome, reran.different.len()) {
        (Err(error), _) if !reran.is_complete => Err(error),
        (Ok(()), _) if !reran.is_complete => {
            Err(format!("the program has not run graph `{}` with these inputs", table.graph()).into())
        }
        (_, 0) => Ok(()),
        (_, different) => Err(format!("{} of tasks that are not pure", count(different, "output")).into()),
    }
}

fn print_reran(out: &mut dyn Write, store: &Store, reran: &Reran, json: bool) -> Result<(), Failed> {
    let Reran { entries, compared, ref different, .. } = *reran;
    if json {
        let different = different.iter().map(|Different { label, key, before, now }| DifferentJson {
            task: label,
            key: key.to_string(),
            bytes_before: *before,
            bytes_now: *now,
        });
        let json = ReranJson { entries, compared, different: different.collect() };
        writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
        return Ok(());
    }
    writeln!(out, "{compared} of {} made again", count(entries, "output"))?;
    for Different { label, key, before, now } in different {
        let (before, now) = (ByteSize(*before as u64), ByteSize(*now as u64));
        write!(out, "not pure: {label}: {now} that differ from the {before} in the store")?;
        match store.described(key) {
            Some(entry) => writeln!(out, ", written {} by {}", ago(&entry), build(&entry))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}
