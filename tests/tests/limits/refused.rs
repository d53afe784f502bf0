//! Graphs that do not run, since their tasks need more than there is.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use dag_runtime::{Partial, dag, task};
use dag_tests::Everywhere;

#[task]
fn ran(calls: &AtomicUsize) -> usize {
    calls.fetch_add(1, SeqCst)
}

dag! {
    #[limit(memory = total, gpu = 1)]
    graph Needy<'a>[n](calls: &'a AtomicUsize, total: i64, units: i64) -> last {
        first = ran(calls),
        all[i in 0..n] = ran(calls) using [gpu, memory = units * i as i64],
        last = ran(calls) using memory,
    }

    #[limit(memory = number(total))]
    graph Panics<'a>(calls: &'a AtomicUsize, total: i64, units: i64) -> last {
        first = ran(calls),
        last = ran(calls) using memory = number(units),
    }
}

fn number(x: i64) -> i64 {
    if x == 13 {
        resume_unwind(Box::new("no thirteen".to_owned()));
    }
    x
}

fn error(n: usize, total: i64, units: i64) -> Option<String> {
    let calls = AtomicUsize::new(0);
    Everywhere::new().agree(|executor| {
        let error = Needy { n, calls: &calls, total, units }.run(executor).err();
        let Partial { outputs, error: again } =
            Needy { n, calls: &calls, total, units }.run_partial(executor);
        assert_eq!(error.as_ref().map(ToString::to_string), again.map(|error| error.to_string()));
        assert_eq!(outputs.is_some(), error.is_none());
        if error.is_some() {
            assert_eq!(calls.load(SeqCst), 0, "a task has run");
        }
        error.map(|error| error.to_string())
    })
}

#[test]
fn nothing_runs_if_a_task_takes_more_than_there_is() {
    let says = |text: &str| Some(format!("graph `Needy` cannot run: {text}"));
    assert_eq!(error(3, 4, 2), None);
    assert_eq!(error(0, 1, 5), None);
    assert_eq!(error(4, 4, 2), says("task `all[3]` takes 6 units of limit `memory`, and there are 4"));
    assert_eq!(error(0, 0, 0), says("task `last` takes 1 unit of limit `memory`, and there are 0"));
    assert_eq!(error(2, 1, 2), says("task `all[1]` takes 2 units of limit `memory`, and there is 1"));
    assert_eq!(error(0, -1, 0), says("limit `memory` has -1 units, and 0 is the least"));
    assert_eq!(error(2, 4, -2), says("task `all[1]` takes -2 units of limit `memory`, and 0 is the least"));
}

#[test]
fn a_panic_in_a_number_is_an_error() {
    let calls = AtomicUsize::new(0);
    for (total, units, text) in [
        (13, 1, "limit `memory` panicked: no thirteen"),
        (20, 13, "the units of limit `memory` that task `last` takes panicked: no thirteen"),
    ] {
        assert_eq!(
            Everywhere::new().agree(|executor| {
                Panics { calls: &calls, total, units }.run(executor).unwrap_err().to_string()
            }),
            format!("graph `Panics` cannot run: {text}")
        );
    }
    assert_eq!(calls.load(SeqCst), 0);
}
