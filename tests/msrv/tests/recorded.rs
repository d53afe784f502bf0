//! Recordings, and plans with what they have measured.

use dag_runtime::{Recorder, Serial};
use dag_tests_msrv::{CELLS, Heat, STEPS};

#[test]
fn a_run_is_recorded_and_planned() {
    let recorder = Recorder::new();
    Heat { scale: 1.0 }.run(&Serial.observe(&recorder)).unwrap();
    let recording = recorder.recording().unwrap();
    let summary = recording.report().to_string();
    assert!(summary.contains(&format!("{} finished, 0 failed, 0 skipped", STEPS * CELLS + 1)), "{summary}");
    let path = recording.critical_path();
    assert_eq!(path.last().unwrap().task.name().to_string(), "total");
    assert!(recording.trace().to_string().contains("\"cell[0, 0]\""));
    let measured = Heat::TABLE.planner().measured(&recording.costs());
    assert!(measured.plan(2).makespan() <= measured.plan(1).makespan());
}
