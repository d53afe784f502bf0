//! Members that fail, and what observers are told, are as over constants.

use std::sync::Mutex;
use std::time::Duration;

use dag_runtime::{Error, Failure, Observer, Recorder, Serial, TaskEvent, dag, task};
use dag_tests::Everywhere;

/// Which members fail, and which panic.
#[derive(Clone, Debug, Default)]
struct Plan {
    failing: Vec<(usize, usize)>,
    panicking: Vec<(usize, usize)>,
}

#[task]
fn cell(plan: &Plan, t: usize, x: usize, before: &[u64]) -> Result<u64, String> {
    if plan.panicking.contains(&(t, x)) {
        // A panic that prints nothing.
        std::panic::resume_unwind(Box::new(format!("no {t}, {x}")));
    }
    if plan.failing.contains(&(t, x)) {
        Err(format!("not {t}, {x}"))
    } else {
        Ok(1 + before.iter().sum::<u64>())
    }
}

#[task]
fn total(cells: &[u64]) -> u64 {
    cells.iter().sum()
}

twins! {
    [ROWS, COLUMNS] small(ROWS = 1, COLUMNS = 2), four(ROWS = 4, COLUMNS = 8);
    graph Cone () (plan: Plan) -> (total, cells) {
        total(&cells[ROWS - 1, ..]),
        // A member depends on its neighbours in the row before: a failure spreads like a cone.
        cells[t in 0..ROWS, x in 0..COLUMNS] = cell(&plan, t, x, if t > 0 { &cells[t - 1, x - 1..=x + 1] } else { &[] }),
        apart = total(&[]),
    } with { plan: Plan::default() }
}

fn sized(plan: &Plan) -> sized::Cone {
    sized::Cone { ROWS: 4, COLUMNS: 8, plan: plan.clone() }
}

/// What an error says.
fn facts(error: &Error) -> (String, Option<String>, Vec<String>, bool) {
    let skipped = error.skipped().map(str::to_owned).collect();
    (error.to_string(), error.task().map(str::to_owned), skipped, error.is_panic())
}

fn plans() -> [Plan; 5] {
    [
        Plan { failing: vec![(1, 7)], ..Plan::default() },
        Plan { panicking: vec![(3, 0)], ..Plan::default() },
        Plan { failing: vec![(2, 1), (1, 6)], panicking: vec![(2, 0)] },
        Plan { failing: vec![(0, 0)], ..Plan::default() },
        Plan { failing: vec![(0, 0), (0, 1), (0, 2), (0, 3)], panicking: vec![(0, 4)] },
    ]
}

#[test]
fn are_named_and_skip_as_over_constants() {
    for plan in plans() {
        let all = Everywhere::new().keep_going(true);
        let expected =
            all.agree(|executor| facts(&four::Cone { plan: plan.clone() }.run(executor).unwrap_err()));
        let found = all.agree(|executor| facts(&sized(&plan).run(executor).unwrap_err()));
        assert_eq!(found, expected);
        // Where the first failure ends the run, the order of a serial one is fixed.
        let expected = facts(&four::Cone { plan: plan.clone() }.run(&Serial).unwrap_err());
        assert_eq!(facts(&sized(&plan).run(&Serial).unwrap_err()), expected);
        Everywhere::new().each(|executor| {
            let error = sized(&plan).run(executor).unwrap_err();
            let (failing, panicking) = (plan.failing.iter(), plan.panicking.iter());
            assert!(failing.chain(panicking).any(|(t, x)| error.task() == Some(&format!("cells[{t}, {x}]"))));
        });
    }
}

/// The names and numbers that an observer is told.
#[derive(Debug, Default)]
struct Log(Mutex<Vec<(&'static str, usize, String)>>);

impl Log {
    fn add(&self, what: &'static str, event: &TaskEvent<'_>) {
        let line = (what, event.task.index(), event.task.name().to_string());
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<(&'static str, usize, String)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Log {
    fn started(&self, event: &TaskEvent<'_>) {
        self.add("started", event);
    }
    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.add("finished", event);
    }
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        assert!(!failure.to_string().is_empty());
        self.add("failed", event);
    }
    fn skipped(&self, event: &TaskEvent<'_>) {
        self.add("skipped", event);
    }
}

#[test]
fn observers_are_told_the_same() {
    let log = Log::default();
    for plan in [Plan::default()].into_iter().chain(plans()) {
        // Serial: the order as well.
        let _ = four::Cone { plan: plan.clone() }.run(&Serial.observe(&log));
        let expected = log.take();
        let _ = sized(&plan).run(&Serial.observe(&log));
        assert_eq!(log.take(), expected);
        let observed = Everywhere::observed_by(&log).keep_going(true);
        let sorted = |log: &Log| {
            let mut all = log.take();
            all.sort();
            all
        };
        observed.each(|executor| drop(four::Cone { plan: plan.clone() }.run(executor)));
        let expected = sorted(&log);
        observed.each(|executor| drop(sized(&plan).run(executor)));
        assert_eq!(sorted(&log), expected);
    }
}

#[test]
fn recordings_keep_their_tables() {
    let recorder = Recorder::new();
    for plan in plans() {
        let run = Everywhere::observed_by(&recorder).keep_going(true);
        run.each(|executor| drop(sized(&plan).run(executor)));
        // Other sizes take the place of the table.
        for rows in 1..9 {
            sized::Cone { ROWS: rows, COLUMNS: 1, plan: Plan::default() }.run(&Serial).unwrap();
        }
        for recording in recorder.recordings() {
            let table = recording.table();
            assert_eq!(table.len(), 2 + 4 * 8);
            let failed = |task: &dag_runtime::TaskRef<'_>| recording.failure(*task).is_some();
            let failed: Vec<String> =
                table.tasks().filter(failed).map(|task| task.name().to_string()).collect();
            assert!(!failed.is_empty(), "{failed:?}");
        }
    }
}
