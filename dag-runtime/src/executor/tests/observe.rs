use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use core::time::Duration;

use super::*;
use crate::error::Failure;
use crate::observe::{RunEvent, RunSummary, TaskEvent};

/// Writes down what it is told, and panics where it is told to.
#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    times: Mutex<Vec<(Duration, Duration)>>,
    panic_in: &'static str,
    workers: AtomicU32,
}

impl Log {
    fn line(&self, method: &'static str, text: String) {
        self.lines.lock().unwrap().push(format!("{method} {text}"));
        if self.panic_in == method {
            raise(format!("in {method}"));
        }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    fn task(&self, method: &'static str, event: &TaskEvent<'_>) {
        assert_eq!(event.rank, 0);
        assert!(event.worker < self.workers.load(SeqCst) as usize);
        self.line(method, event.task.name().to_string());
    }
}

impl Observer for Log {
    fn run_started(&self, run: &RunEvent<'_>) {
        self.workers.store(run.workers as u32, SeqCst);
        self.line("run_started", format!("{} on {}", run.table.graph(), run.workers));
    }
    fn started(&self, event: &TaskEvent<'_>) {
        self.task("started", event);
    }
    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        self.times.lock().unwrap().push((event.at, elapsed));
        self.task("finished", event);
    }
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.task("failed", event);
        assert!(!failure.to_string().is_empty());
    }
    fn skipped(&self, event: &TaskEvent<'_>) {
        self.task("skipped", event);
    }
    fn run_ended(&self, run: &RunSummary<'_>) {
        assert_eq!(run.is_success(), run.failed + run.skipped == 0);
        self.line("run_ended", format!("{} {} {}", run.finished, run.failed, run.skipped));
    }
}

/// t0 <- t1 <- t2, and t3.
fn small() -> &'static Table {
    borrows(4, &[(1, 0), (2, 1)])
}

fn observed(runner: &Runner, log: &Log, plan: Plan, keep_going: bool) -> Result<(), Error> {
    trial(small(), plan, |job| runner.observed(job, log, keep_going)).result
}

#[test]
fn tells_all_in_order() {
    for runner in Runner::all().into_iter().filter(Runner::is_serial) {
        let log = Log::default();
        observed(&runner, &log, Plan::default(), false).unwrap();
        assert_eq!(
            log.lines(),
            [
                "run_started Graph on 1",
                "started t0",
                "finished t0",
                "started t1",
                "finished t1",
                "started t2",
                "finished t2",
                "started t3",
                "finished t3",
                "run_ended 4 0 0",
            ]
        );
        let log = Log::default();
        let plan = Plan { errors: BTreeSet::from([0]), ..Plan::default() };
        observed(&runner, &log, plan, true).unwrap_err();
        assert_eq!(
            log.lines(),
            [
                "run_started Graph on 1",
                "started t0",
                "failed t0",
                "started t3",
                "finished t3",
                "skipped t1",
                "skipped t2",
                "run_ended 1 1 2",
            ]
        );
    }
}

#[test]
fn tells_of_every_task() {
    for runner in Runner::all() {
        for table in shapes() {
            let log = Log::default();
            trial(table, Plan::default(), |job| runner.observed(job, &log, false)).result.unwrap();
            let lines = log.lines();
            for node in 0..table.len() {
                let started = lines.iter().position(|line| *line == format!("started t{node}")).unwrap();
                let finished = lines.iter().position(|line| *line == format!("finished t{node}")).unwrap();
                assert!(started < finished);
            }
            assert_eq!(lines.len(), 2 * table.len() + 2);
        }
    }
}

#[test]
fn measures_the_time_of_a_task() {
    let pause = Duration::from_millis(20);
    let body: Body = Arc::new(move |_| std::thread::sleep(pause));
    for runner in Runner::all() {
        let log = Log::default();
        let plan = Plan { body: Some(body.clone()), ..Plan::default() };
        trial(borrows(1, &[]), plan, |job| runner.observed(job, &log, false)).result.unwrap();
        let [(end, elapsed)] = log.times.lock().unwrap()[..] else { panic!("one task") };
        assert!(pause <= elapsed && elapsed <= end);
    }
}

#[test]
fn its_panics_neither_hang_nor_abort() {
    for runner in Runner::all() {
        for keep_going in [false, true] {
            for (method, message) in [
                ("run_started", "an observer panicked at the start of graph `Graph`: in run_started"),
                ("started", "task `t0` of graph `Graph` panicked: in started"),
                ("finished", "task `t0` of graph `Graph` panicked: in finished"),
                ("run_ended", "an observer panicked at the end of graph `Graph`: in run_ended"),
            ] {
                let log = Log { panic_in: method, ..Log::default() };
                // With no order between t0 and t3, t3 is the first to fail at times.
                let message = [message.to_string(), message.replace("t0", "t3")];
                let plan = Plan { fails_unstarted: method == "started", ..Plan::default() };
                let result = observed(&runner, &log, plan, keep_going);
                let error = result.unwrap_err();
                assert!(message.contains(&error.to_string()), "{error}");
                assert!(error.is_panic());
            }
            for method in ["failed", "skipped"] {
                let log = Log { panic_in: method, ..Log::default() };
                let plan = Plan { errors: BTreeSet::from([0]), ..Plan::default() };
                let error = observed(&runner, &log, plan, keep_going).unwrap_err();
                assert_eq!(error.to_string(), "task `t0` of graph `Graph` failed: error 0");
                assert!(log.lines().last().unwrap().starts_with("run_ended"));
            }
        }
    }
}

#[test]
fn pairs_and_options_pass_on_to_those_that_listen() {
    let (a, b) = (Log::default(), Log::default());
    let pair = ((), (&a, Some(Box::new(&b) as Box<dyn Observer + Sync + '_>)));
    assert!(pair.is_enabled());
    assert!(!((), None::<Log>).is_enabled());
    trial(small(), Plan::default(), |job| Runner::Serial.observed(job, &pair, false)).result.unwrap();
    assert_eq!(a.lines().len(), 10);
    assert_eq!(a.lines(), b.lines());
}
