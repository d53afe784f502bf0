//! Several runs with one recorder.

use super::*;
use crate::record::recorder::KEPT;

fn start(recorder: &Recorder, run: RunId, table: &'static Table) {
    let shared = &table.into();
    recorder.run_started(&RunEvent { run, table, shared, backend: Backend::Serial, workers: 1, rank: 0 });
}

#[test]
fn a_second_run_takes_the_place_of_the_first() {
    let recorder = Recorder::new();
    let table = table();
    for task in 0..2 {
        let run = RunId::numbered(task);
        start(&recorder, run, table);
        recorder.started(&TaskEvent { run, ..event(table, task, 0, 0, 0) });
        recorder.elements(&TaskEvent { run, ..event(table, task, 0, 0, 1) }, 0, 7);
        let recording = recorder.recording().unwrap();
        let runs = recording.tasks();
        assert_eq!(
            runs.iter().map(|run| (run.task.index(), run.elements)).collect::<Vec<_>>(),
            [(task, Some(7))]
        );
        assert_eq!(recorder.recordings().len(), 1);
        recorder.run_ended(&RunSummary {
            run,
            table,
            elapsed: ms(1),
            finished: 8,
            failed: 0,
            skipped: 0,
            not_wanted: 0,
            hits: 0,
            not_needed: 0,
            store: crate::observe::StoreSummary::default(),
            caught: 0,
        });
    }
}

#[test]
fn runs_that_overlap_are_kept_apart() {
    let (table, recorder) = (table(), Recorder::new());
    let starts = |run| {
        let run = RunId::numbered(run);
        start(&recorder, run, table);
        recorder.started(&TaskEvent { run, ..event(table, 0, 0, 0, 1) });
    };
    let ends = |run| {
        let run = RunId::numbered(run);
        recorder.finished(&TaskEvent { run, ..event(table, 0, 0, 0, 3) }, ms(2));
        recorder.run_ended(&RunSummary {
            run,
            table,
            elapsed: ms(3),
            finished: 1,
            failed: 0,
            skipped: 7,
            not_wanted: 0,
            hits: 0,
            not_needed: 0,
            store: crate::observe::StoreSummary::default(),
            caught: 0,
        });
    };
    starts(0);
    for run in 1..200 {
        starts(run);
        ends(run);
        assert_eq!(recorder.recording().unwrap().run(), RunId::numbered(run));
    }
    // A late event of an unknown run.
    recorder.finished(&TaskEvent { run: RunId::numbered(500), ..event(table, 0, 0, 0, 3) }, ms(2));
    let all = recorder.recordings();
    assert_eq!(all.len(), 1 + KEPT);
    assert!(!all[0].has_ended() && all[1..].iter().all(|run| run.has_ended() && run.tasks().len() == 1));
    assert_eq!((all[0].run(), all[1].run()), (RunId::numbered(0), RunId::numbered(200 - KEPT)));
    ends(0);
    assert_eq!(recorder.recording().unwrap().run(), RunId::numbered(199));
    starts(200);
    assert_eq!(recorder.recordings().len(), 1);
}

#[test]
fn runs_that_never_end_are_not_kept_for_ever() {
    let (table, recorder) = (table(), Recorder::new());
    for run in 0..200 {
        let run = RunId::numbered(run);
        start(&recorder, run, table);
    }
    assert_eq!(recorder.recordings().len(), 1 + KEPT);
}
