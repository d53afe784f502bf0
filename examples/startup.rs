//! Services that start in order: most wait for others without needing anything from them.
//!
//! What you learn: order-only edges, by `depends` without a parameter and by `after`; that the order
//! of the lines does not matter; how to read a graph's table, which is there at compile time.
//!
//! ```text
//! cargo run --example startup
//! ```
//!
//! prints
//!
//! ```text
//! 8 services on 5 levels: 12 s, one after the other 18 s
//!   level 0: settings
//!   level 1: logging
//!   level 2: cache, database, queue
//!   level 3: migration, workers
//!   level 4: web
//! the longest chain: settings, logging, database, migration, web
//! started: settings, logging, database, migration, cache, web, queue, workers
//! listed backwards: settings, logging, queue, database, workers, cache, migration, web
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::sync::Mutex;

use dag_runtime::{Error, Serial, Table, dag, task};

/// The names of what was started, in that order.
#[derive(Debug, Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line.into());
    }

    fn lines(self) -> Vec<String> {
        self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Settings {
    database: String,
}

/// Everything else needs the settings, or comes after something that does.
#[task(cost = 1)]
fn settings(log: &Log) -> Settings {
    log.add("settings");
    Settings { database: "db.example.org".to_owned() }
}

/// Comes after the settings and takes nothing from them.
#[task(depends = [settings], cost = 1)]
fn logging(log: &Log) {
    log.add("logging");
}

/// Reads the settings, and comes after the logging.
#[task(depends = [settings, logging], cost = 5)]
fn database(settings: &Settings, log: &Log) {
    assert!(!settings.database.is_empty());
    log.add("database");
}

/// Brings the database up to date.
#[task(depends = [database], cost = 3)]
fn migration(log: &Log) {
    log.add("migration");
}

/// Any service that needs no more than its name.
#[task(cost = 2)]
fn service(name: &str, log: &Log) {
    log.add(name);
}

dag! {
    /// The services, listed as they came to mind.
    graph Startup<'a>(log: &'a Log) {
        settings(log),
        logging(log),
        database(log),
        migration(log),
        web = service("web", log) after [migration, cache],
        cache = service("cache", log) after [logging],
        queue = service("queue", log) after [logging],
        workers = service("workers", log) after [queue, database],
    }

    /// The same services, listed backwards.
    graph Backwards<'a>(log: &'a Log) {
        workers = service("workers", log) after [queue, database],
        queue = service("queue", log) after [logging],
        cache = service("cache", log) after [logging],
        web = service("web", log) after [migration, cache],
        migration(log),
        database(log),
        logging(log),
        settings(log),
    }
}

fn main() -> Result<(), Error> {
    let table = Startup::TABLE;
    println!(
        "{} services on {} levels: {} s, one after the other {} s",
        table.len(),
        table.depth(),
        table.critical_path_length(),
        table.work()
    );
    for (level, services) in levels(table) {
        println!("  level {level}: {}", services.join(", "));
    }
    let chain: Vec<String> = table.critical_path().map(|service| service.name().to_string()).collect();
    println!("the longest chain: {}", chain.join(", "));

    let log = Log::default();
    Startup { log: &log }.run(&Serial)?;
    println!("started: {}", log.lines().join(", "));

    let log = Log::default();
    Backwards { log: &log }.run(&Serial)?;
    println!("listed backwards: {}", log.lines().join(", "));
    Ok(())
}

/// The names of the services by level: those of one level could start at once.
fn levels(table: &Table) -> BTreeMap<usize, Vec<String>> {
    let mut levels = BTreeMap::<usize, Vec<String>>::new();
    for service in table.tasks() {
        levels.entry(service.level()).or_default().push(service.name().to_string());
    }
    levels.values_mut().for_each(|services| services.sort());
    levels
}

#[cfg(test)]
mod tests {
    use dag_runtime::Rayon;

    use super::*;

    fn in_order(started: &[String]) -> bool {
        let position = |name: &str| started.iter().position(|other| other == name);
        let edges = [
            ("settings", "logging"),
            ("settings", "database"),
            ("logging", "database"),
            ("database", "migration"),
            ("migration", "web"),
            ("cache", "web"),
            ("logging", "cache"),
            ("logging", "queue"),
            ("queue", "workers"),
            ("database", "workers"),
        ];
        started.len() == 8 && edges.iter().all(|&(before, after)| position(before) < position(after))
    }

    #[test]
    fn services_start_after_what_they_wait_for() {
        for _ in 0..20 {
            let [one, other, parallel] = std::array::from_fn(|_| Log::default());
            Startup { log: &one }.run(&Serial).unwrap();
            Backwards { log: &other }.run(&Serial).unwrap();
            Backwards { log: &parallel }.run(&Rayon::new()).unwrap();
            for log in [one, other, parallel] {
                let started = log.lines();
                assert!(in_order(&started), "{started:?}");
            }
        }
    }

    #[test]
    fn the_levels_do_not_depend_on_the_listing() {
        let expected = [
            vec!["settings"],
            vec!["logging"],
            vec!["cache", "database", "queue"],
            vec!["migration", "workers"],
            vec!["web"],
        ];
        for table in [Startup::TABLE, Backwards::TABLE] {
            let levels: Vec<Vec<String>> = levels(table).into_values().collect();
            assert_eq!(levels, expected);
            assert_eq!((table.work(), table.critical_path_length(), table.depth()), (18, 12, 5));
        }
    }
}
