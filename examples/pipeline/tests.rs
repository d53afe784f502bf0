//! What a change costs.

use std::fs;
use std::path::PathBuf;

use dag_examples::order;
use dag_runtime::{Auto, Recorder, Serial, Store};

use super::*;

/// Fewer samples than usual.
pub(super) const BATCHES: usize = 16;

pub(super) fn options() -> Options {
    Options { input: STRIKES.into(), ridge: 1.0, rounds: 25, draw: 1 }
}

/// A folder for a store, and a copy of the file.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(STRIKES, folder.path().join("strikes.csv")).unwrap();
        Folder(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("strikes.csv")
    }

    /// What runs, by the alphabet, and how many years are parsed.
    fn runs(&self, batches: usize, options: Options) -> (Vec<String>, usize) {
        let store = Store::open(self.0.path().join("store")).unwrap();
        let years = || store.list().iter().filter(|entry| entry.label.starts_with("Strikes::parse[")).count();
        let (before, recorder) = (years(), Recorder::new());
        let executor = Auto::named("rayon", Some(2)).unwrap().store(&store).observe(&recorder);
        run(batches, &Options { input: self.file(), ..options }, &executor).unwrap();
        let mut ran = order(&recorder);
        ran.sort();
        (ran, years() - before)
    }
}

/// The members of a family.
fn members(name: &str, range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|member| format!("{name}[{member}]")).collect()
}

#[test]
fn a_change_costs_what_depends_on_it() {
    let folder = Folder::new();
    let all = |without: &[&str]| {
        let single = ["clean", "counts", "design", "fit", "parse", "read", "report", "species"];
        let single = single.iter().filter(|name| !without.contains(name)).map(|&name| name.to_owned());
        let mut all: Vec<String> =
            single.chain(members("area", 0..FOLDS)).chain(members("sample", 0..2)).collect();
        all.sort();
        all
    };
    // The file has the rows of 13 years.
    assert_eq!(folder.runs(2, options()), (all(&[]), 13));
    assert_eq!(folder.runs(2, options()), (vec!["report".to_owned()], 0));

    // More samples: only these are drawn.
    let more: Vec<String> = ["clean", "design", "report", "sample[2]", "sample[3]"].map(str::to_owned).into();
    assert_eq!(folder.runs(4, options()), (more, 0));

    // Another parameter: the rows are known.
    let other = Options { ridge: 2.0, ..options() };
    assert_eq!(folder.runs(2, other), (all(&["counts", "parse", "read", "species"]), 0));

    // A parameter that does not count.
    let rounds = Options { rounds: 30, ..options() };
    assert_eq!(folder.runs(2, rounds), (vec!["report".to_owned()], 0));

    // One row more: its year is parsed.
    let mut text = fs::read_to_string(STRIKES).unwrap();
    let last = text.lines().last().unwrap().replace("-07-", "-08-");
    text = format!("{text}\n{last}");
    fs::write(folder.file(), text).unwrap();
    assert_eq!(folder.runs(2, options()), (all(&[]), 1));
}

#[test]
fn every_backend_says_the_same() {
    let expected = run(3, &options(), &Serial).unwrap();
    assert!(
        expected.starts_with("9961 strikes, 1990-01-08 to 2002-07-25: 10.5 % with damage\n"),
        "{expected}"
    );
    for threads in [1, 2, 4] {
        assert_eq!(run(3, &options(), &Auto::named("rayon", Some(threads)).unwrap()).unwrap(), expected);
    }
}

#[test]
fn another_file_is_named() {
    let input = concat!(env!("CARGO_MANIFEST_DIR"), "/data/iris.csv");
    let error = run(1, &Options { input: input.into(), ..options() }, &Serial).unwrap_err().to_string();
    assert!(error.starts_with("task `read` of graph `Strikes` failed: `"), "{error}");
    assert!(error.contains("iris.csv` does not begin with `Airport Name,"), "{error}");
}

#[test]
fn too_few_rounds_fail_and_are_not_kept() {
    let folder = Folder::new();
    let store = Store::open(folder.0.path().join("store")).unwrap();
    let few = Options { rounds: 1, ..options() };
    let error = run(1, &few, &Serial.store(&store)).unwrap_err().to_string();
    assert!(error.ends_with("the coefficients still change after 1 rounds"), "{error}");
    assert!(run(1, &options(), &Serial.store(&store)).is_ok());
}

/// What the guide shows of this program is what it is.
#[test]
fn the_guide_quotes_this_program() {
    let guide = include_str!("../../dag-runtime/docs/guide/keep.md");
    let (_, quoted) = guide.split_once("```text\ndag! {\n").unwrap();
    let (graph, _) = quoted.split_once("```").unwrap();
    assert!(include_str!("main.rs").contains(&format!("dag! {{\n{graph}")), "the guide has\n{graph}");
}
