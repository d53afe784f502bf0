//! Random graphs with random needs of limits: never more units than there are, each task once, and each run ends.

use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::thread;

use super::*;
use crate::graph::Found;
use crate::observe::TaskEvent;
use crate::table::{Limit, Limits};

const COUNT: usize = 3;

static LIMITS: Limits = Limits::new(&[Limit::of_a_run("a"), Limit::of_a_run("b"), Limit::of_a_run("c")], &[]);

static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| (0..64).map(|i| &*format!("t{i}").leak()).collect());

/// A job whose tasks take units.
struct Limited<'run> {
    job: &'run (dyn Job + Sync),
    case: &'run Case,
    /// The units of each limit that are taken.
    taken: [AtomicU64; COUNT],
    most: [AtomicU64; COUNT],
}

/// The units of a task that runs.
struct Taken<'a> {
    limited: &'a Limited<'a>,
    needs: &'a [u64; COUNT],
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        for (taken, &units) in self.limited.taken.iter().zip(self.needs) {
            taken.fetch_sub(units, SeqCst);
        }
    }
}

struct Case {
    table: SharedTable,
    totals: [u64; COUNT],
    needs: Vec<[u64; COUNT]>,
}

impl Job for Limited<'_> {
    fn shared_table(&self) -> &SharedTable {
        self.job.shared_table()
    }

    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        let needs = &self.case.needs[node as usize];
        for (k, &units) in needs.iter().enumerate() {
            let taken = self.taken[k].fetch_add(units, SeqCst) + units;
            assert!(taken <= self.case.totals[k], "{taken} units of limit {k} are taken");
            self.most[k].fetch_max(taken, SeqCst);
        }
        if node % 3 == 0 {
            thread::yield_now();
        }
        let _taken = Taken { limited: self, needs };
        self.job.call(node, cx)
    }

    fn slots(&self) -> Slots<'_> {
        self.job.slots()
    }

    fn finished(&self) -> Option<&Finished> {
        self.job.finished()
    }

    fn units(&self, _: &'static Limits, found: Option<&mut Found<'_>>) -> Result<Vec<u64>, Error> {
        if let Some(found) = found {
            for (task, needs) in (0..).zip(&self.case.needs) {
                let taken: Vec<(u32, u64)> = (0..).zip(*needs).filter(|&(_, units)| units > 0).collect();
                if !taken.is_empty() {
                    found(task, &taken);
                }
            }
        }
        Ok(self.case.totals.to_vec())
    }
}

impl Case {
    fn random(seed: u64, len: u32) -> Self {
        let mut below = random_below(seed);
        let totals = [(); COUNT].map(|()| 1 + below(4));
        // How many tasks take some of each limit, of 8.
        let share = [(); COUNT].map(|()| below(9));
        let needs = (0..len)
            .map(|_| core::array::from_fn(|k| if below(8) < share[k] { below(totals[k] + 1) } else { 0 }));
        let needs = needs.collect();
        let density = below(3);
        let mut edges = Vec::new();
        for node in 1..len {
            for _ in 0..below(1 + density) {
                edges.push(RawEdge {
                    node,
                    to: below(node.into()) as u32,
                    how: Use::Borrow,
                    ..RawEdge::EMPTY
                });
            }
        }
        let lines = (0..len).map(|i| Line {
            name: NAMES[i as usize],
            cost: 1 + below(5),
            offset: i as usize * size_of::<Slot<Value>>(),
            release: release_of::<<Value as Task>::Output>(),
            ..Line::EMPTY
        });
        let table = Table::from_lines("Graph", "", lines.collect(), &edges).with_limits(&LIMITS);
        Case { table: Arc::new(table).into(), totals, needs }
    }

    fn run(&self, runner: &Runner, plan: Plan, keep_going: bool) -> (Report, [u64; COUNT]) {
        let mut most = [0; COUNT];
        let report = trial(self.table.clone(), plan, |job| {
            let job = Limited { job, case: self, taken: Default::default(), most: Default::default() };
            let result = runner.run(&job, keep_going);
            assert!(job.taken.iter().all(|taken| taken.load(SeqCst) == 0));
            most = job.most.map(AtomicU64::into_inner);
            result
        });
        (report, most)
    }
}

/// Random numbers below another one.
fn random_below(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |n: u64| {
        // SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

#[cfg(feature = "rayon")]
#[test]
fn limits_hold_in_random_graphs() {
    let runners: Vec<Runner> = (2..=8).chain([12]).map(Runner::rayon).collect();
    let mut at_most = 0;
    let graphs = if cfg!(debug_assertions) { 1_000 } else { 10_000 };
    for seed in 0..graphs {
        let case = Case::random(seed, 64);
        let runner = &runners[seed as usize % runners.len()];
        let (report, most) = case.run(runner, Plan::default(), seed % 3 == 0);
        report.result.unwrap();
        at_most += u32::from((0..COUNT).any(|k| most[k] == case.totals[k]));
    }
    assert!(at_most > graphs as u32 / 2, "limits were reached in {at_most} runs");
}

#[test]
fn a_failure_ends_a_run_in_which_tasks_wait() {
    let runners = Runner::all();
    for seed in 0..300 {
        let case = Case::random(seed, 64);
        let runner = &runners[seed as usize % runners.len()];
        let plan = || Plan { errors: [7, 20].into(), panics: [33].into(), ..Plan::default() };
        let (report, _) = case.run(runner, plan(), false);
        assert!(report.result.is_err());
        let (report, _) = case.run(runner, plan(), true);
        assert!(report.result.is_err());
    }
}

#[test]
fn a_run_stops_while_tasks_wait() {
    for runner in Runner::all() {
        for seed in 0..50 {
            let case = Case::random(seed, 64);
            let stop = Stop::new();
            let asked = stop.clone();
            let body: Body = Arc::new(move |node| {
                if node == 5 {
                    asked.stop()
                }
            });
            let report = trial(case.table.clone(), Plan { body: Some(body), ..Plan::default() }, |job| {
                let job = Limited { job, case: &case, taken: Default::default(), most: Default::default() };
                runner.stopped(&job, &stop, false)
            });
            if let Err(error) = report.result {
                assert!(error.is_stopped());
            }
        }
    }
}

/// Hears which tasks wait, start and end.
#[derive(Default)]
struct Heard(Mutex<Vec<(u32, char)>>);

impl Observer for Heard {
    fn waiting(&self, event: &TaskEvent<'_>, limit: &'static str) {
        assert!(["a", "b", "c"].contains(&limit));
        self.0.lock().unwrap().push((event.task.index() as u32, 'w'));
        raise("ignored".into());
    }

    fn started(&self, event: &TaskEvent<'_>) {
        self.0.lock().unwrap().push((event.task.index() as u32, 's'));
    }
}

#[test]
fn an_observer_hears_once_that_a_task_waits_before_it_starts() {
    let mut waited = 0;
    for runner in Runner::all() {
        for seed in 0..100 {
            let case = Case::random(seed, 64);
            let heard = Heard::default();
            let report = trial(case.table.clone(), Plan::default(), |job| {
                let job = Limited { job, case: &case, taken: Default::default(), most: Default::default() };
                runner.observed(&job, &heard, false)
            });
            report.result.unwrap();
            let heard = heard.0.into_inner().unwrap();
            for task in 0..64 {
                let of: String = heard.iter().filter(|&&(of, _)| of == task).map(|&(_, what)| what).collect();
                assert!(of == "s" || of == "ws", "{of}");
                waited += usize::from(of == "ws");
                assert!(of == "s" || !runner.is_serial(), "one task at a time waits for no limit");
            }
        }
    }
    assert!(waited > 0 || Runner::all().iter().all(Runner::is_serial));
}
