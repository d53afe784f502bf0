//! What the observer tells that looks for runs without progress.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::sleep;
use std::time::Duration;

use dag_runtime::{Rayon, Serial, Watchdog, dag, task};

const LIMIT: Duration = Duration::from_millis(1);

/// Sends what is written.
struct Channel(Sender<String>);

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nobody may listen any more.
        let _ = self.0.send(String::from_utf8(bytes.to_vec()).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the observer tells, and what the tasks wait for.
struct State {
    reports: Mutex<Receiver<String>>,
    /// The last report that a task has waited for.
    told: Mutex<Option<String>>,
}

impl State {
    fn new() -> (Watchdog, Self) {
        let (sender, receiver) = channel();
        let state = State { reports: Mutex::new(receiver), told: Mutex::default() };
        (Watchdog::new(LIMIT).to(Channel(sender)), state)
    }

    /// Waits for a report that contains all of these, and keeps it without times.
    fn wait_for(&self, parts: &[&str]) {
        let reports = self.reports.lock().unwrap();
        let report = reports.iter().find(|report| parts.iter().all(|part| report.contains(part))).unwrap();
        *self.told.lock().unwrap() = Some(without_times(&report));
    }

    fn told(&self) -> String {
        self.told.lock().unwrap().take().unwrap()
    }
}

/// A report in which each time is `T`.
fn without_times(report: &str) -> String {
    let line = |line: &str| {
        let mut words: Vec<&str> = Vec::new();
        for word in line.split(' ') {
            let is_unit = ["ms", "s", "ms,", "s,"].contains(&word);
            match words.last_mut() {
                Some(last) if is_unit && last.starts_with(|c: char| c.is_ascii_digit()) => {
                    *last = if word.ends_with(',') { "T," } else { "T" };
                }
                _ => words.push(word),
            }
        }
        words.join(" ")
    };
    report.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[task]
fn solve(state: &State, parts: &[&str]) {
    state.wait_for(parts);
}

#[task]
fn until_told(state: &State) {
    while state.told.lock().unwrap().is_none() {
        sleep(LIMIT);
    }
}

#[task]
fn quick() {}

#[task]
fn numbers() -> Vec<usize> {
    (0..10).collect()
}

dag! {
    graph Fit<'a>(state: &'a State, parts: &'a [&'a str]) {
        first = quick(),
        solve(state, parts) after [first],
        draw = quick(),
        report = quick() after [solve, draw],
        mail[i in 0..20] = quick() after [report],
    }

    graph Pair<'a>(state: &'a State, parts: &'a [&'a str]) {
        a = solve(state, parts),
        b = until_told(state),
    }

    graph Inner { quick }

    graph Outer<'a>(state: &'a State, watchdog: &'a Watchdog) { run(state, watchdog) }

    graph Elements<'a>(state: &'a State) { numbers, each_number = element(each &numbers, state) }
}

#[task]
fn run(state: &State, watchdog: &Watchdog) {
    Inner.run(&Serial.observe(watchdog)).unwrap();
    state.wait_for(&["running: `run`"]);
    // What happens in a run inside of it arms it again.
    Inner.run(&Serial.observe(watchdog)).unwrap();
    state.wait_for(&["running: `run`"]);
}

#[task]
fn element(number: &usize, state: &State) {
    if number.is_multiple_of(4) {
        state.wait_for(&["running: `each_number`"]);
    }
}

#[test]
fn a_hang_is_explained() {
    let (watchdog, state) = State::new();
    Fit { state: &state, parts: &["running: `solve`"] }.run(&Serial.observe(&watchdog)).unwrap();
    assert_eq!(
        state.told(),
        "no task of graph `Fit` has started or ended for T\n  running: `solve` for T\n  ready: `draw`\n  \
         waiting: `report` for `solve`; 20 more tasks"
    );
    // The next run is as good as any.
    Fit { state: &state, parts: &["running: `solve`"] }.run(&Serial.observe(&watchdog)).unwrap();
    assert!(state.told().contains("ready: `draw`"));
}

#[test]
fn each_worker_has_its_task() {
    let rayon = Rayon::with_threads(2).unwrap();
    let (watchdog, state) = State::new();
    let parts = ["`a` on worker ", ", `b` on worker "];
    Pair { state: &state, parts: &parts }.run(&rayon.observe(&watchdog)).unwrap();
    assert!(
        state
            .told()
            .starts_with("no task of graph `Pair` has started or ended for T\n  running: `a` on worker ")
    );
}

#[test]
fn a_run_inside_of_a_task_is_progress() {
    let (watchdog, state) = State::new();
    Outer { state: &state, watchdog: &watchdog }.run(&Serial.observe(&watchdog)).unwrap();
    assert_eq!(state.told(), "no task of graph `Outer` has started or ended for T\n  running: `run` for T");
}

#[test]
fn elements_are_progress() {
    for threads in [1, 2] {
        let (watchdog, state) = State::new();
        let rayon = Rayon::with_threads(threads).unwrap();
        // The elements 0, 4 and 8 wait for a report each.
        Elements { state: &state }.run(&rayon.observe(&watchdog)).unwrap();
        assert!(state.told().contains("  running: `each_number`"));
    }
}

/// Sends, and panics at first.
struct Explosive(Option<()>, Channel);

impl Write for Explosive {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.1.write(bytes);
        if self.0.take().is_some() {
            resume_unwind(Box::new("no ink"));
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::Error::other("no paper"))
    }
}

#[test]
fn a_panic_of_the_writer_is_ignored_and_its_thread_ends() {
    let (sender, receiver) = channel();
    let watchdog = Watchdog::new(Duration::ZERO).to(Explosive(Some(()), Channel(sender)));
    let state = State { reports: Mutex::new(receiver), told: Mutex::default() };
    Outer { state: &state, watchdog: &watchdog }.run(&Serial.observe(&watchdog)).unwrap();
    drop(watchdog);
    // The thread had the writer.
    let reports = state.reports.into_inner().unwrap();
    assert!(reports.iter().all(|report| report.starts_with("no task of graph ")));
}
