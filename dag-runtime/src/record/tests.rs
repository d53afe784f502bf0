//! Recordings of runs whose events the tests send, so that all times are known.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use super::*;
use crate::error::Failure;
use crate::observe::{Observer as _, RunEvent, RunId, RunSummary, TaskEvent};
use crate::table::{Dim, Line, RawEdge, Shape};

static FOUR: Shape<'static> = Shape::new(&[Dim::range(0, 4)]);

/// The run of the events, if there is only one.
const RUN: RunId = RunId::numbered(0);

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// `load`, four `cell`s that depend on it, `sum` of these, and `log`, which fails, with `mail` behind it.
fn table() -> &'static Table {
    let node = |name| Line { name, cost: 1, ..Line::EMPTY };
    let nodes = vec![
        Line { description: "Reads \"<all>\".", ..node("load") },
        Line { shape: Some(&FOUR), ..node("cell") },
        Line { output: true, ..node("sum") },
        node("log"),
        node("mail"),
    ];
    let edge = |(node, to)| RawEdge { node, to, ..RawEdge::EMPTY };
    let edges =
        [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (5, 2), (5, 3), (5, 4), (6, 0), (7, 6)].map(edge).into();
    Table::leak("Heat", nodes, edges)
}

fn event(table: &'static Table, task: usize, rank: usize, worker: usize, at: u64) -> TaskEvent<'static> {
    TaskEvent { run: RUN, task: table.task(task).unwrap(), element: None, worker, rank, at: ms(at) }
}

fn failure() -> Failure {
    Failure::error("the disk is \"full\"".into())
}

/// Two workers; worker 1 has nothing to do at first, and then takes more time.
fn recorded(backend: Backend) -> Recording {
    let (table, recorder) = (table(), Recorder::new());
    assert!(recorder.recording().is_none());
    recorder.run_started(&RunEvent { run: RUN, table, shared: &table.into(), backend, workers: 2, rank: 0 });
    let on = |worker| if backend == Backend::Mpi { (worker, 0) } else { (0, worker) };
    let runs = [
        (0, 0, 0, 10),
        (1, 0, 10, 20),
        (2, 1, 11, 26),
        (3, 0, 20, 30),
        (4, 1, 26, 41),
        (6, 0, 30, 32),
        (5, 0, 42, 50),
    ];
    for (task, worker, start, end) in runs {
        let (rank, worker) = on(worker);
        recorder.started(&event(table, task, rank, worker, start));
        assert_eq!(recorder.recording().unwrap().state(table.task(task).unwrap()), Some(TaskState::Running));
        let end = event(table, task, rank, worker, end);
        match task {
            6 => recorder.failed(&end, &failure()),
            _ => recorder.finished(&end, Duration::ZERO),
        }
        if backend == Backend::Mpi && task == 0 {
            recorder.sent(&end, 1, 800);
        }
    }
    recorder.skipped(&event(table, 7, 0, 0, 50));
    assert!(!recorder.recording().unwrap().has_ended());
    let elapsed = ms(50);
    recorder.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed,
        finished: 6,
        failed: 1,
        skipped: 1,
        not_wanted: 0,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught: 0,
    });
    recorder.recording().unwrap()
}

fn names(runs: &[TaskRun<'_>]) -> Vec<String> {
    runs.iter().map(|run| run.task.name().to_string()).collect()
}

#[test]
fn what_happened_is_there() {
    let recording = recorded(Backend::Rayon);
    assert!(recording.has_ended());
    assert_eq!((recording.workers(), recording.elapsed()), (2, ms(50)));
    assert_eq!(names(&recording.tasks()), ["load", "cell[0]", "cell[1]", "cell[2]", "cell[3]", "log", "sum"]);
    let task = |name| recording.table().find(name).unwrap();
    let states = ["load", "log", "mail"].map(|name| recording.state(task(name)).unwrap());
    assert_eq!(states, [TaskState::Finished, TaskState::Failed, TaskState::Skipped]);
    assert_eq!(recording.failure(task("log")), Some("the disk is \"full\""));
    assert_eq!((recording.failure(task("load")), recording.of(task("mail"))), (None, None));
    let cell = recording.of(task("cell[1]")).unwrap();
    assert_eq!((cell.rank, cell.worker, cell.start, cell.time()), (0, 1, ms(11), ms(15)));
}

#[test]
fn on_mpi_only_workers_are_shown_that_ran_a_task() {
    let (table, recorder) = (table(), Recorder::new());
    recorder.run_started(&RunEvent {
        run: RUN,
        table,
        shared: &table.into(),
        backend: Backend::Mpi,
        workers: 4,
        rank: 0,
    });
    recorder.started(&event(table, 0, 0, 1, 0));
    recorder.finished(&event(table, 0, 0, 1, 10), ms(10));
    let recording = recorder.recording().unwrap();
    let workers = recording.report().workers;
    assert_eq!(workers.iter().map(|worker| (worker.rank, worker.worker)).collect::<Vec<_>>(), [(0, 1)]);
    let chart = recording.gantt().to_string();
    assert!(chart.contains("rank 0.1<") && !chart.contains("rank 0.0<"), "{chart}");
}

/// Two workers share the four elements of `cell[0]`, beside which `log` runs; `sum` comes after them.
fn shared() -> Recording {
    let (table, recorder) = (table(), Recorder::new());
    recorder.run_started(&RunEvent {
        run: RUN,
        table,
        shared: &table.into(),
        backend: Backend::Rayon,
        workers: 2,
        rank: 0,
    });
    let run = |task, worker, start, end| {
        recorder.started(&event(table, task, 0, worker, start));
        recorder.finished(&event(table, task, 0, worker, end), ms(end - start));
    };
    run(0, 0, 0, 10);
    recorder.started(&event(table, 1, 0, 0, 10));
    recorder.elements(&event(table, 1, 0, 0, 10), 0, 4);
    for (worker, start, end) in [(0, 10, 14), (1, 11, 19), (0, 14, 20)] {
        recorder.ran_elements(&event(table, 1, 0, worker, end), ms(end - start));
        if worker == 1 {
            run(6, 1, 19, 22);
        }
    }
    recorder.finished(&event(table, 1, 0, 0, 20), ms(10));
    run(5, 0, 20, 25);
    recorder.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed: ms(25),
        finished: 4,
        failed: 0,
        skipped: 4,
        not_wanted: 0,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught: 0,
    });
    recorder.recording().unwrap()
}

#[test]
fn elements_count_where_they_ran() {
    let recording = shared();
    let cell = recording.of(recording.table().find("cell[0]").unwrap()).unwrap();
    assert_eq!((cell.time(), cell.work, cell.elements), (ms(10), ms(18), Some(4)));
    assert_eq!(names(&recording.critical_path()), ["load", "cell[0]", "sum"]);

    let report = recording.report();
    // 10 and 18 and 5 and 3; a quarter of the elements' time is on the longest way.
    assert_eq!((report.work, report.span), (ms(36), Duration::from_micros(19_500)));
    let busy: Vec<_> = report.workers.iter().map(|worker| (worker.tasks, worker.busy)).collect();
    assert_eq!(busy, [(3, ms(25)), (2, ms(11))]);
    assert_eq!((format!("{:.3}", report.utilisation), report.idle), ("0.720".into(), ms(14)));
    let line = |name| report.lines.iter().find(|line| line.name == name).unwrap();
    let cells = line("cell");
    assert_eq!((cells.time, cells.longest, cells.share), (ms(18), ms(10), 0.5));
    let critical = ["load", "cell", "sum"].map(|name| format!("{:.3}", line(name).critical_share));
    assert_eq!(critical, ["0.400", "0.400", "0.200"]);
    // Shared out among both, 9 ms of the elements go before `sum`, which takes 5.
    assert_eq!((cells.saved, line("sum").saved), (Some(ms(9)), Some(ms(2))));

    let costs = recording.costs();
    assert_eq!(costs.get("cell[0]"), Some(18_000_000));
    assert_eq!(costs.elements().collect::<Vec<_>>(), [("cell[0]", 4)]);
    let chart = recording.gantt().to_string();
    assert_eq!(chart.matches("<title>cell[0]: ").count(), 3);
}

#[test]
#[cfg(feature = "json")]
fn elements_are_in_the_tracks_of_their_workers() {
    let trace: serde_json::Value = serde_json::from_str(&shared().trace().to_string()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let cells = events.iter().filter(|event| event["ph"] == "X" && event["name"] == "cell[0]");
    let cells: Vec<_> =
        cells.map(|cell| (cell["tid"].as_u64().unwrap(), cell["dur"].as_f64().unwrap())).collect();
    assert_eq!(cells, [(0, 4000.0), (1, 8000.0), (0, 6000.0)]);
}

#[test]
fn the_critical_path_goes_through_workers_and_dependencies() {
    let recording = recorded(Backend::Rayon);
    let path = recording.critical_path();
    assert_eq!(names(&path), ["load", "cell[1]", "cell[3]", "sum"]);
}

/// A worker that waits inside a task runs another one, which begins later and ends earlier.
#[test]
fn a_task_inside_another_one_counts_once() {
    let (table, recorder) = (table(), Recorder::new());
    recorder.run_started(&RunEvent {
        run: RUN,
        table,
        shared: &table.into(),
        backend: Backend::Rayon,
        workers: 1,
        rank: 0,
    });
    for (task, start) in [(0, 0), (1, 2), (2, 10)] {
        recorder.started(&event(table, task, 0, 0, start));
    }
    for (task, end) in [(1, 4), (0, 8), (2, 12)] {
        recorder.finished(&event(table, task, 0, 0, end), Duration::ZERO);
    }
    let recording = recorder.recording().unwrap();
    assert_eq!(names(&recording.critical_path()), ["load", "cell[1]"]);
    let report = recording.report();
    assert_eq!((report.work, report.workers[0].busy, report.idle), (ms(12), ms(10), ms(2)));
}

#[test]
fn a_report_has_what_the_times_say() {
    let report = recorded(Backend::Rayon).report();
    assert_eq!((report.finished, report.failed, report.skipped), (6, 1, 1));
    assert_eq!((report.work, report.span, report.idle), (ms(70), ms(33), ms(30)));
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(close(report.parallelism, 70.0 / 33.0) && close(report.speedup, 1.4));
    assert!(close(report.utilisation, 0.7));
    let cell = &report.lines[0];
    assert_eq!((cell.name, cell.tasks, cell.time, cell.longest), ("cell", 4, ms(50), ms(15)));
    assert!(close(cell.share, 50.0 / 70.0) && close(cell.critical_share, 30.0 / 48.0));
    // A plan puts the two long cells on both workers first: 10 + 15 + 10 + 8.
    assert_eq!(cell.saved, Some(ms(43 - 18)));
}

#[test]
fn a_report_is_text() {
    assert_eq!(
        recorded(Backend::Rayon).report().to_string(),
        "\
Heat on rayon, 2 workers: 6 finished, 1 failed, 1 skipped
70.00 ms of work in 50.00 ms: speed-up 1.40, utilisation 70 %, idle 30.00 ms
span 33.00 ms, parallelism 2.12: no number of workers gives a higher speed-up

task    tasks       time    longest  share  critical  would save
cell        4   50.00 ms   15.00 ms   71 %      62 %    25.00 ms
load        1   10.00 ms   10.00 ms   14 %      21 %    10.00 ms
sum         1    8.00 ms    8.00 ms   11 %      17 %     6.00 ms
log         1    2.00 ms    2.00 ms    3 %       0 %         0 s  1 failed

worker    tasks       busy  utilisation
0             5   40.00 ms         80 %
1             2   30.00 ms         60 %
"
    );
    let ranks = recorded(Backend::Mpi).report();
    assert_eq!((ranks.messages, ranks.bytes), (1, 800));
    let text = ranks.to_string();
    assert!(text.contains("\n1 outputs with 800 bytes were sent to other ranks\n"), "{text}");
    assert!(text.contains("\n1.0 "), "{text}");
}

#[test]
fn costs_are_of_tasks_that_have_finished() {
    let recording = recorded(Backend::Rayon);
    let costs = recording.costs();
    assert_eq!((costs.graph(), costs.get("cell[1]"), costs.get("log")), ("Heat", Some(15_000_000), None));
    let mut all = costs.iter();
    let (first, last) = (all.next().unwrap().0, all.next_back().unwrap().0);
    assert_eq!((all.len(), costs.iter().len()), (4, 6));
    assert!(first < last && all.is_sorted(), "they are sorted by name");
    let plan = recording.table().planner().costs_by_name(&costs).unwrap().plan(1);
    // The two that have not finished keep the cost of the table.
    assert_eq!(plan.makespan(), 68_000_002);
}

#[test]
fn a_chart_is_drawn() {
    golden(
        "gantt.svg",
        include_str!("golden/gantt.svg"),
        &recorded(Backend::Rayon).gantt().width(600).to_string(),
    );
}

#[test]
fn a_rank_without_tasks_is_no_worker_of_another_one() {
    let (table, recorder) = (table(), Recorder::new());
    recorder.run_started(&RunEvent {
        run: RUN,
        table,
        shared: &table.into(),
        backend: Backend::Mpi,
        workers: 2,
        rank: 0,
    });
    recorder.started(&event(table, 0, 0, 0, 0));
    recorder.finished(&event(table, 0, 0, 0, 10), ms(10));
    recorder.run_ended(&RunSummary {
        run: RUN,
        table,
        elapsed: ms(10),
        finished: 1,
        failed: 0,
        skipped: 7,
        not_wanted: 0,
        hits: 0,
        not_needed: 0,
        store: crate::observe::StoreSummary::default(),
        caught: 0,
    });
    let recording = recorder.recording().unwrap();
    let (report, chart) = (recording.report(), recording.gantt().to_string());
    assert_eq!((report.workers.len(), report.worker_count, report.idle), (1, 2, ms(10)));
    assert!(report.to_string().contains("\n0.0 "), "{report}");
    assert!(chart.contains(">rank 0.0<") && !chart.contains(">worker 1<"), "{chart}");
}

#[test]
fn a_chart_of_nothing_is_no_harm() {
    let recorder = Recorder::new();
    recorder.run_started(&RunEvent {
        run: RUN,
        table: table(),
        shared: &table().into(),
        backend: Backend::Serial,
        workers: 1,
        rank: 0,
    });
    let recording = recorder.recording().unwrap();
    assert!(recording.gantt().to_string().ends_with("</svg>\n"));
    assert_eq!((recording.report().utilisation, recording.critical_path().len()), (0.0, 0));
}

/// Compares, or writes anew where `DAG_BLESS` is set.
fn golden(name: &str, expected: &str, found: &str) {
    if std::env::var_os("DAG_BLESS").is_some() {
        let path = format!("{}/src/record/golden/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, found).unwrap();
    } else {
        assert_eq!(found, expected, "{name}: DAG_BLESS=1 writes it anew");
    }
}

mod handled;
#[cfg(feature = "json")]
mod json;
mod runs;
mod waits;
