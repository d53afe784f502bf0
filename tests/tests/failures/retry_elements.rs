//! Elements of tasks with `retry`, each of which has attempts of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dag_runtime::{Executor, Serial, Stop, dag, task};
use dag_tests::Everywhere;

use crate::log::Log;

#[task]
fn fails(fails: &[u32]) -> Vec<u32> {
    fails.to_vec()
}

#[task(depends = [fails], each = fails, retry = 2)]
fn borrowed(fails: &u32, attempts: &Attempts) -> Result<u32, String> {
    attempts.of(*fails)
}

#[task(depends = [fails], each = fails, retry = 2, catch)]
fn copied(fails: u32, attempts: &Attempts) -> Result<u32, String> {
    attempts.of(fails)
}

#[task(retry = 2)]
fn argument(fails: u32, attempts: &Attempts) -> Result<u32, String> {
    attempts.of(fails)
}

/// Counts the attempts of elements. An element is how often it fails and, times 10, its number.
#[derive(Debug)]
struct Attempts(Vec<AtomicU32>);

impl Attempts {
    fn new(count: usize) -> Self {
        Attempts((0..count).map(|_| AtomicU32::new(0)).collect())
    }

    fn of(&self, element: u32) -> Result<u32, String> {
        let attempt = self.0[element as usize / 10].fetch_add(1, Ordering::Relaxed);
        if attempt < element % 10 { Err(format!("attempt {attempt}")) } else { Ok(attempt) }
    }
}

dag! {
    graph Elements<'a>(list: &'a [u32], a: Attempts, b: Attempts, c: Attempts) -> (borrowed, copied, lent) {
        fails(list),
        borrowed(&a),
        copied(&b),
        lent = argument(each fails, &c),
    }
}

impl<'a> Elements<'a> {
    fn new(list: &'a [u32]) -> Self {
        let attempts = || Attempts::new(list.len());
        Elements { list, a: attempts(), b: attempts(), c: attempts() }
    }
}

#[test]
fn elements_are_called_again() {
    for count in [1, 5, 600] {
        let list: Vec<u32> = (0..count).map(|k| 10 * k + k % 3).collect();
        let expected: Vec<u32> = (0..count).map(|k| k % 3).collect();
        Everywhere::new().agree(|executor| {
            let (borrowed, copied, lent) = Elements::new(&list).run(executor).unwrap();
            assert_eq!((&borrowed, &lent), (&expected, &expected));
            assert!(copied.into_iter().map(Result::unwrap).eq(expected.iter().copied()));
        });
    }
}

#[test]
fn elements_that_fail_too_often_fail() {
    let list = [1, 13, 22, 33];
    let log = Log::default();
    Everywhere::observed_by(&log).keep_going(true).agree(|executor: &dyn Executor<Elements<'_>>| {
        let error = Elements::new(&list).run(executor).unwrap_err();
        let failures: Vec<_> = error.failures().map(|(task, error)| format!("{task}: {error}")).collect();
        let expected =
            ["borrowed[1]: attempt 2", "borrowed[3]: attempt 2", "lent[1]: attempt 2", "lent[3]: attempt 2"];
        assert_eq!(failures, expected);
        let lines = log.take();
        assert_eq!(lines[0], "2 finished, 2 failed, 0 skipped, 2 caught");
        for task in ["borrowed", "copied", "lent"] {
            let retried = |line: &&String| line.starts_with(task) && line.contains("] attempt ");
            let retried: Vec<_> = lines.iter().filter(retried).cloned().collect();
            let expected = ["0] attempt 1: attempt 0", "1] attempt 1: attempt 0", "1] attempt 2: attempt 1"];
            assert_eq!(retried[..3], expected.map(|line| format!("{task}[{line}")));
            assert_eq!(retried.len(), 7);
        }
        let caught = ["copied[1] caught: attempt 2", "copied[3] caught: attempt 2"];
        assert!(caught.iter().all(|line| lines.iter().any(|other| other == line)));
    });
}

/// An element whose drop panics after its attempts have ended does not keep the error of the task from being dropped.
#[test]
fn the_error_is_dropped_where_the_drop_of_its_element_panics() {
    let stop = Stop::new();
    let alive = Arc::new(());
    let first = Fragile { alive: Arc::clone(&alive), panics: true };
    let graph = Spent { list: vec![first], stop: stop.clone() };
    graph.run(&Serial.stop_when(&stop)).unwrap_err();
    assert_eq!(Arc::strong_count(&alive), 1);
}

/// Its clones do not panic.
#[derive(Debug)]
struct Fragile {
    alive: Arc<()>,
    panics: bool,
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        Fragile { alive: Arc::clone(&self.alive), panics: false }
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        assert!(!self.panics, "the drop panics");
    }
}

impl std::fmt::Display for Fragile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fragile")
    }
}

impl std::error::Error for Fragile {}

#[task]
fn fragile(list: Vec<Fragile>) -> Vec<Fragile> {
    list
}

#[task(retry = 1)]
fn spend(one: Fragile, stop: &Stop) -> Result<(), Fragile> {
    stop.stop();
    Err(Fragile { alive: Arc::clone(&one.alive), panics: false })
}

dag! {
    graph Spent(list: Vec<Fragile>, stop: Stop) {
        fragile(list),
        spend(each fragile, &stop),
    }
}
