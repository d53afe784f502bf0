//! Tables that are made while the program runs: nothing keeps them beyond what is made from them.

use alloc::string::ToString as _;
use std::sync::Weak;

use super::*;
use crate::observe::{RunEvent, RunSummary};
use crate::record::Recorder;

const NAMES: [&str; 6] = ["t0", "t1", "t2", "t3", "t4", "t5"];

/// Two tasks that read the first one, one that reads both, and two more.
fn made() -> Arc<Table> {
    let line = |(i, &name): (usize, &&'static str)| Line {
        name,
        cost: 1 + i as u64,
        output: i == 3,
        offset: i * size_of::<Slot<Value>>(),
        release: release_of::<<Value as Task>::Output>(),
        ..Line::EMPTY
    };
    let edges = [(1, 0), (2, 0), (3, 1), (3, 2), (5, 4)];
    let edges = edges.map(|(node, to)| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY });
    Arc::new(Table::from_lines("Made", "", NAMES.iter().enumerate().map(line).collect(), &edges))
}

/// Asserts that the table lives as long as `keeps`, and no longer.
fn ends_with<T>(table: &Weak<Table>, keeps: T) {
    assert!(table.upgrade().is_some());
    drop(keeps);
    assert!(table.upgrade().is_none(), "the table is kept");
}

/// Keeps the tables of the runs that it is told of.
#[derive(Default)]
struct Keeper(Mutex<Vec<SharedTable>>);

impl Observer for Keeper {
    fn run_started(&self, run: &RunEvent<'_>) {
        assert_eq!(run.table.graph(), "Made");
        self.0.lock().unwrap().push(run.shared_table());
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        assert_eq!(run.finished, NAMES.len());
    }
}

#[test]
fn a_table_ends_with_its_last_user() {
    let table = made();
    let gone = Arc::downgrade(&table);
    let path: Vec<_> = table.critical_path().map(|task| task.name().to_string()).collect();
    assert_eq!(path, ["t4", "t5"]);
    let planner = table.planner();
    assert_eq!((planner.plan(2).makespan(), table.plan(1).makespan()), (11, 21));
    assert!(table.dot().to_string().contains("t5"));
    ends_with(&gone, table);
}

#[test]
fn runs_do_not_keep_a_table() {
    for runner in Runner::all() {
        let table = made();
        let gone = Arc::downgrade(&table);
        let table = SharedTable::from(table);
        // The first runs are measured, and later ones go by what was measured.
        for _ in 0..50 {
            trial(table.clone(), Plan::default(), |job| runner.run(job, false)).result.unwrap();
            let failing = Plan { errors: BTreeSet::from([1]), ..Plan::default() };
            let failed = trial(table.clone(), failing, |job| runner.run(job, false)).result.unwrap_err();
            assert_eq!(failed.task(), Some("t1"));
        }
        ends_with(&gone, table);
    }
}

#[test]
fn a_recording_keeps_its_table() {
    for runner in Runner::all() {
        let table = made();
        let gone = Arc::downgrade(&table);
        let (recorder, keeper) = (Recorder::new(), Keeper::default());
        trial(SharedTable::from(table), Plan::default(), |job| {
            runner.observed(job, &(&recorder, &keeper), false)
        })
        .result
        .unwrap();
        let recording = recorder.recording().unwrap();
        drop(recorder);
        assert_eq!(recording.table().graph(), "Made");
        assert_eq!(*keeper.0.lock().unwrap(), [recording.shared_table()]);
        drop(keeper);
        assert_eq!(recording.tasks().len(), NAMES.len());
        let report = recording.report();
        drop(recording);
        let names: BTreeSet<_> = report.tasks().iter().map(|run| run.task.name().to_string()).collect();
        assert_eq!(names, NAMES.map(String::from).into());
        ends_with(&gone, report);
    }
}

#[cfg(feature = "rayon")]
#[test]
fn costs_do_not_keep_a_table() {
    let pool = executor::rayon::start_pool(2).unwrap();
    let overrides = CostOverrides::NONE.with(&crate::costs::Costs::new("Made", [("t1", 9)]));
    for _ in 0..3 {
        let table = made();
        let gone = Arc::downgrade(&table);
        let shared = SharedTable::from(table);
        trial(shared.clone(), Plan::default(), |job| {
            let place = executor::rayon::RunPlace::Inside(&pool);
            executor::rayon::run(place, &job, &Observed::new(&()), true, &overrides)
        })
        .result
        .unwrap();
        ends_with(&gone, shared);
    }
}
