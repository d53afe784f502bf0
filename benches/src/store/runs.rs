//! What hits, writes and keys cost.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use dag_runtime::{Serial, Store, dag, task};

use crate::Result;
use crate::measure::{Contender, Sample, run_rounds, timed};

/// How many outputs there are in a run.
pub(super) const OUTPUTS: usize = 1_000;
/// How long each is, in bytes.
pub(super) const BYTES: usize = 100;
/// How many members have a key.
pub(super) const MEMBERS: usize = ROWS * COLUMNS;
const ROWS: usize = 1_000;
const COLUMNS: usize = 100;
/// How many numbers are in the large output: 256 MiB.
const NUMBERS: usize = 32 << 20;

#[task]
fn text(i: usize, seed: u64) -> String {
    let mut text = format!("{seed} {i} ");
    text.extend(std::iter::repeat_n('x', BYTES.saturating_sub(text.len())));
    text
}

#[task]
fn lengths(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

#[task]
fn step(before: f64, x: usize) -> f64 {
    before + x as f64
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

/// When the numbers of a run were there.
static MADE: Mutex<Option<Instant>> = Mutex::new(None);

fn mark() {
    *MADE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn marked() -> Instant {
    MADE.lock().unwrap_or_else(PoisonError::into_inner).take().expect("a task has marked it")
}

#[task]
fn numbers(seed: u64) -> Vec<f64> {
    let numbers = content(seed);
    mark();
    numbers
}

#[task(depends = [numbers])]
fn middle(numbers: &[f64]) -> f64 {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    // Where the numbers were found.
    made.get_or_insert_with(Instant::now);
    numbers[numbers.len() / 2]
}

dag! {
    graph Small(seed: u64) -> lengths {
        text[i in 0..OUTPUTS] = text(i, seed) keep,
        lengths(&text),
    }

    graph Members -> total {
        cell[t in 0..ROWS, x in 0..COLUMNS] = step(if t > 0 { cell[t - 1, x] } else { 0.0 }, x),
        total(&cell[ROWS - 1, ..]) keep,
    }

    graph Large256(seed: u64) -> middle {
        numbers(seed) keep,
        middle,
    }
}

fn content(seed: u64) -> Vec<f64> {
    (0..NUMBERS).map(|i| (i as u64 ^ seed) as f64).collect()
}

/// Seconds for each run of what is compared.
pub(super) struct Seconds {
    pub(super) none: f64,
    pub(super) hits: f64,
    pub(super) opened: f64,
    pub(super) writes: f64,
    pub(super) keys: f64,
}

/// Runs of many small outputs, and of many members, in turns.
pub(super) fn small(rounds: usize, folder: &Path) -> Result<Seconds> {
    // What is written all the time has a folder of its own.
    let path = folder.join("hits");
    let (store, written) = (Store::open(&path)?, Store::open(folder.join("writes"))?);
    let (hits, writes, keys) = (store.clone(), written.clone(), store.clone());
    assert_eq!(Small { seed: 0 }.run(&Serial.store(&store))?, OUTPUTS * BYTES);
    let of_members = Members.run(&Serial.store(&store))?;
    let mut seed = 0;
    let mut contenders = [
        Contender::new("none", timed(|times| (0..times).for_each(|_| run(&Serial, 0)))),
        Contender::new("hits", timed(move |times| (0..times).for_each(|_| run(&Serial.store(&hits), 0)))),
        Contender::new(
            "opened",
            timed(move |times| {
                for _ in 0..times {
                    run(&Serial.store(&Store::open(&path).expect("it is there")), 0);
                }
            }),
        ),
        Contender::new(
            "writes",
            timed(move |times| {
                for _ in 0..times {
                    seed += 1;
                    run(&Serial.store(&writes), seed);
                }
            }),
        ),
        Contender::new(
            "keys",
            timed(move |times| {
                for _ in 0..times {
                    let found = Members.run(&Serial.store(&keys));
                    assert_eq!(found.expect("no task fails"), of_members);
                }
            }),
        ),
    ];
    run_rounds(&mut contenders, rounds, Sample::Short);
    let [none, hits, opened, writes, keys] = contenders.map(|contender| contender.median());
    match [store.warnings(), written.warnings()].concat().first() {
        None => Ok(Seconds { none, hits, opened, writes, keys }),
        Some(warning) => Err(warning.as_str().into()),
    }
}

/// Runs the graph of small outputs.
fn run(executor: &impl dag_runtime::Executor<Small>, seed: u64) {
    assert_eq!(Small { seed }.run(executor).expect("no task fails"), OUTPUTS * BYTES);
}

/// Seconds for writing and for reading 256 MiB.
#[derive(Clone, Copy)]
pub(super) struct Large {
    pub(super) written: f64,
    pub(super) read: f64,
}

/// Keeps the large output, and finds it again.
pub(super) fn large(seed: u64, folder: &Path) -> Result<Large> {
    let expected = content(seed)[NUMBERS / 2];
    let path = folder.join("large");
    // Of each run, the time that does not belong to a task.
    let run = |until_mark: bool| -> Result<f64> {
        let store = Store::open(&path)?;
        let start = Instant::now();
        assert_eq!(Large256 { seed }.run(&Serial.store(&store))?, expected);
        let end = Instant::now();
        if let Some(warning) = store.warnings().first() {
            return Err(warning.as_str().into());
        }
        let mark = marked();
        Ok(if until_mark { mark - start } else { end - mark }.as_secs_f64())
    };
    let (written, read) = (run(false)?, run(true)?);
    fs::remove_dir_all(&path)?;
    Ok(Large { written, read })
}

/// The same bytes by hand: written to a file, with `sync_all`, and read, each with their hash.
pub(super) fn by_hand(seed: u64, folder: &Path) -> Result<Large> {
    let (numbers, path) = (content(seed), folder.join("by-hand"));
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let start = Instant::now();
    let hash = blake3::hash(&bytes);
    let mut file = File::create(&path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let written = start.elapsed().as_secs_f64();
    drop((file, bytes));
    let start = Instant::now();
    let bytes = black_box(fs::read(&path)?);
    assert_eq!(blake3::hash(&bytes), hash);
    let read = start.elapsed().as_secs_f64();
    fs::remove_file(&path)?;
    Ok(Large { written, read })
}
