//! What observers are told.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dag_runtime::{Failure, Mpi, Observer, RunEvent, RunSummary, TaskEvent, dag, task};

use super::each_way;

struct Log {
    /// Before the run.
    since: Instant,
    /// For each task, by kind of event, the ranks.
    events: Mutex<BTreeMap<(String, &'static str), Vec<usize>>>,
    runs: Mutex<Vec<&'static str>>,
    latest: Mutex<Duration>,
}

impl Log {
    fn new() -> Self {
        Log {
            since: Instant::now(),
            events: Mutex::default(),
            runs: Mutex::default(),
            latest: Mutex::default(),
        }
    }

    fn add(&self, event: &TaskEvent<'_>, kind: &'static str) {
        let key = (event.task.name().to_string(), kind);
        self.events.lock().unwrap().entry(key).or_default().push(event.rank);
        let mut latest = self.latest.lock().unwrap();
        *latest = (*latest).max(event.at);
    }

    /// The rank of the only event of this kind of a task.
    fn rank(&self, task: &str, kind: &'static str) -> Option<usize> {
        let events = self.events.lock().unwrap();
        let ranks = events.get(&(task.to_owned(), kind))?;
        assert_eq!(ranks.len(), 1, "`{task}` {kind}");
        Some(ranks[0])
    }
}

impl Observer for Log {
    fn run_started(&self, _: &RunEvent<'_>) {
        self.runs.lock().unwrap().push("started");
    }
    fn started(&self, event: &TaskEvent<'_>) {
        self.add(event, "started");
    }
    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.add(event, "finished");
    }
    fn sent(&self, event: &TaskEvent<'_>, to: usize, bytes: u64) {
        assert_ne!(event.rank, to);
        assert_eq!(bytes, 8);
        self.add(event, "sent");
    }
    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.add(event, "failed");
    }
    fn skipped(&self, event: &TaskEvent<'_>) {
        self.add(event, "skipped");
    }
    fn run_ended(&self, run: &RunSummary<'_>) {
        self.runs.lock().unwrap().push("ended");
        // Each rank counts from its own start, and none starts before this one has come.
        assert!(*self.latest.lock().unwrap() <= self.since.elapsed() && run.elapsed <= self.since.elapsed());
    }
}

#[task]
fn leaf(fails: bool) -> Result<u64, String> {
    if fails { Err("told to".into()) } else { Ok(1) }
}

#[task]
fn add(a: u64, b: u64) -> u64 {
    a + b
}

dag! {
    graph Tree(fails: bool) -> root {
        a = leaf(false), b = leaf(false), c = leaf(false), d = leaf(fails),
        ab = add(a, b), cd = add(c, d), root = add(ab, cd),
    }
}

const TASKS: [&str; 7] = ["a", "b", "c", "d", "ab", "cd", "root"];

/// Rank 0 is told all, every other rank its own part.
pub fn observers(mpi: Mpi, _: &[&str]) {
    let me = mpi.rank();
    each_way(&mpi, |mpi| {
        let log = Log::new();
        assert_eq!(Tree { fails: false }.run(&mpi.clone().observe(&log)).unwrap(), 4);
        assert_eq!(*log.runs.lock().unwrap(), ["started", "ended"]);
        for task in TASKS {
            let rank = log.rank(task, "started");
            assert_eq!(log.rank(task, "finished"), rank);
            assert!(if me == 0 { rank.is_some() } else { rank.is_none_or(|rank| rank == me) });
        }

        // Only rank 0 observes, and a task fails.
        let log = Log::new();
        let observer = (me == 0).then_some(&log);
        let error = Tree { fails: true }.run(&mpi.keep_going().observe(observer)).unwrap_err();
        assert_eq!(error.task(), Some("d"));
        if me == 0 {
            assert_eq!(log.rank("d", "failed"), error.rank());
            assert!(["cd", "root"].iter().all(|task| log.rank(task, "skipped").is_some()));
            assert!(["a", "b", "c", "ab"].iter().all(|task| log.rank(task, "finished").is_some()));
        }
    });
}
