//! Tasks that run again, to be compared with what a store has.

use core::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::keep::{Folder, files, output};
use super::*;

/// The numbers of a text.
#[task]
fn numbers(text: &str) -> Result<Vec<f64>, core::num::ParseFloatError> {
    text.split(',').map(str::parse).collect()
}

/// A line of a text.
fn line(text: &str, k: usize) -> &str {
    text.lines().nth(k).unwrap_or_default()
}

/// How often tasks that are not pure were called.
static DRAWN: AtomicU32 = AtomicU32::new(0);

/// Not pure: another number each time.
#[task(depends = [numbers])]
fn drawn(numbers: &[f64], k: u32) -> f64 {
    numbers[0] + f64::from(DRAWN.fetch_add(1, Ordering::Relaxed) + k)
}

#[task]
fn pure(drawn: &[f64], scale: f64) -> usize {
    drawn.len() + scale as usize
}

/// Not pure, by elements.
#[task(depends = [numbers], each = numbers)]
fn counted(numbers: f64) -> f64 {
    numbers + f64::from(DRAWN.fetch_add(1, Ordering::Relaxed))
}

dag! {
    graph Drawing<'a>(text: &'a str) -> pure {
        numbers(text) keep,
        lots[k in 0..3] = drawn(k as u32) keep,
        counted keep,
        pure(&lots, 1.0) keep,
    }
}

#[derive(clap::Args)]
struct Text {
    text: String,
}

#[test]
fn tasks_that_are_not_pure_are_named() {
    let folder = Folder::new();
    let drawing = |arguments: &[&str]| {
        let (mut out, mut err) = (vec![], vec![]);
        let run = |inputs: Text, executor: &CliExecutor| Ok(Drawing { text: &inputs.text }.run(executor)?);
        let path = folder.path();
        let all = [&["drawing"], arguments, &["--store", &path]].concat();
        let code = start(Drawing::TABLE, run, all.iter().map(OsString::from), &mut out, &mut err);
        output(code, out, err)
    };
    assert_eq!(drawing(&["run", "1,2"]).0, 0);
    let before = files(&folder);
    let (code, out, err) = drawing(&["store", "verify", "1,2", "--rerun", "100%", "--backend", "serial"]);
    assert_eq!((code, &*err), (1, "error: 4 outputs of tasks that are not pure\n"));
    assert_eq!(line(&out, 0), "6 of 6 outputs made again");
    assert!(line(&out, 1).starts_with("not pure: Drawing::counted: 16 B that differ from the 16 B"), "{out}");
    for k in 0..3 {
        let told =
            format!("not pure: Drawing::lots[{k}]: 8 B that differ from the 8 B in the store, written ");
        assert!(line(&out, k + 2).starts_with(&told), "{out}");
    }
    assert_eq!(out.lines().count(), 5);
    assert_eq!(files(&folder), before, "nothing is written");
    let (code, out, _) = drawing(&["store", "verify", "--rerun", "100%", "1,2", "--json", "--threads", "2"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &json["entries"], &json["different"][2]["task"]),
        (1, &6.into(), &"Drawing::lots[1]".into())
    );
    // A part, the same each time.
    let part = |seed: &str| {
        drawing(&["store", "verify", "--rerun", "1%", "1,2", "--seed", seed, "--backend", "serial"])
    };
    let all: Vec<_> = (0..20).map(|seed| part(&seed.to_string())).collect();
    assert!(all.iter().all(|(_, out, _)| line(out, 0) == "1 of 6 outputs made again"));
    assert!(all.iter().any(|(code, ..)| *code == 0) && all.iter().any(|(code, ..)| *code == 1));
    assert_eq!(part("7").0, all[7].0);
    // Inputs for which nothing is there.
    let (code, out, err) = drawing(&["store", "verify", "--rerun", "5%", "3", "--backend", "serial"]);
    assert_eq!((code, &*out, &*err), (0, "0 of 0 outputs made again\n", ""));
    // A task that fails now.
    let (code, _, err) = drawing(&["store", "verify", "--rerun", "5%"]);
    assert_eq!((code, &*err), (2, ""));
}

/// Whether `square` fails.
static FAILS: AtomicU32 = AtomicU32::new(0);

#[task]
fn square(i: usize) -> Result<usize, String> {
    match FAILS.load(Ordering::Relaxed) {
        0 => Ok(i * i),
        _ => Err("no square today".into()),
    }
}

#[task]
fn total(squares: &[usize]) -> usize {
    squares.iter().sum()
}

dag! { graph Squares[n] -> total { x[i in 0..n] = square(i) keep, total(&x) keep } }

#[test]
fn graphs_with_sizes_are_run_again() {
    let folder = Folder::new();
    let squares = |arguments: &[&str]| {
        let (mut out, mut err) = (vec![], vec![]);
        let run = |[n]: [usize; 1], (): (), executor: &CliExecutor| Ok(Squares { n }.run(executor)?);
        let path = folder.path();
        let all = [&["squares"], arguments, &["--store", &path]].concat();
        let code = start_sized(Squares::SIZES, run, all.iter().map(OsString::from), &mut out, &mut err);
        output(code, out, err)
    };
    assert_eq!(squares(&["run", "--n", "4", "--backend", "serial"]).1, "14\n");
    // Without sizes, since the graph is not needed.
    let (code, out, _) = squares(&["store", "verify"]);
    assert!(
        code == 0 && out.starts_with("5 outputs, ") && out.ends_with(": as they were written\n"),
        "{out}"
    );
    assert_eq!(squares(&["store", "list"]).1.lines().count(), 7);
    let rerun = ["store", "verify", "--rerun", "100%", "--backend", "serial"];
    let (code, out, err) = squares(&rerun);
    let missing = "error: the size `n` is missing: add `--size n=N`\n";
    assert_eq!((code, &*out, &*err), (2, "", missing));
    let rerun = [&rerun[..], &["--n", "4"]].concat();
    assert_eq!(squares(&rerun), (0, "5 of 5 outputs made again\n".into(), String::new()));
    assert_eq!(squares(&["why", "x[2]", "--n", "2"]).0, 2);
    let (code, out, _) = squares(&["why", "total", "--n", "3"]);
    assert_eq!((code, &*out), (0, "total: runs: dependency `x` differs\n"));
    // Tasks that fail now are told of, too.
    FAILS.store(1, Ordering::Relaxed);
    let (code, out, err) = squares(&rerun);
    assert_eq!((code, &*out), (1, "0 of 5 outputs made again\n"));
    let failed = "error: task `x[0]` of graph `Squares` failed: no square today\n";
    assert!(err.starts_with(failed) && err.contains("error: task `x[3]` "), "{err}");
}
