//! Runs with limits: failures, stops, attempts, and what waits meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use dag_runtime::{Partial, Rayon, Serial, Stop, dag, task};
use dag_tests::{Everywhere, Ledger, Token};

use crate::meter::Meter;

#[task]
fn make(ledger: &Arc<Ledger>, meter: &Meter, fails: bool) -> Result<Token, String> {
    meter.hold(1);
    if fails { Err("as asked".to_owned()) } else { Ok(ledger.token("made")) }
}

#[task]
fn check(tokens: &[Token]) -> usize {
    tokens.iter().for_each(Token::check);
    tokens.len()
}

#[task(retry = 2)]
fn try_often(calls: &AtomicUsize, meter: &Meter) -> Result<usize, String> {
    meter.hold(1);
    match calls.fetch_add(1, SeqCst) {
        call if call % 3 == 2 => Ok(call),
        call => Err(format!("call {call}")),
    }
}

#[task]
fn find(x: &u32, meter: &Meter) -> Result<u32, String> {
    meter.hold(1);
    if *x == 77 { Err("77".to_owned()) } else { Ok(*x) }
}

#[task]
fn numbers(count: u32) -> Vec<u32> {
    (0..count).collect()
}

#[task]
fn stop_it(stop: &Stop) {
    stop.stop();
}

dag! {
    #[limit(slots = 2)]
    graph Makes<'a>[n](ledger: &'a Arc<Ledger>, meter: &'a Meter, failing: usize) -> check {
        all[i in 0..n] = make(ledger, meter, i == failing) using slots,
        check(&all),
    }

    #[limit(slots = 1)]
    graph Tries<'a>(calls: &'a AtomicUsize, meter: &'a Meter) -> all {
        all[_i in 0..5] = try_often(calls, meter) using slots,
    }

    #[limit(slots = 2)]
    graph Finds<'a>(count: u32, meter: &'a Meter) -> (found, again) {
        numbers(count),
        found = find(each &numbers, meter) using slots,
        again = find(each &numbers, meter) when count != 5 using slots,
    }

    #[limit(slots = 1)]
    graph Stops<'a>(stop: &'a Stop, ledger: &'a Arc<Ledger>, meter: &'a Meter) -> check {
        stop_it(stop),
        all[_i in 0..40] = make(ledger, meter, false) after [stop_it] using slots,
        check(&all),
    }

    #[limit(slots = 1)]
    graph Inner<'a>(meter: &'a Meter, inner: &'a Meter) -> all {
        all[_i in 0..4] = nested(meter, inner) using slots,
    }

    #[limit(slots = 1)]
    graph Innermost<'a>(meter: &'a Meter) -> all {
        all[_i in 0..3] = hold(meter) using slots,
    }
}

#[task]
fn hold(meter: &Meter) {
    meter.hold(1);
}

#[task]
fn nested(meter: &Meter, inner: &Meter) -> bool {
    meter.hold(1);
    Innermost { meter: inner }.run(&Rayon::new()).is_ok()
}

#[test]
fn a_failure_leaves_nothing() {
    let (ledger, meter) = (Arc::new(Ledger::default()), Meter::default());
    for keep_going in [false, true] {
        let results = Everywhere::new().keep_going(keep_going).each(|executor| {
            let graph = |failing| Makes { n: 30, ledger: &ledger, meter: &meter, failing };
            assert_eq!(graph(99).run(executor).unwrap(), 30);
            assert_eq!(meter.take(2), 30);
            let error = graph(11).run(executor).unwrap_err();
            assert_eq!((error.task(), ledger.alive()), (Some("all[11]"), 0));
            let calls = meter.take(2);
            assert!(!keep_going || calls == 30);
            let Partial { outputs, error } = graph(11).run_partial(executor);
            assert_eq!((outputs, ledger.alive()), (None, 0));
            meter.take(2);
            error.unwrap().skipped().len()
        });
        assert!(!keep_going || results.iter().all(|&skipped| skipped == 1));
    }
}

#[test]
fn units_are_held_through_all_attempts() {
    let (calls, meter) = (AtomicUsize::new(0), Meter::default());
    Everywhere::new().each(|executor| {
        let mut all = Tries { calls: &calls, meter: &meter }.run(executor).unwrap();
        let first = calls.swap(0, SeqCst) - 15;
        all.sort_unstable();
        assert_eq!(all, [2, 5, 8, 11, 14].map(|call| first + call));
        assert_eq!(meter.take(1), 15);
    });
}

#[test]
fn each_element_takes_units() {
    let meter = Meter::default();
    for (count, wanted) in [(0, true), (1, true), (5, false), (70, true)] {
        Everywhere::new().each(|executor| {
            let (found, again) = Finds { count, meter: &meter }.run(executor).unwrap();
            assert!(found.iter().copied().eq(0..count));
            assert_eq!(again.is_some(), wanted);
            assert_eq!(meter.take(2), count as usize * (1 + usize::from(wanted)));
        });
    }
    for keep_going in [false, true] {
        Everywhere::new().keep_going(keep_going).each(|executor| {
            let error = Finds { count: 120, meter: &meter }.run(executor).unwrap_err();
            assert_eq!(error.failures().next().unwrap().1.to_string(), "77");
            let calls = meter.take(2);
            assert!(!keep_going || calls == 240);
        });
    }
}

#[test]
fn a_stop_ends_a_run_in_which_tasks_wait() {
    let (ledger, meter) = (Arc::new(Ledger::default()), Meter::default());
    let stops = |run: &dyn Fn(&Stop, Stops<'_>) -> Result<usize, dag_runtime::Error>| {
        let stop = Stop::new();
        let error = run(&stop, Stops { stop: &stop, ledger: &ledger, meter: &meter }).unwrap_err();
        assert!(error.is_stopped());
        assert_eq!((error.skipped().len(), ledger.alive(), meter.take(1)), (41, 0, 0));
    };
    stops(&|stop, graph| graph.run(&Serial.stop_when(stop)));
    for threads in [1, 2, 4] {
        stops(&|stop, graph| graph.run(&Rayon::with_threads(threads).unwrap().stop_when(stop)));
    }
}

#[test]
fn a_deadline_ends_a_run_in_which_tasks_wait() {
    let (ledger, meter) = (Arc::new(Ledger::default()), Meter::default());
    let rayon = Rayon::with_threads(4).unwrap().deadline(Duration::from_millis(2));
    let error = Makes { n: 2000, ledger: &ledger, meter: &meter, failing: 9999 }.run(&rayon).unwrap_err();
    assert!(error.is_stopped());
    assert!(meter.take(2) < 2000);
    assert_eq!(ledger.alive(), 0);
}

#[test]
fn a_run_inside_of_a_task_has_limits_of_its_own() {
    let (meter, inner) = (Meter::default(), Meter::default());
    Everywhere::new().each(|executor| {
        assert_eq!(Inner { meter: &meter, inner: &inner }.run(executor).unwrap(), [true; 4]);
        assert_eq!((meter.take(1), inner.take(1)), (4, 12));
    });
}

#[task]
fn long(finished: &AtomicUsize) -> usize {
    thread::sleep(Duration::from_millis(20));
    finished.fetch_add(1, SeqCst)
}

#[task]
fn free(finished: &AtomicUsize) -> usize {
    finished.fetch_add(1, SeqCst)
}

#[task]
fn last(all: &[usize]) -> usize {
    all.len()
}

dag! {
    #[limit(gpu = 1)]
    graph Beside<'a>(finished: &'a AtomicUsize) -> (on_gpu, others, end) {
        on_gpu[_i in 0..3] = long(finished) using gpu,
        end = last(&on_gpu),
        others[_i in 0..50] = free(finished),
    }
}

#[test]
fn no_worker_waits_while_other_tasks_can_run() {
    let finished = AtomicUsize::new(0);
    let rayon = Rayon::with_threads(2).unwrap();
    let (on_gpu, others, end) = Beside { finished: &finished }.run(&rayon).unwrap();
    assert_eq!(end, 3);
    // The other thread runs all of these while the first long task runs.
    assert!(others.iter().all(|&before| before <= 50), "{others:?}");
    let mut on_gpu = on_gpu;
    on_gpu.sort_unstable();
    assert_eq!(on_gpu[1..], [51, 52], "{on_gpu:?}");
}
