//! Runs that return the outputs that are there. That each of them is returned or dropped once is checked by
//! [`partial_trial`].

use core::time::Duration;

use super::*;
use crate::observe::{RunEvent, RunSummary, TaskEvent};

/// Graphs of which every second task is an output.
fn with_outputs() -> Vec<&'static Table> {
    let edges = |seed: u64| {
        let to = move |node: u32, k: u64| ((u64::from(node) * 7 + seed + k * 3) % u64::from(node)) as u32;
        (1..24_u32).flat_map(move |node| {
            let mut before = vec![to(node, 0), to(node, 1)];
            before.dedup();
            before.truncate((u64::from(node) + seed) as usize % 3);
            before.into_iter().map(move |to| (node, to, Use::Borrow))
        })
    };
    let outputs: Vec<u32> = (0..24).step_by(2).collect();
    (0..3).map(|seed| table(&[1; 24], &edges(seed).collect::<Vec<_>>(), &outputs)).collect()
}

#[test]
fn a_failure_of_any_task_leaves_the_outputs_that_are_there() {
    for table in with_outputs() {
        for node in 0..table.len() as u32 {
            for runner in Runner::all() {
                for (keep_going, panics) in [(false, false), (false, true), (true, false), (true, true)] {
                    let this = BTreeSet::from([node]);
                    let mut plan = Plan::default();
                    *(if panics { &mut plan.panics } else { &mut plan.errors }) = this.clone();
                    let report = partial_trial(table, plan, |job| runner.run(job, keep_going));
                    let error = report.result.unwrap_err();
                    assert_eq!(error.task(), Some(&*format!("t{node}")));
                }
            }
        }
    }
}

#[test]
fn a_stop_at_any_task_leaves_the_outputs_that_are_there() {
    for table in with_outputs() {
        for node in 0..table.len() as u32 {
            for runner in Runner::all() {
                for keep_going in [false, true] {
                    let stop = Stop::new();
                    let caller = stop.clone();
                    let body: Body = Arc::new(move |task| {
                        if task == node {
                            caller.stop();
                        }
                    });
                    let plan = Plan { body: Some(body), ..Plan::default() };
                    let report = partial_trial(table, plan, |job| runner.stopped(job, &stop, keep_going));
                    assert!(report.result.map_or_else(|error| error.is_stopped(), |()| true));
                }
            }
        }
    }
}

#[test]
fn outputs_whose_drop_panics_are_returned() {
    for table in with_outputs() {
        for runner in Runner::all() {
            for keep_going in [false, true] {
                let all: BTreeSet<u32> = (0..24).collect();
                let plan = Plan { panic_on_drop: all, errors: BTreeSet::from([9]), ..Plan::default() };
                let report = partial_trial(table, plan, |job| runner.run(job, keep_going));
                assert!(report.result.is_err());
            }
        }
    }
}

/// Panics when it is told of this, of the given task.
struct Panics(&'static str, u32);

impl Panics {
    fn told(&self, method: &str, event: Option<&TaskEvent<'_>>) {
        if method == self.0 && event.is_none_or(|event| event.task.index() == self.1 as usize) {
            raise(format!("in {method}"));
        }
    }
}

impl Observer for Panics {
    fn run_started(&self, _: &RunEvent<'_>) {
        self.told("run_started", None);
    }
    fn started(&self, event: &TaskEvent<'_>) {
        self.told("started", Some(event));
    }
    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.told("finished", Some(event));
    }
    fn run_ended(&self, _: &RunSummary<'_>) {
        self.told("run_ended", None);
    }
}

#[test]
fn a_panic_of_an_observer_leaves_the_outputs_that_are_there() {
    let table = with_outputs()[1];
    for runner in Runner::all() {
        for keep_going in [false, true] {
            let run = |method: &'static str, task: u32| {
                let plan = Plan { fails_unstarted: method == "started", ..Plan::default() };
                let observer = Panics(method, task);
                let report = partial_trial(table, plan, |job| runner.observed(job, &observer, keep_going));
                assert!(report.result.unwrap_err().is_panic());
                report.order.len()
            };
            assert_eq!(run("run_started", 0), 0);
            assert_eq!(run("run_ended", 0), table.len());
            for task in 0..table.len() as u32 {
                run("started", task);
                run("finished", task);
            }
        }
    }
}

/// Outputs without a drop, so that no flag tells which ones are there.
#[cfg(feature = "rayon")]
mod numbers {
    use super::*;
    use crate::executor::rayon::{StaticSchedule, run_static, start_pool};

    struct Number;

    impl Task for Number {
        type Output = u32;
    }

    struct Numbers<'run> {
        table: SharedTable,
        slots: &'run [Slot<Number>; 24],
        finished: Finished,
        failing: u32,
        ended: [AtomicBool; 24],
    }

    impl Job for Numbers<'_> {
        fn shared_table(&self) -> &SharedTable {
            &self.table
        }

        fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
            if node == self.failing {
                return Err("told to".into());
            }
            let written = self.slots[node as usize].put(cx, Ok(node))?;
            self.finished.insert(node, &written);
            self.ended[node as usize].store(true, SeqCst);
            Ok(())
        }

        fn slots(&self) -> Slots<'_> {
            Slots::of(self.slots)
        }

        fn finished(&self) -> Option<&Finished> {
            Some(&self.finished)
        }
    }

    fn check(table: &'static Table, failing: u32, run: impl FnOnce(&(dyn Job + Sync)) -> Result<(), Error>) {
        let nodes = table.lines().iter().map(|node| Line { release: None, ..*node }).collect();
        let edges = (0..table.len() as u32).flat_map(|node| {
            let edge = move |&to| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY };
            table.view().dependencies_of(node).iter().map(edge)
        });
        let table = Table::leak("Numbers", nodes, edges.collect());
        with_zeroed::<[Slot<Number>; 24], _>(|slots| {
            let ended = [const { AtomicBool::new(false) }; 24];
            let job = Numbers { table: table.into(), slots, finished: Finished::none_of(24), failing, ended };
            assert_eq!(run(&job).is_err(), failing < 24);
            for node in 0..24 {
                let ended = job.ended[node as usize].load(SeqCst);
                assert_eq!(job.finished.take(node, &slots[node as usize]), ended.then_some(node));
            }
        });
    }

    #[test]
    fn a_failure_leaves_the_outputs_that_are_there() {
        let pool = start_pool(2).unwrap();
        for table in with_outputs() {
            for failing in 0..=24 {
                for runner in Runner::all() {
                    for keep_going in [false, true] {
                        check(table, failing, |job| runner.run(job, keep_going));
                    }
                }
                check(table, failing, |job| {
                    run_static(&pool, &StaticSchedule::new(job.view(), 2).unwrap(), job)
                });
            }
        }
    }
}
