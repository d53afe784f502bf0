//! Runs with a store on every executor.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs, process};

use dag_runtime::{
    Auto, Error, Executor, Failure, Graph, Observed, Observer, Partial, Rayon, RunSummary, Serial, Store,
    StoreSummary, TaskEvent,
};
use dag_tests::pool;

/// An executor.
#[derive(Clone, Copy, Debug)]
pub enum On {
    Serial,
    Rayon(usize),
    Auto(&'static str),
}

pub const ALL: [On; 6] =
    [On::Serial, On::Rayon(1), On::Rayon(2), On::Rayon(4), On::Auto("serial"), On::Auto("rayon")];

/// Calls `test` with each executor, and a folder for a store that is empty.
pub fn everywhere(test: impl Fn(On, &Folder)) {
    for on in ALL {
        let folder = Folder::new();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(on, &folder)));
        if let Err(payload) = result {
            eprintln!("on {on:?}");
            std::panic::resume_unwind(payload);
        }
    }
}

/// A folder of a test, which is removed at the end.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("keep-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The store in it, as another process sees it.
    pub fn store(&self) -> Store {
        Store::open(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl On {
    /// Runs a graph with a store.
    pub fn run<G: Graph>(self, store: &Store, graph: G) -> Result<G::Outputs, Error>
    where
        Serial<Observed>: Executor<G>,
        Rayon<Observed>: Executor<G>,
        Auto<Observed>: Executor<G>,
    {
        match self {
            On::Serial => graph.run(&Serial.store(store)),
            On::Rayon(threads) => graph.run(&Rayon::on_pool(Arc::clone(pool(threads))).store(store)),
            On::Auto(name) => graph.run(&Auto::named(name, None).unwrap().store(store)),
        }
    }

    /// Runs a graph with a store, and goes on after failures.
    pub fn run_partial<G: Graph>(self, store: &Store, graph: G) -> Partial<G::PartialOutputs>
    where
        Serial<Observed>: Executor<G>,
        Rayon<Observed>: Executor<G>,
        Auto<Observed>: Executor<G>,
    {
        match self {
            On::Serial => graph.run_partial(&Serial.store(store).keep_going()),
            On::Rayon(threads) => {
                graph.run_partial(&Rayon::on_pool(Arc::clone(pool(threads))).store(store).keep_going())
            }
            On::Auto(name) => graph.run_partial(&Auto::named(name, None).unwrap().store(store).keep_going()),
        }
    }

    /// The same with an observer.
    pub fn observed<'o, G: Graph>(
        self,
        store: &Store,
        events: &'o Events,
        graph: G,
    ) -> Result<G::Outputs, Error>
    where
        Serial<Observed<&'o Events>>: Executor<G>,
        Rayon<Observed<&'o Events>>: Executor<G>,
        Auto<Observed<&'o Events>>: Executor<G>,
    {
        match self {
            On::Serial => graph.run(&Serial.observe(events).store(store)),
            On::Rayon(threads) => {
                graph.run(&Rayon::on_pool(Arc::clone(pool(threads))).observe(events).store(store))
            }
            On::Auto(name) => graph.run(&Auto::named(name, None).unwrap().observe(events).store(store)),
        }
    }
}

/// How each task of a run has ended.
#[derive(Debug, Default)]
pub struct Events {
    started: Mutex<Vec<String>>,
    ended: Mutex<BTreeMap<String, &'static str>>,
    summary: Mutex<Option<Summary>>,
}

/// The counts of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    pub finished: usize,
    pub hits: usize,
    pub not_needed: usize,
    pub not_wanted: usize,
    pub is_success: bool,
    pub store: StoreSummary,
}

impl Events {
    fn end(&self, event: &TaskEvent<'_>, how: &'static str) {
        let name = event.task.name().to_string();
        let mut started = self.started.lock().unwrap();
        if how != "skipped" {
            let position = started.iter().position(|task| *task == name).expect("each task starts");
            started.remove(position);
        }
        assert_eq!(self.ended.lock().unwrap().insert(name, how), None, "each task ends once");
    }

    /// The ends in the order of names: `fit hit, parse not needed`.
    pub fn take(&self) -> String {
        let ended = std::mem::take(&mut *self.ended.lock().unwrap());
        let ends: Vec<String> = ended.into_iter().map(|(task, how)| format!("{task} {how}")).collect();
        ends.join(", ")
    }

    /// The counts of the last run.
    pub fn summary(&self) -> Summary {
        self.summary.lock().unwrap().take().expect("the run has ended")
    }
}

impl Observer for Events {
    fn started(&self, event: &TaskEvent<'_>) {
        self.started.lock().unwrap().push(event.task.name().to_string());
    }

    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.end(event, "finished");
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.end(event, "not wanted");
    }

    fn hit(&self, event: &TaskEvent<'_>) {
        self.end(event, "hit");
    }

    fn not_needed(&self, event: &TaskEvent<'_>) {
        self.end(event, "not needed");
    }

    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.end(event, "failed");
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.end(event, "skipped");
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        let RunSummary { finished, hits, not_needed, not_wanted, store, .. } = *run;
        let is_success = run.is_success();
        *self.summary.lock().unwrap() =
            Some(Summary { finished, hits, not_needed, not_wanted, is_success, store });
    }
}
