//! Runs with many failures, on several ranks.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;

use dag_runtime::{Error, Failure, Mpi, Observer, RunSummary, Serial, TaskEvent, dag, task};

use super::each_way;
use super::failures::agree;

#[task]
fn numbers(count: usize) -> Vec<usize> {
    (0..count).collect()
}

/// A text of several lines, with a cause.
#[derive(Debug)]
struct Wrong(usize, std::num::ParseIntError);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}\n  is wrong", self.0)
    }
}

impl std::error::Error for Wrong {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.1)
    }
}

#[task]
fn parse(number: &usize, panics: bool) -> Result<usize, Wrong> {
    if panics {
        // A panic that prints nothing.
        std::panic::resume_unwind(Box::new(format!("at\n  line {number}")));
    }
    Err(Wrong(*number, "x".parse::<usize>().unwrap_err()))
}

dag! {
    /// The same on three ranks.
    graph Parts(count: usize, panics: bool) {
        n[p in 0..3] = numbers(count) on p,
        part[p in 0..3] = parse(each &n[p], panics) on p,
    }
}

#[task]
fn member(_number: usize) -> Result<usize, &'static str> {
    Err("no member")
}

dag! { graph Members { one[m in 0..3000] = member(m) } }

/// All failures and their texts, with those of sources and how many more there are.
fn text(error: &Error) -> String {
    let mut text = format!("{error}\n{} more\n", error.more_failures());
    for (task, failure) in error.failures() {
        let _ = write!(text, "{task}: {failure}");
        let mut source = failure.source();
        while let Some(error) = source {
            let _ = write!(text, ": {error}");
            source = error.source();
        }
        text.push('\n');
    }
    text
}

/// The tasks that have failed, and their number by the end of the run.
#[derive(Default)]
struct Failed(Mutex<(BTreeSet<String>, usize)>);

impl Observer for Failed {
    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.0.lock().unwrap().0.insert(event.task.name().to_string());
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        self.0.lock().unwrap().1 = run.failed;
    }
}

/// Runs a graph and checks the first of its failures, how many there are, and that all ranks say the same.
fn check(mpi: &Mpi, run: impl Fn(Option<&Mpi>) -> Result<(), Error>) {
    let serial = run(None).unwrap_err();
    let error = run(Some(mpi)).unwrap_err();
    let all = serial.failures().len();
    assert_eq!((error.failures().len(), error.more_failures()), (all.min(1000), all.saturating_sub(1000)));
    for ((task, failure), (expected, original)) in error.failures().zip(serial.failures()) {
        assert_eq!((task, failure.to_string()), (expected, original.to_string()));
        let source = |error: &dyn std::error::Error| error.source().map(ToString::to_string);
        assert_eq!(source(failure), source(original));
    }
    assert_eq!(error.task(), serial.task());
    agree(mpi, &text(&error));
}

/// The first 1,000 failures are those of a run on one thread, and all ranks return the same.
pub fn many(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        let mpi = mpi.keep_going();
        for (count, panics) in [(1000, false), (300, true), (334, false), (20, false)] {
            check(&mpi, |mpi| match mpi {
                Some(mpi) => Parts { count, panics }.run(mpi),
                None => Parts { count, panics }.run(&Serial.keep_going()),
            });
        }
        check(&mpi, |mpi| match mpi {
            Some(mpi) => Members.run(mpi),
            None => Members.run(&Serial.keep_going()),
        });
        // Observers hear of all tasks, also of those whose errors are not sent.
        let failed = Failed::default();
        Members.run(&mpi.clone().observe(&failed)).unwrap_err();
        let (tasks, ended) = failed.0.into_inner().unwrap();
        assert_eq!(ended, 3000);
        if mpi.rank() == 0 {
            assert_eq!(tasks.len(), 3000);
        }
    });
}
