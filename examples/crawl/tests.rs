//! Whole crawls, and what the database refuses.

use std::fs;

use dag_runtime::Auto;
use rusqlite::TransactionBehavior::Immediate;
use tempfile::tempdir;

use super::*;

fn executors() -> [Auto; 4] {
    let rayon = |threads| Auto::named("rayon", Some(threads)).unwrap();
    [Auto::named("serial", None).unwrap(), rayon(1), rayon(2), rayon(4)]
}

/// A task that found no connection, or another one writing, would fail.
#[test]
fn never_more_connections_are_open_than_the_graph_says() {
    let temporary = tempdir().unwrap();
    let folder = temporary.path().join("files");
    fs::create_dir_all(folder.join("deeper")).unwrap();
    fs::write(folder.join("deeper/1.txt"), "another file of this name").unwrap();
    for number in 0..40 {
        let text = format!("file {} of many", ["one", "two", "three"][number % 3]);
        fs::write(folder.join(format!("{number}.txt")), text).unwrap();
        fs::write(folder.join(format!("{number}.csv")), format!("a,b\n{number},-{number}\n")).unwrap();
    }
    let expected = plain::crawl(&folder).unwrap();
    for executor in executors() {
        for max in 1..=4 {
            let path = temporary.path().join("crawl.sqlite");
            let database = Database::create(&path, max).unwrap();
            let report = Crawl { folder: &folder, database: &database, max }.run(&executor).unwrap();
            assert_eq!(report, expected);
            assert!((1..=max).contains(&database.open()), "{} of {max}", database.open());
        }
    }
}

#[test]
fn the_program_checks_itself() {
    for (connections, threads) in [(1, 1), (2, 4)] {
        let options = Options { folder: DATA.into(), connections, threads, database: None };
        let text = run(&options).unwrap();
        assert!(text.ends_with("plain code finds the same"), "{text}");
    }
}

#[test]
fn a_database_without_connections_is_of_no_use() {
    let options = Options { folder: DATA.into(), connections: 0, threads: 1, database: None };
    assert_eq!(run(&options).unwrap_err().to_string(), "all 0 connections are in use");
    let temporary = tempdir().unwrap();
    let database = Database::create(&temporary.path().join("crawl.sqlite"), 1).unwrap();
    for executor in executors() {
        let error =
            Crawl { folder: Path::new(DATA), database: &database, max: 0 }.run(&executor).unwrap_err();
        let text =
            "graph `Crawl` cannot run: task `words` takes 1 unit of limit `connections`, and there are 0";
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn nobody_waits_for_a_connection_nor_for_a_writer() {
    let temporary = tempdir().unwrap();
    let database = Database::create(&temporary.path().join("crawl.sqlite"), 2).unwrap();
    let mut first = database.connect().unwrap();
    let mut second = database.connect().unwrap();
    let refused = database.connect().err().unwrap();
    assert_eq!(refused.to_string(), "all 2 connections are in use");
    let transaction = first.transaction_with_behavior(Immediate).unwrap();
    let locked = second.transaction_with_behavior(Immediate).unwrap_err();
    assert_eq!(locked.to_string(), "database is locked");
    drop(transaction);
    drop((first, second));
    assert!(database.connect().is_ok());
    assert_eq!(database.open(), 2);
}

#[test]
fn a_file_that_is_no_text_is_read_as_far_as_it_is() {
    let temporary = tempdir().unwrap();
    let file = temporary.path().join("x.csv");
    fs::write(&file, b"# \xb0C\nday,low,high\nMon,1,2.5\nTue,T\nWed,-3,inf,9\n").unwrap();
    let columns = measure(&file, temporary.path()).unwrap().columns;
    let found: Vec<_> =
        columns.iter().map(|column| (&*column.name, column.numbers, column.lowest, column.highest)).collect();
    assert_eq!(found, [("low", 2, -3.0, 1.0), ("high", 1, 2.5, 2.5)]);
    fs::write(&file, "").unwrap();
    assert_eq!(measure(&file, temporary.path()).unwrap().columns, []);
    let error = count_words(&temporary.path().join("y.txt"), temporary.path()).unwrap_err().to_string();
    assert!(error.contains("y.txt: "), "{error}");
}
