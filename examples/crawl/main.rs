//! From files to tables to a report: a folder is read into a database that takes only so many connections.
//!
//! What you learn: a limit of a graph, `#[limit(connections = max)]`, and tasks and elements that run `using connections`, so that
//! no task waits for a connection and no worker is blocked; two limits at once, since SQLite lets one connection write at a
//! time; `each` over files of two kinds, side by side; a real database, SQLite by the crate `rusqlite`.
//!
//! ```text
//! cargo run -p dag-examples --features sqlite --example crawl
//! cargo run -p dag-examples --features sqlite --release --example crawl -- FOLDER --connections 4 --threads 8 --database index.sqlite
//! ```
//!
//! prints
//!
//! ```text
//! 6 texts
//!   months/index.txt                12 words,    1 different ones
//!   texts/carroll-walrus.txt       211 words,  117 different ones
//!   texts/declaration-1776.txt     342 words,  183 different ones
//!   texts/dickens-two-cities.txt   282 words,  141 different ones
//!   texts/lincoln-gettysburg.txt   272 words,  138 different ones
//!   texts/poe-raven.txt            234 words,  136 different ones
//! words that are in most of them
//!   the        in 5 texts, 84 times
//!   of         in 5 texts, 50 times
//!   and        in 5 texts, 43 times
//!   to         in 5 texts, 42 times
//!   it         in 5 texts, 31 times
//! columns                      numbers  tables   lowest  highest
//!   Cost Other                   10000       1        0  1565354
//!   Cost Repair                  10000       1        0  7043545
//!   Cost Total $                 10000       1        0  7043545
//!   Speed IAS in knots            7164       1        0      350
//!   mean_temperature                12       1      4.9     20.5
//!   month                           12       1        1       12
//!   petal_length                   150       1        1      6.9
//!   petal_width                    150       1      0.1      2.5
//!   precipitation                 1781      12        0     55.9
//!   sepal_length                   150       1      4.3      7.9
//!   sepal_width                    150       1        2      4.4
//!   temp_max                      1781      12     -1.6     35.6
//!   temp_min                      1781      12     -7.1     18.3
//!   wind                          1781      12      0.4      9.5
//! plain code finds the same
//! ```
//!
//! Nobody waits here: a task that finds no connection in the pool fails, and SQLite fails where another connection writes.
//! Without `using`, the program ends with ``task `words[4]` of graph `Crawl` failed: all 2 connections are in use`` or with
//! `database is locked`.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod database;
mod files;
mod plain;
mod summary;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use dag_runtime::{Executor, Rayon, Serial, dag};

use crate::database::{Database, common, ranges, sizes, store_columns, store_words};
use crate::files::{count_words, list, measure};
use crate::summary::report;

dag! {
    /// The texts and tables of a folder, in a database.
    #[limit(connections = max, writer = 1)]
    graph Crawl<'a>(folder: &'a Path, database: &'a Database, max: usize) -> report {
        texts = list(folder, "txt"),
        counts = count_words(each &texts, folder),
        words = store_words(each &counts, database) using [connections, writer],
        common(database) after [words] using connections,
        sizes(database) after [words] using connections,

        tables = list(folder, "csv"),
        columns = measure(each &tables, folder),
        stored = store_columns(each &columns, database) using [connections, writer],
        ranges(database) after [stored] using connections,

        report(&common, &sizes, &ranges),
    }
}

/// Reads a folder into a database, once on one thread and once on several, and reports what is there.
#[derive(Debug, Parser)]
struct Options {
    /// The folder
    #[arg(default_value = DATA)]
    folder: PathBuf,
    /// The connections that the database takes
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    connections: usize,
    /// The threads
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    threads: usize,
    /// Keeps the database in this file
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

/// The data of the examples: see its README.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Crawls the folder on two executors. Fails where plain code finds something else.
fn run(options: &Options) -> Result<String, Box<dyn Error + Send + Sync>> {
    let &Options { ref folder, connections, threads, ref database } = options;
    let expected = plain::crawl(folder)?;
    let temporary = tempfile::tempdir()?;
    let path = database.clone().unwrap_or_else(|| temporary.path().join("crawl.sqlite"));
    let serial = crawl(folder, &path, connections, &Serial)?;
    let rayon = crawl(folder, &path, connections, &Rayon::with_threads(threads)?)?;
    if serial != expected || rayon != expected {
        return Err("plain code finds something else".into());
    }
    Ok(format!("{expected}\nplain code finds the same"))
}

/// Crawls a folder.
fn crawl(
    folder: &Path,
    path: &Path,
    max: usize,
    executor: &impl for<'a> Executor<Crawl<'a>>,
) -> database::Result<String> {
    let database = Database::create(path, max)?;
    Ok(Crawl { folder, database: &database, max }.run(executor)?)
}
