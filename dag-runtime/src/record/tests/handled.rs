//! Tasks that are not wanted, failures that are caught, and calls that are repeated.

use super::*;
use crate::record::failures::MOST_ATTEMPTS;

fn failed(text: &str) -> Failure {
    Failure::error(text.into())
}

/// `load` is called three times, `cell[0]` has an error as its output, elements of `cell[1]` have, `cell[2]` and `mail` are
/// not wanted.
fn handled() -> Recording {
    let (table, recorder) = (table(), Recorder::new());
    let (backend, workers) = (Backend::Rayon, 2);
    recorder.run_started(&RunEvent { run: RUN, table, shared: &table.into(), backend, workers, rank: 0 });
    let at = |task, worker, at| event(table, task, 0, worker, at);
    let element = |element, event| TaskEvent { element: Some(element), ..event };
    recorder.started(&at(0, 0, 0));
    recorder.retried(&at(0, 0, 10), 1, &failed("no answer\nfrom the server\n"));
    recorder.retried(&at(0, 0, 16), 2, &failed("no <answer>"));
    recorder.finished(&at(0, 0, 20), ms(20));
    recorder.started(&at(1, 0, 20));
    recorder.started(&at(2, 1, 20));
    recorder.elements(&at(2, 1, 20), 0, 9);
    recorder.caught(&at(1, 0, 24), &failed("no number"));
    recorder.finished(&at(1, 0, 25), ms(5));
    recorder.caught(&element(7, at(2, 1, 21)), &failed("of the seventh"));
    recorder.retried(&element(4, at(2, 1, 22)), 1, &failed("a first time"));
    recorder.retried(&element(4, at(2, 1, 26)), 2, &failed("a second time"));
    recorder.caught(&element(4, at(2, 1, 28)), &failed("of the fourth"));
    recorder.caught(&element(8, at(2, 1, 29)), &failed("of the eighth"));
    recorder.finished(&at(2, 1, 30), ms(10));
    for (task, time) in [(3, 30), (7, 35)] {
        recorder.started(&at(task, 0, time));
        recorder.not_wanted(&at(task, 0, time));
    }
    recorder.started(&at(4, 0, 30));
    recorder.failed(&at(4, 0, 35), &failed("no disk"));
    recorder.skipped(&at(5, 0, 40));
    recorder.skipped(&at(6, 0, 40));
    let (elapsed, finished, failed, skipped, not_wanted, caught) = (ms(40), 3, 1, 2, 2, 4);
    recorder.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed,
        finished,
        failed,
        skipped,
        not_wanted,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught,
    });
    recorder.recording().unwrap()
}

#[test]
fn what_was_handled_is_there() {
    let recording = handled();
    let task = |name| recording.table().find(name).unwrap();
    let states = ["load", "cell[1]", "cell[2]", "mail"].map(|name| recording.state(task(name)).unwrap());
    let (finished, not_wanted) = (TaskState::Finished, TaskState::NotWanted);
    assert_eq!(states, [finished, finished, not_wanted, not_wanted]);
    assert_eq!(recording.of(task("mail")).unwrap().time(), Duration::ZERO);
    assert_eq!(recording.caught(task("load")), None);
    assert_eq!(recording.failure(task("cell[0]")), None);
    let caught = |name| {
        let caught = recording.caught(task(name)).unwrap();
        (caught.count, caught.element, caught.text)
    };
    assert_eq!(caught("cell[0]"), (1, None, "no number"));
    assert_eq!(caught("cell[1]"), (3, Some(4), "of the fourth"));
    let runs = ["load", "cell[0]", "cell[1]"].map(|name| recording.of(task(name)).unwrap());
    assert_eq!(runs.map(|run| (run.caught, run.retried)), [(0, 2), (1, 0), (3, 2)]);
}

#[test]
fn attempts_are_kept_apart() {
    let recording = handled();
    let attempts = recording.attempts();
    let of = |k: usize| {
        let attempt = &attempts[k];
        (attempt.task.name().to_string(), attempt.element, attempt.attempt, attempt.start, attempt.time())
    };
    assert_eq!(of(0), ("load".into(), None, 1, ms(0), ms(10)));
    assert_eq!(of(1), ("load".into(), None, 2, ms(10), ms(6)));
    // When the call of an element starts is not known.
    assert_eq!(of(2), ("cell[1]".into(), Some(4), 1, ms(22), ms(0)));
    assert_eq!(of(3), ("cell[1]".into(), Some(4), 2, ms(22), ms(4)));
    assert_eq!((attempts.len(), attempts[3].text, attempts[3].worker), (4, "a second time", 1));
}

#[test]
fn attempts_beyond_number_are_counted() {
    let (table, recorder) = (table(), Recorder::new());
    let (backend, workers) = (Backend::Serial, 1);
    recorder.run_started(&RunEvent { run: RUN, table, shared: &table.into(), backend, workers, rank: 0 });
    recorder.started(&event(table, 0, 0, 0, 0));
    let times = MOST_ATTEMPTS + 5;
    for attempt in 1..=times as u32 {
        recorder.retried(&event(table, 0, 0, 0, u64::from(attempt)), attempt, &failed("again"));
    }
    recorder.finished(&event(table, 0, 0, 0, times as u64 + 3), Duration::ZERO);
    let recording = recorder.recording().unwrap();
    assert_eq!((recording.attempts().len(), recording.report().retried), (MOST_ATTEMPTS, times));
    assert_eq!(recording.costs().get("load"), Some(3_000_000));
}

#[test]
fn a_report_tells_what_was_handled() {
    assert_eq!(
        handled().report().to_string(),
        "\
Heat on rayon, 2 workers: 3 finished, 2 not wanted, 1 failed, 2 skipped, 4 caught, 4 attempts repeated
40.00 ms of work in 40.00 ms: speed-up 1.00, utilisation 50 %, idle 40.00 ms
span 25.00 ms, parallelism 1.60: no number of workers gives a higher speed-up

task    tasks       time    longest  share  critical  would save
load        1   20.00 ms   20.00 ms   50 %      67 %    20.00 ms  2 repeated
cell        3   20.00 ms   10.00 ms   50 %      33 %    10.56 ms  1 not wanted, 1 failed, 4 caught, 2 repeated
mail        0        0 s        0 s    0 %       0 %         0 s  1 not wanted

caught
cell[0]: no number
cell[1], 3 elements, the first is 4: of the fourth

repeated
load, attempt 1, 10.00 ms: no answer from the server
load, attempt 2, 6.00 ms: no <answer>
cell[1], element 4, attempt 1: a first time
cell[1], element 4, attempt 2, 4.00 ms: a second time

worker    tasks       busy  utilisation
0             3   30.00 ms         75 %
1             1   10.00 ms         25 %
"
    );
}

#[test]
fn what_did_not_run_has_no_cost_and_a_call_that_failed_does_not_count() {
    let recording = handled();
    let costs = recording.costs();
    let of = ["load", "cell[0]", "cell[1]", "cell[2]", "cell[3]", "mail"].map(|name| costs.get(name));
    assert_eq!(of, [Some(4_000_000), Some(5_000_000), Some(10_000_000), None, None, None]);
    // Members that were not wanted cost the mean of the others, and `mail` is scaled as they are.
    let plan = recording.table().planner().measured(&costs).plan(1);
    assert_eq!(plan.work(), 4_000_000 + 4 * 7_500_000 + 3 * 6_800_000);
}

#[test]
fn a_chart_shows_what_was_handled() {
    let chart = handled().gantt().width(600).to_string();
    golden("handled.svg", include_str!("../golden/handled.svg"), &chart);
}

#[cfg(feature = "json")]
mod json {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_report_as_json_tells_what_was_handled() {
        let report: Value = serde_json::from_str(&handled().report().to_json()).unwrap();
        let totals = ["finished", "not_wanted", "failed", "skipped", "caught", "retried"];
        assert_eq!(totals.map(|total| report[total].as_u64().unwrap()), [3, 2, 1, 2, 4, 4]);
        let cell = report["lines"].as_array().unwrap().iter().find(|line| line["name"] == "cell").unwrap();
        let counts = ["tasks", "not_wanted", "failed", "caught", "retried"];
        assert_eq!(counts.map(|count| cell[count].as_u64().unwrap()), [3, 1, 1, 4, 2]);
        let tasks = report["tasks"].as_array().unwrap();
        let of = |name: &str| tasks.iter().find(|task| task["name"] == name).unwrap();
        assert_eq!(of("mail")["state"], "not wanted");
        assert_eq!(of("cell[3]")["failure"], "no disk");
        assert_eq!(of("cell[0]")["caught"], json!({ "failures": 1, "text": "no number" }));
        assert_eq!(of("cell[1]")["caught"], json!({ "failures": 3, "element": 4, "text": "of the fourth" }));
        let attempts = of("load")["attempts"].as_array().unwrap();
        assert_eq!(attempts.len(), 2);
        assert_eq!(attempts[1], json!({ "attempt": 2, "start": 0.01, "time": 0.006, "text": "no <answer>" }));
        assert_eq!((&of("cell[1]")["attempts"][0]["element"], of("mail").get("attempts")), (&4.into(), None));
    }

    #[test]
    fn a_trace_shows_what_was_handled() {
        let trace: Value = serde_json::from_str(&handled().trace().to_string()).unwrap();
        let events = trace["traceEvents"].as_array().unwrap();
        let of = |kind: &str, name: &str| {
            let is = |event: &&Value| event["ph"] == kind && event["name"] == name;
            events.iter().find(is).unwrap_or_else(|| panic!("{kind} {name}"))
        };
        assert_eq!(of("i", "mail")["args"]["state"], "not wanted");
        assert_eq!(of("X", "cell[1]")["args"]["caught"]["failures"], 3);
        assert_eq!(of("X", "load")["args"]["repeated"], 2);
        let attempt = of("X", "load, attempt 2");
        assert_eq!((&attempt["ts"], &attempt["dur"]), (&10_000.0.into(), &6000.0.into()));
        assert_eq!(attempt["args"], json!({ "task": 0, "attempt": 2, "failure": "no <answer>" }));
        assert_eq!(of("i", "cell[1], attempt 1")["args"]["element"], 4);
        // An arrow joins intervals, and a task that is not wanted has none.
        let arrows = events.iter().filter(|event| event["ph"] == "s").count();
        assert_eq!(arrows, 3);
        assert!(!events.iter().any(|event| event["ph"] == "X" && event["name"] == "mail"));
    }
}
