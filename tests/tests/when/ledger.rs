//! Each output is dropped once, whatever is not wanted and whatever happens; and each task ends as its dependencies and its
//! condition say.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dag_runtime::{Error, Failure, Observer, Rayon, RunSummary, Serial, Stop, Table, TaskEvent};
use dag_tests::{Everywhere, pool};
use dag_tests_wanted::{End, Plan};

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Finished,
    NotWanted,
    Failed,
    Skipped,
}

/// Whether a task is wanted, where the function says which of those before it have been.
type Wanted = fn(&Plan, &str, &dyn Fn(&str) -> bool) -> bool;

/// How all tasks end, if the run continues after a failure.
fn expected(table: &'static Table, wanted: Wanted, plan: &Plan, end: &End) -> BTreeMap<String, Ended> {
    let mut ends: BTreeMap<String, Ended> = BTreeMap::new();
    while ends.len() < table.len() {
        for task in table.tasks() {
            let before: Option<Vec<Ended>> =
                task.dependencies().map(|before| ends.get(&before.name().to_string()).copied()).collect();
            let (Some(before), name) = (before, task.name().to_string()) else { continue };
            let is_told = |other: &String| *other == name;
            let there = |other: &str| ends[other] == Ended::Finished;
            let ended = match end {
                _ if before.iter().any(|before| matches!(before, Ended::Failed | Ended::Skipped)) => {
                    Ended::Skipped
                }
                _ => match (catch_unwind(AssertUnwindSafe(|| wanted(plan, &name, &there))), end) {
                    (Err(_), _) => Ended::Failed,
                    (Ok(false), _) => Ended::NotWanted,
                    (Ok(true), End::Error(other) | End::Panic(other)) if is_told(other) => Ended::Failed,
                    _ => Ended::Finished,
                },
            };
            ends.insert(name, ended);
        }
    }
    ends
}

/// Records how tasks end.
#[derive(Default)]
struct Log(Mutex<Events>);

#[derive(Default)]
struct Events {
    started: BTreeSet<String>,
    ends: BTreeMap<String, Ended>,
    /// What the end of the run tells, in the order of [`Ended`].
    counts: Option<[usize; 4]>,
}

impl Log {
    fn end(&self, event: &TaskEvent<'_>, ended: Ended) {
        let name = event.task.name().to_string();
        let mut log = self.0.lock().unwrap();
        assert!(log.started.contains(&name) || ended == Ended::Skipped, "`{name}` ends before it starts");
        assert_eq!(log.ends.insert(name, ended), None, "{:?} ends twice", event.task);
    }

    /// The tasks of the last run have ended like this.
    #[track_caller]
    fn check(&self, expected: &BTreeMap<String, Ended>) {
        let Events { ends, counts, .. } = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(ends, *expected);
        let count = |ended| expected.values().filter(|other| **other == ended).count();
        let all = [Ended::Finished, Ended::NotWanted, Ended::Failed, Ended::Skipped];
        assert_eq!(counts, Some(all.map(count)));
    }
}

impl Observer for Log {
    fn started(&self, event: &TaskEvent<'_>) {
        assert!(self.0.lock().unwrap().started.insert(event.task.name().to_string()));
    }

    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.end(event, Ended::Finished);
    }

    fn not_wanted(&self, event: &TaskEvent<'_>) {
        self.end(event, Ended::NotWanted);
    }

    fn failed(&self, event: &TaskEvent<'_>, _: &Failure) {
        self.end(event, Ended::Failed);
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.end(event, Ended::Skipped);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        let &RunSummary { finished, not_wanted, failed, skipped, .. } = run;
        self.0.lock().unwrap().counts = Some([finished, not_wanted, failed, skipped]);
    }
}

/// The tasks that are not wanted in the runs of a graph: none, all, each alone, and some sets of them.
fn subsets(names: &[String]) -> Vec<Vec<String>> {
    let mut subsets = vec![Vec::new(), names.to_vec()];
    subsets.extend(names.iter().map(|name| vec![name.clone()]));
    subsets.extend((2..7).map(|k| every(names, k)));
    subsets
}

/// About one name in this many.
fn every(names: &[String], k: usize) -> Vec<String> {
    names.iter().enumerate().filter(|(i, _)| (i * i + i / 2) % k == 0).map(|(_, name)| name.clone()).collect()
}

/// What happens at a task of this name.
fn ends(name: &str) -> [End; 4] {
    [
        End::Error(name.to_owned()),
        End::Panic(name.to_owned()),
        End::Condition(name.to_owned()),
        End::Stop(name.to_owned(), Stop::new()),
    ]
}

macro_rules! graphs {
    ($($graph:ident)*) => {
        $(
            mod $graph {
                use dag_tests_wanted::$graph::{TABLE, run, wanted};

                use super::*;

                fn names() -> Vec<String> {
                    TABLE.tasks().map(|task| task.name().to_string()).collect()
                }

                #[test]
                fn tasks_that_are_not_wanted() {
                    let log = Log::default();
                    for unwanted in subsets(&names()) {
                        let plan = || Arc::new(Plan::new(End::Success, unwanted.iter().cloned()));
                        let ends = expected(TABLE, wanted, &plan(), &End::Success);
                        let finished = ends.iter().filter(|(_, ended)| **ended == Ended::Finished);
                        let finished: Vec<String> = finished.map(|(name, _)| name.clone()).collect();
                        let ended_well = |outputs: Result<Vec<u64>, Error>, plan: &Plan| {
                            assert_eq!(plan.made().into_keys().collect::<Vec<_>>(), finished);
                            outputs.unwrap()
                        };
                        let unobserved = Everywhere::new().agree(|executor| {
                            let plan = plan();
                            ended_well(run(executor, &plan), &plan)
                        });
                        let observed = Everywhere::observed_by(&log).agree(|executor| {
                            let plan = plan();
                            let outputs = ended_well(run(executor, &plan), &plan);
                            log.check(&ends);
                            outputs
                        });
                        assert_eq!(observed, unobserved);
                    }
                }

                #[test]
                fn something_happens_at_a_task() {
                    let log = Log::default();
                    for name in names() {
                        for end in ends(&name) {
                            for unwanted in [Vec::new(), every(&names(), 3), every(&names(), 2)] {
                                let plan = || Arc::new(Plan::new(end.clone(), unwanted.iter().cloned()));
                                if matches!(end, End::Stop(..)) {
                                    stopped(&end, &unwanted);
                                    continue;
                                }
                                let ends = expected(TABLE, wanted, &plan(), &end);
                                let failed = ends.values().any(|ended| *ended == Ended::Failed);
                                let outcome = Everywhere::observed_by(&log).keep_going(true).agree(|executor| {
                                    let plan = plan();
                                    let outcome = run(executor, &plan);
                                    plan.made();
                                    log.check(&ends);
                                    let error = outcome.map_err(|error| {
                                        let task = error.task().unwrap();
                                        // An element is named, where the condition is none of it.
                                        let element = task.strip_suffix("[1]").filter(|_| !matches!(end, End::Condition(_)));
                                        assert!(task == name || element == Some(&name), "{error}");
                                        let skipped = ends.iter().filter(|(_, ended)| **ended == Ended::Skipped);
                                        assert_eq!(
                                            error.skipped().map(str::to_owned).collect::<BTreeSet<_>>(),
                                            skipped.map(|(name, _)| name.clone()).collect(),
                                        );
                                        error.to_string()
                                    });
                                    error
                                });
                                assert_eq!(outcome.is_err(), failed);
                                let outcome = Everywhere::new().agree(|executor| {
                                    let plan = plan();
                                    let outcome = run(executor, &plan).map_err(|error| error.to_string());
                                    plan.made();
                                    outcome
                                });
                                assert_eq!(outcome.is_err(), failed);
                            }
                        }
                    }
                }

                /// Runs are stopped at a task, on executors that know of the stop.
                fn stopped(end: &End, unwanted: &[String]) {
                    let End::Stop(name, _) = end else { unreachable!("the end is a stop") };
                    let run_on = |with: &dyn Fn(&Stop, &Arc<Plan>) -> Result<Vec<u64>, Error>| {
                        let stop = Stop::new();
                        let plan = Plan::new(End::Stop(name.clone(), stop.clone()), unwanted.iter().cloned());
                        let plan = Arc::new(plan);
                        let outcome = with(&stop, &plan);
                        plan.made();
                        if let Err(error) = outcome {
                            assert!(error.is_stopped() && stop.is_stopped());
                        }
                    };
                    run_on(&|stop, plan| run(&Serial.stop_when(stop), plan));
                    run_on(&|stop, plan| run(&Serial.keep_going().stop_when(stop), plan));
                    for threads in [1, 2, 4] {
                        run_on(&|stop, plan| run(&Rayon::on_pool(Arc::clone(pool(threads))).stop_when(stop), plan));
                        run_on(&|stop, plan| {
                            pool(threads).install(|| run(&Rayon::new().keep_going().stop_when(stop), plan))
                        });
                    }
                }
            }
        )*
    };
}

dag_tests_wanted::for_each_graph!(graphs);
