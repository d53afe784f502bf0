//! The whole program, on both executors, on the archive as it is and on worse ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dag_runtime::{Auto, Error, Monitor, Recorder, Serial, TaskState};

use crate::store::Archive;
use crate::{MONTHS, Year, run};

/// Both executors, of which each runs all that it can.
fn executors() -> [Auto; 3] {
    [("serial", None), ("rayon", Some(1)), ("rayon", Some(4))]
        .map(|(backend, threads)| Auto::named(backend, threads).unwrap().keep_going())
}

/// What is printed of an archive, without the message of the operating system on a file that is not there.
fn printed(archive: &Archive, executor: &Auto<impl Monitor + Sync>) -> (Vec<String>, Option<Error>) {
    let (text, error) = run(archive, executor);
    let lines = text.lines().map(|line| line.split("No such file").next().unwrap_or_default().to_owned());
    (lines.collect(), error)
}

/// A copy of some files of the archive, for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str, index: &[&str], files: &[&str]) -> Self {
        let dir = std::env::temp_dir().join(format!("dag-archive-{}-{test}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("index.txt"), index.join("\n")).unwrap();
        for file in files {
            fs::copy(Path::new(MONTHS).join(file), dir.join(file)).unwrap();
        }
        Folder(dir)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const LETTER: [&str; 5] = [
    "please send these files again:",
    "  2015-03.csv: line 18: 2 columns instead of 6",
    "  2015-05.csv: line 10: precipitation `T` is not a number",
    "  2015-08.csv: not text in UTF-8",
    "  2015-11.csv: ",
];

#[test]
fn broken_files_do_not_cost_the_others() {
    for executor in executors() {
        let (lines, error) = printed(&Archive::new(MONTHS, 2), &executor);
        assert!(error.is_none());
        assert_eq!(lines[0], "8 months of the year, with 715 mm of rain");
        assert!(lines[1].starts_with("°C above the usual, by month: 1: +2.4, 2: +3.1, "), "{}", lines[1]);
        assert_eq!(lines[2..], LETTER);
    }
}

#[test]
fn requests_that_are_refused_are_made_again() {
    for executor in executors() {
        let recorder = Recorder::new();
        let executor = executor.observe(&recorder);
        let (_, error) = printed(&Archive::new(MONTHS, 2), &executor);
        assert!(error.is_none());
        let recording = recorder.recording().unwrap();
        assert_eq!(recording.attempts().len(), 2);
        let month = Year::TABLE.find("month").unwrap();
        assert_eq!(recording.caught(month).unwrap().count, 4);
    }
}

#[test]
fn what_does_not_need_the_normals_is_there_without_them() {
    let index = ["2015-01.csv", "2015-02.csv", "2015-04.csv", "2015-06.csv", "2015-07.csv", "2015-09.csv"];
    let folder = Folder::new("normals", &index, &index);
    for executor in executors() {
        let (lines, error) = printed(&Archive::new(&folder.0, 0), &executor);
        let expected = [
            "6 months of the year, with 308 mm of rain",
            "failed: normals: normals.csv: ",
            "skipped: comparison",
        ];
        assert_eq!(lines, expected);
        assert_eq!(error.unwrap().task(), Some("normals"));
    }
}

#[test]
fn what_is_not_wanted_is_no_failure() {
    let index = ["2015-01.csv", "2015-02.csv"];
    let folder = Folder::new("unwanted", &index, &["2015-01.csv", "2015-02.csv", "normals.csv"]);
    for executor in executors() {
        let recorder = Recorder::new();
        let (lines, error) = printed(&Archive::new(&folder.0, 0), &executor.observe(&recorder));
        assert!(error.is_none());
        assert_eq!(lines, ["2 months of the year, with 227 mm of rain"]);
        let recording = recorder.recording().unwrap();
        for name in ["letter", "comparison"] {
            assert_eq!(
                recording.state(Year::TABLE.find(name).unwrap()),
                Some(TaskState::NotWanted),
                "{name}"
            );
        }
    }
}

#[test]
fn all_failures_are_told() {
    let folder = Folder::new("nothing", &["2015-03.csv"], &["2015-03.csv"]);
    for executor in executors() {
        let (lines, error) = printed(&Archive::new(&folder.0, 0), &executor);
        let expected = [
            LETTER[0],
            LETTER[1],
            "failed: months: no month can be read",
            "failed: normals: normals.csv: ",
            "skipped: comparison",
        ];
        assert_eq!(lines, expected);
        assert_eq!(error.unwrap().failures().len(), 2);
    }
}

#[test]
fn a_slow_archive_meets_the_deadline() {
    const DEADLINE: Duration = Duration::from_millis(500);
    for executor in executors() {
        let archive = Archive::new(MONTHS, 0).slow(DEADLINE);
        let (lines, error) = printed(&archive, &executor.deadline(DEADLINE));
        let error = error.unwrap();
        assert!(error.is_stopped() && error.skipped().any(|name| name == "letter"), "{error}");
        assert!(error.running().iter().any(|task| task.name() == "index"), "{error}");
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].starts_with("stopped: graph `Year` was stopped at its deadline of 500 ms: "),
            "{}",
            lines[0]
        );
        assert!(lines[1].starts_with("skipped: fetch, "), "{}", lines[1]);
    }
    let (lines, _) = run(&Archive::new(MONTHS, 0), &Serial.deadline(Duration::ZERO));
    assert!(
        lines.contains("\nskipped: index, fetch, month, months, broken, letter, normals, comparison"),
        "{lines}"
    );
}

/// What the guide shows of this program is what it is, but for indentation.
#[test]
fn the_guide_quotes_this_program() {
    let guide = include_str!("../../dag-runtime/docs/guide/failures.md");
    let flush = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let program = [include_str!("main.rs"), include_str!("files.rs"), include_str!("store.rs")].map(flush);
    let block = guide.split("```").nth(1).unwrap();
    let visible: Vec<&str> = block.lines().skip(1).filter(|line| !line.starts_with("# ")).collect();
    let shown = flush(&visible.join("\n"));
    let items: Vec<&str> = shown.split("\n\n").filter(|item| !item.is_empty()).collect();
    assert!(items.len() >= 8, "{items:?}");
    for item in items {
        assert!(program.iter().any(|file| file.contains(item.trim())), "the guide has\n{item}");
    }
}
