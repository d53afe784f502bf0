//! Tasks that have waited for limits.

use super::*;

/// As [`recorded`]: two of the `cell`s wait for `gpu`, `sum` waits for `memory` and never runs.
fn waited() -> Recording {
    let (table, recorder) = (table(), Recorder::new());
    let start =
        RunEvent { run: RUN, table, shared: &table.into(), backend: Backend::Rayon, workers: 2, rank: 0 };
    recorder.run_started(&start);
    recorder.waiting(&event(table, 2, 0, 0, 10), "gpu");
    recorder.waiting(&event(table, 3, 0, 0, 11), "gpu");
    for (task, worker, start, end) in [(1, 0, 10, 20), (2, 1, 20, 26), (3, 0, 41, 48)] {
        recorder.started(&event(table, task, 0, worker, start));
        recorder.finished(&event(table, task, 0, worker, end), Duration::ZERO);
    }
    recorder.waiting(&event(table, 5, 0, 0, 48), "memory");
    let recording = recorder.recording().unwrap();
    assert_eq!(recording.waits()[2].time(), ms(0), "it still waits");
    let elapsed = ms(50);
    recorder.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed,
        finished: 3,
        failed: 0,
        skipped: 5,
        not_wanted: 0,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught: 0,
    });
    recorder.recording().unwrap()
}

#[test]
fn waits_last_until_a_task_starts_or_the_run_ends() {
    let recording = waited();
    let waits: Vec<_> = recording
        .waits()
        .into_iter()
        .map(|wait| (wait.task.name().to_string(), wait.limit, wait.since, wait.until))
        .collect();
    let of = |name: &str, limit, since, until| (name.to_string(), limit, ms(since), ms(until));
    assert_eq!(
        waits,
        [of("cell[1]", "gpu", 10, 20), of("cell[2]", "gpu", 11, 41), of("sum", "memory", 48, 50)]
    );
    assert!(recorded(Backend::Rayon).waits().is_empty());
}

#[test]
fn a_report_says_what_each_limit_has_cost() {
    let report = waited().report();
    let limits: Vec<_> =
        report.limits.iter().map(|limit| (limit.name, limit.tasks, limit.waited, limit.longest)).collect();
    assert_eq!(limits, [("gpu", 2, ms(40), ms(30)), ("memory", 1, ms(2), ms(2))]);
    let text = report.to_string();
    assert!(
        text.contains(
            "\nwaiting for    tasks     waited    longest\n\
             gpu                2   40.00 ms   30.00 ms\n\
             memory             1    2.00 ms    2.00 ms\n"
        ),
        "{text}"
    );
    assert!(!recorded(Backend::Rayon).report().to_string().contains("waiting for"));
}

#[test]
fn a_chart_has_a_row_for_each_limit() {
    let chart = waited().gantt().to_string();
    let rows: Vec<_> = chart.lines().filter(|line| line.contains(">for ")).collect();
    assert_eq!(rows.len(), 2, "{chart}");
    assert!(
        chart.contains("<title>cell[2]: waiting for `gpu` for 30.00 ms, from 11.00 ms to 41.00 ms</title>")
    );
    assert_eq!(chart.matches("fill-opacity").count(), 3);
    assert!(!recorded(Backend::Rayon).gantt().to_string().contains("for "));
}

#[cfg(feature = "json")]
#[test]
fn a_trace_has_an_event_for_each_wait() {
    let trace: serde_json::Value = serde_json::from_str(&waited().trace().to_string()).unwrap();
    let of = |kind: &str| -> Vec<_> {
        let events = trace["traceEvents"].as_array().unwrap().iter();
        events
            .filter(|event| event["ph"] == kind)
            .map(|event| (event["id"].as_u64(), event["ts"].as_f64()))
            .collect()
    };
    assert_eq!(of("b"), [(Some(0), Some(1e4)), (Some(1), Some(1.1e4)), (Some(2), Some(4.8e4))]);
    assert_eq!(of("e"), [(Some(0), Some(2e4)), (Some(1), Some(4.1e4)), (Some(2), Some(5e4))]);
    let json: serde_json::Value = serde_json::from_str(&waited().report().to_json()).unwrap();
    assert_eq!(
        (&json["limits"][0]["name"], json["limits"][0]["waited"].as_f64()),
        (&"gpu".into(), Some(0.04))
    );
    assert!(recorded(Backend::Rayon).report().to_json().find("\"limits\"").is_none());
}
