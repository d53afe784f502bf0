//! A job for tests: it checks that its executor keeps the rules, and counts what becomes of its
//! outputs.

mod auto;
mod each;
mod everywhere;
#[cfg(feature = "store")]
mod kept;
mod limits;
mod made_at_run_time;
mod observe;
mod partial;
mod random;
#[cfg(feature = "rayon")]
mod rayon;
mod serial;
#[cfg(feature = "rayon")]
mod static_run;
mod stop;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use crate::backend::Backend;
use crate::error::Error;
use crate::error::Outcome;
use crate::executor;
#[cfg(feature = "rayon")]
use crate::executor::cost_overrides::CostOverrides;
use crate::graph::Job;
use crate::observe::{Monitor, Observed, Observer};
use crate::slot::{Cx, Finished, Slot, Slots, Task, release_of, with_zeroed};
use crate::stop::Stop;
use crate::table::{Line, RawEdge, SharedTable, Table, Use};
use crate::unwind::discard;

/// No test graph has more tasks.
const MOST: usize = 256;

type Array = [Slot<Value>; MOST];

struct Value;

impl Task for Value {
    type Output = Output;
}

struct Output {
    node: u32,
    ledger: Arc<Ledger>,
}

impl Drop for Output {
    fn drop(&mut self) {
        self.ledger.drops[self.node as usize].fetch_add(1, SeqCst);
        self.ledger.alive.fetch_sub(1, SeqCst);
        if self.ledger.plan.panic_on_drop.contains(&self.node) {
            raise(format!("drop {}", self.node));
        }
    }
}

/// Panics, but prints nothing.
fn raise(message: String) -> ! {
    std::panic::resume_unwind(Box::new(message))
}

/// What the tasks of a run do, beside what all do.
#[derive(Default)]
struct Plan {
    errors: BTreeSet<u32>,
    panics: BTreeSet<u32>,
    panic_on_drop: BTreeSet<u32>,
    /// Whether a task may fail before it starts.
    fails_unstarted: bool,
    /// Called by each task that runs, with its number.
    body: Option<Body>,
}

type Body = Arc<dyn Fn(u32) + Send + Sync>;

/// What has happened.
struct Ledger {
    plan: Plan,
    runs: Vec<AtomicU32>,
    finished: Vec<AtomicBool>,
    drops: Vec<AtomicU32>,
    alive: AtomicU32,
    peak: AtomicU32,
    order: Mutex<Vec<u32>>,
}

/// One run, as it was.
struct Report {
    result: Result<(), Error>,
    /// The tasks that were started, in order.
    order: Vec<u32>,
    /// How many outputs were there at once.
    peak: u32,
}

struct Trial<'run> {
    table: SharedTable,
    slots: &'run Array,
    ledger: Arc<Ledger>,
    /// Of a run that returns what is there if it fails.
    finished: Option<Finished>,
}

impl Job for Trial<'_> {
    fn shared_table(&self) -> &SharedTable {
        &self.table
    }

    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        let ledger = &self.ledger;
        ledger.order.lock().unwrap().push(node);
        assert_eq!(ledger.runs[node as usize].fetch_add(1, SeqCst), 0, "task {node} runs twice");
        for &k in self.table.view().dependencies_of(node) {
            assert!(ledger.finished[k as usize].load(SeqCst), "task {node} runs before {k}");
        }
        for &k in self.table.view().reads_of(node) {
            assert_eq!(self.slots[k as usize].get(cx).node, k);
            assert_eq!(ledger.drops[k as usize].load(SeqCst), 0, "task {node} reads {k} too late");
        }
        if let Some(body) = &ledger.plan.body {
            body(node);
        }
        if ledger.plan.errors.contains(&node) {
            return Err(format!("error {node}").into());
        }
        if ledger.plan.panics.contains(&node) {
            raise(format!("panic {node}"));
        }
        let alive = ledger.alive.fetch_add(1, SeqCst) + 1;
        ledger.peak.fetch_max(alive, SeqCst);
        ledger.finished[node as usize].store(true, SeqCst);
        let written = self.slots[node as usize].put(cx, Ok(Output { node, ledger: ledger.clone() }))?;
        if let Some(finished) = &self.finished {
            finished.insert(node, &written);
        }
        Ok(())
    }

    fn finished(&self) -> Option<&Finished> {
        self.finished.as_ref()
    }

    fn slots(&self) -> Slots<'_> {
        Slots::of(self.slots)
    }
}

/// Runs a graph whose tasks do as planned, and checks what holds of every run.
fn trial(
    table: impl Into<SharedTable>,
    plan: Plan,
    run: impl FnOnce(&(dyn Job + Sync)) -> Result<(), Error>,
) -> Report {
    trial_of(table.into(), plan, false, run)
}

/// As [`trial`], of a run that returns the outputs that are there if it fails.
fn partial_trial(
    table: impl Into<SharedTable>,
    plan: Plan,
    run: impl FnOnce(&(dyn Job + Sync)) -> Result<(), Error>,
) -> Report {
    trial_of(table.into(), plan, true, run)
}

fn trial_of(
    table: SharedTable,
    plan: Plan,
    is_partial: bool,
    run: impl FnOnce(&(dyn Job + Sync)) -> Result<(), Error>,
) -> Report {
    let zeros = || (0..table.len()).map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
    let ledger = Arc::new(Ledger {
        plan,
        runs: zeros(),
        finished: (0..table.len()).map(|_| AtomicBool::new(false)).collect(),
        drops: zeros(),
        alive: AtomicU32::new(0),
        peak: AtomicU32::new(0),
        order: Mutex::default(),
    });
    let result = with_zeroed::<Array, _>(|slots| {
        let finished = is_partial.then(|| Finished::none_of(table.len()));
        let trial = Trial { table: table.clone(), slots, ledger: ledger.clone(), finished };
        let result = run(&trial);
        let left = ledger.alive.load(SeqCst) as usize;
        let mut outputs: Vec<u32> =
            (0..table.len() as u32).filter(|&node| table.lines()[node as usize].output).collect();
        if is_partial {
            let failed = |node: &u32| {
                let mut failures = result.as_ref().err().into_iter().flat_map(Error::failures);
                failures.any(|(task, _)| task == format!("t{node}"))
            };
            outputs.retain(|node| ledger.finished[*node as usize].load(SeqCst) && !failed(node));
        } else if result.is_err() {
            outputs.clear();
        }
        assert_eq!(left, outputs.len(), "outputs are left");
        if let Some(finished) = &trial.finished {
            for node in (0..table.len() as u32).filter(|&node| table.lines()[node as usize].output) {
                let output = finished.take(node, &slots[node as usize]);
                assert_eq!(output.is_some(), outputs.contains(&node), "output {node}");
                assert!(!finished.contains(node), "output {node} is there twice");
                discard(output);
            }
            assert_eq!(ledger.alive.load(SeqCst), 0, "other outputs are left");
        }
        result
    });

    let names = |of: &dyn Fn(usize) -> bool| -> Vec<_> {
        (0..table.len()).filter(|&node| of(node)).map(|node| format!("t{node}")).collect()
    };
    let started = |node: usize| ledger.runs[node].load(SeqCst) == 1;
    match &result {
        Ok(()) => assert!((0..table.len()).all(started), "a task did not run"),
        Err(_) if ledger.plan.fails_unstarted => {}
        Err(error) => assert_eq!(error.skipped(), names(&|node| !started(node))),
    }
    for node in 0..table.len() {
        let finished = ledger.finished[node].load(SeqCst);
        assert_eq!(ledger.drops[node].load(SeqCst), u32::from(finished), "drops of the output of {node}");
    }
    let order = ledger.order.lock().unwrap().clone();
    Report { result, order, peak: ledger.peak.load(SeqCst) }
}

/// Who depends on whom, and how.
type Edge = (u32, u32, Use);

/// The table of a graph whose tasks, of these costs, are called `t0`, `t1` and so on.
fn table(costs: &[u64], edges: &[Edge], outputs: &[u32]) -> &'static Table {
    let nodes = costs.iter().enumerate().map(|(i, &cost)| Line {
        name: format!("t{i}").leak(),
        cost,
        output: outputs.contains(&(i as u32)),
        offset: i * size_of::<Slot<Value>>(),
        release: release_of::<<Value as Task>::Output>(),
        ..Line::EMPTY
    });
    let mut edges: Vec<_> =
        edges.iter().map(|&(node, to, how)| RawEdge { node, to, how, ..RawEdge::EMPTY }).collect();
    edges.sort_by_key(|edge| edge.node);
    Table::leak("Graph", nodes.collect(), edges)
}

/// The table of a graph whose tasks all cost 1 and borrow from each other.
fn borrows(len: usize, edges: &[(u32, u32)]) -> &'static Table {
    let edges: Vec<_> = edges.iter().map(|&(node, to)| (node, to, Use::Borrow)).collect();
    table(&vec![1; len], &edges, &[])
}

/// What runs the jobs of the tests.
#[derive(Clone)]
enum Runner {
    Serial,
    #[cfg(feature = "rayon")]
    Rayon(Arc<::rayon::ThreadPool>),
}

impl Runner {
    /// Serial, and rayon with few and with many threads.
    fn all() -> Vec<Runner> {
        #[cfg(feature = "rayon")]
        let pools = [1, 2, 4].map(Runner::rayon);
        #[cfg(not(feature = "rayon"))]
        let pools = [];
        core::iter::once(Runner::Serial).chain(pools).collect()
    }

    /// All of them, in runs that return all outputs or none, and in those that return what is there.
    fn all_and_partial() -> impl Iterator<Item = (Runner, bool)> {
        Runner::all().into_iter().flat_map(|runner| [(runner.clone(), false), (runner, true)])
    }

    #[cfg(feature = "rayon")]
    fn rayon(threads: usize) -> Runner {
        Runner::Rayon(Arc::new(executor::rayon::start_pool(threads).unwrap()))
    }

    fn run(&self, job: &(dyn Job + Sync), keep_going: bool) -> Result<(), Error> {
        self.observed(job, &(), keep_going)
    }

    fn observed(
        &self,
        job: &(dyn Job + Sync),
        observer: &(dyn Observer + Sync),
        keep_going: bool,
    ) -> Result<(), Error> {
        self.monitored(job, &Observed::new(observer), keep_going)
    }

    fn stopped(&self, job: &(dyn Job + Sync), stop: &Stop, keep_going: bool) -> Result<(), Error> {
        self.monitored(job, &Observed::new(()).stopped_by(stop), keep_going)
    }

    fn monitored(
        &self,
        job: &(dyn Job + Sync),
        monitor: &(dyn Monitor + Sync),
        keep_going: bool,
    ) -> Result<(), Error> {
        match self {
            Runner::Serial => executor::serial::run(&job, &monitor, Backend::Serial, 0, keep_going),
            #[cfg(feature = "rayon")]
            Runner::Rayon(pool) => {
                let (place, costs) = (executor::rayon::RunPlace::Inside(pool), &CostOverrides::NONE);
                match job.table().limits() {
                    Some(_) => executor::rayon::run_limited(place, job, monitor, keep_going, costs),
                    None => executor::rayon::run(place, &job, monitor, keep_going, costs),
                }
            }
        }
    }

    /// Whether the order of tasks is the serial one.
    fn is_serial(&self) -> bool {
        self.threads() == 1
    }

    fn threads(&self) -> usize {
        match self {
            Runner::Serial => 1,
            #[cfg(feature = "rayon")]
            Runner::Rayon(pool) => pool.current_num_threads(),
        }
    }
}

/// Some graphs of different shapes.
fn shapes() -> Vec<&'static Table> {
    let chain: Vec<_> = (1..60).map(|i| (i, i - 1)).collect();
    let tree: Vec<_> = (0..63).flat_map(|i| [(i, 2 * i + 1), (i, 2 * i + 2)]).collect();
    let fork: Vec<_> = (1..127).map(|i| (i, (i - 1) / 2)).collect();
    let wavefront: Vec<_> = (0..100)
        .flat_map(|i| [(i % 10 > 0).then(|| (i, i - 1)), (i >= 10).then(|| (i, i - 10))])
        .flatten()
        .collect();
    let mut all = vec![
        borrows(0, &[]),
        borrows(1, &[]),
        borrows(80, &[]),
        borrows(60, &chain),
        borrows(127, &tree),
        borrows(127, &fork),
        borrows(100, &wavefront),
    ];
    all.extend((0..8).map(random));
    all
}

/// A graph of 50 tasks in a random order, with edges of all kinds.
fn random(seed: u64) -> &'static Table {
    let mut state = seed;
    let mut below = |n: u64| {
        // SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    };
    let mut listing: Vec<u32> = (0..50).collect();
    for i in (1..50).rev() {
        listing.swap(i, below(i as u64 + 1) as usize);
    }
    let mut edges = Vec::new();
    for i in 1..50 {
        for _ in 0..below(4) {
            let to = listing[below(i) as usize];
            let how = if below(3) == 0 { Use::Order } else { Use::Borrow };
            edges.push((listing[i as usize], to, how));
        }
    }
    let costs: Vec<u64> = (0..50).map(|_| below(10)).collect();
    table(&costs, &edges, &[3, 30])
}
