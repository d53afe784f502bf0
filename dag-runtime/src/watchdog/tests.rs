use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::time::Duration;

use super::report::Report;
use super::run::{Run, State};
use crate::backend::Backend;
use crate::observe::{RunEvent, RunId, TaskEvent};
use crate::table::{Limit, Limits, Line, RawEdge, Table, Use};

const LIMIT: Duration = Duration::from_secs(10);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A table of tasks `t0`, `t1` and so on, of which each depends on these.
fn table(dependencies: &[&[u32]]) -> &'static Table {
    let line = |k: usize| Line { name: std::format!("t{k}").leak(), ..Line::EMPTY };
    let edges = (0..).zip(dependencies).flat_map(|(node, on)| {
        on.iter().map(move |&to| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY })
    });
    Table::leak("Net", (0..dependencies.len()).map(line).collect(), edges.collect())
}

fn run(table: &'static Table, backend: Backend, rank: usize) -> Run {
    let run = RunId::numbered(1);
    let event = RunEvent { run, table, shared: &table.into(), backend, workers: 4, rank };
    Run::new(&event, None, None)
}

/// A task starts, ends or fails on worker 2 of a rank.
fn happens(run: &Run, task: usize, state: State, at: u64, rank: usize) {
    let task = run.table.task(task).unwrap();
    let event = TaskEvent { run: run.id, task, element: None, worker: 2, rank, at: seconds(at) };
    run.touch(&event, Some(state));
}

fn report(run: &Run, now: u64) -> String {
    Report::of(run, seconds(now), seconds(10)).to_string()
}

#[test]
fn each_silence_is_told_once() {
    let run = run(table(&[&[], &[0]]), Backend::Serial, 0);
    // From the start on.
    assert_eq!(run.check(seconds(4), LIMIT), Err(seconds(6)));
    assert_eq!(run.check(seconds(10), LIMIT), Ok(seconds(10)));
    assert_eq!(run.check(seconds(100), LIMIT), Err(LIMIT));
    happens(&run, 0, State::Running, 101, 0);
    assert_eq!(run.check(seconds(105), LIMIT), Err(seconds(6)));
    happens(&run, 0, State::Ended, 106, 0);
    assert_eq!(run.check(seconds(115), LIMIT), Err(seconds(1)));
    assert_eq!(run.check(seconds(117), LIMIT), Ok(seconds(11)));
    assert_eq!(run.check(seconds(200), LIMIT), Err(LIMIT));
    // An event may be younger than the time that was read before it.
    happens(&run, 1, State::Running, 201, 0);
    assert_eq!(run.check(seconds(200), LIMIT), Err(LIMIT));
    assert_eq!(run.check(Duration::MAX, Duration::MAX), Err(seconds(201)));
}

#[test]
fn what_waits_for_what_is_told() {
    let run = run(table(&[&[], &[0], &[1], &[], &[0], &[3], &[5]]), Backend::Rayon, 0);
    happens(&run, 0, State::Running, 1, 0);
    happens(&run, 3, State::Running, 2, 0);
    assert_eq!(
        report(&run, 14),
        "no task of graph `Net` has started or ended for 10 s\n  \
         running: `t0` on worker 2 for 13 s, `t3` on worker 2 for 12 s\n  \
         waiting: `t1` for `t0`, `t4` for `t0`, `t5` for `t3`; 2 more tasks\n"
    );
    happens(&run, 0, State::Ended, 3, 0);
    // What depends on it will not run.
    happens(&run, 3, State::Failed, 4, 0);
    assert_eq!(
        report(&run, 14),
        "no task of graph `Net` has started or ended for 10 s\n  ready: `t1`, `t4`\n  waiting: 1 more task\n  \
         running: nothing\n"
    );
}

#[test]
fn a_rank_tells_what_it_knows() {
    let run = run(table(&[&[], &[0], &[1]]), Backend::Mpi, 3);
    happens(&run, 0, State::Running, 1, 3);
    // Told after the run.
    happens(&run, 1, State::Running, 1, 2);
    assert_eq!(
        report(&run, 14),
        "no task of graph `Net` has started or ended on rank 3 for 10 s\n  running: `t0` on worker 2 for 13 s\n  \
         waiting: `t1` for `t0`\n"
    );
    happens(&run, 0, State::Ended, 20, 3);
    assert_eq!(
        report(&run, 30),
        "no task of graph `Net` has started or ended on rank 3 for 10 s\n  running: nothing on this rank\n"
    );
}

#[cfg(feature = "tracing")]
#[test]
fn tracing_is_told() {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use ::tracing::{Span, subscriber};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let run = run(table(&[&[], &[0]]), Backend::Rayon, 0);
    happens(&run, 0, State::Running, 1, 0);
    let lines = Lines::default();
    let writer = lines.clone();
    let told = tracing_subscriber::fmt().with_writer(move || writer.clone()).without_time();
    subscriber::with_default(told.with_target(false).with_ansi(false).finish(), || {
        Report::of(&run, seconds(14), LIMIT).emit(&Span::none());
    });
    assert_eq!(
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap().trim_start(),
        "WARN no task has started or ended graph=\"Net\" rank=0 silence=10s running=\"`t0` on worker 2 for 13 s\" \
         ready=\"\" waiting=\"`t1` for `t0`\"\n"
    );
}

#[test]
fn of_many_tasks_few_are_named() {
    let dependencies: Vec<&[u32]> = (0..1000).map(|k| if k < 100 { &[][..] } else { &[0] }).collect();
    let run = run(table(&dependencies), Backend::Rayon, 0);
    (0..20).for_each(|task| happens(&run, task, State::Running, 1, 0));
    let text = report(&run, 11);
    assert!(text.len() < 600, "{text}");
    assert!(text.contains("`t4` on worker 2 for 10 s; 15 more tasks\n  ready: `t20`, "), "{text}");
    assert!(text.ends_with("`t104` for `t0`; 895 more tasks\n"), "{text}");
}

#[test]
fn tasks_that_wait_for_a_limit_are_told() {
    static LIMITS: Limits = Limits::new(&[Limit::of_a_run("memory"), Limit::of_a_run("gpu")], &[]);
    let line = |name| Line { name, ..Line::EMPTY };
    let table = Table::from_lines("Net", "", alloc::vec![line("t0"), line("t1"), line("t2")], &[]);
    let table: &'static Table = Box::leak(Box::new(table.with_limits(&LIMITS)));
    let run = run(table, Backend::Rayon, 0);
    happens(&run, 0, State::Running, 1, 0);
    for (task, limit) in [(1, "gpu"), (2, "memory")] {
        let task = run.table.task(task).unwrap();
        let event = TaskEvent { run: run.id, task, element: None, worker: 2, rank: 0, at: seconds(8) };
        run.wait(&event, limit);
    }
    assert_eq!(run.check(seconds(11), LIMIT), Ok(seconds(10)), "to wait is no sign of life");
    let text = report(&run, 11);
    assert!(text.ends_with("  waiting: `t1` for limit `gpu`, `t2` for limit `memory`\n"), "{text}");
    happens(&run, 1, State::Running, 12, 0);
    let text = report(&run, 22);
    assert!(text.ends_with("  waiting: `t2` for limit `memory`\n"), "{text}");
}
