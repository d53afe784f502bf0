//! Tasks with `retry`, which are called again after an `Err`.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use dag_runtime::{Executor, Failure, Observer, Rayon, Serial, Stop, TaskEvent, dag, task};
use dag_tests::{Everywhere, pool};

use crate::log::Log;

/// Counts calls, of which the first `fail` fail.
#[derive(Debug, Default)]
pub struct Flaky {
    fail: u32,
    calls: AtomicU32,
}

impl Flaky {
    pub fn new(fail: u32) -> Self {
        Flaky { fail, calls: AtomicU32::new(0) }
    }

    pub fn call(&self) -> Result<u32, String> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call < self.fail { Err(format!("call {call}")) } else { Ok(call) }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

const RETRIES: u32 = 2;

#[task(retry = RETRIES)]
fn flaky(flaky: &Flaky) -> Result<u32, String> {
    flaky.call()
}

#[task]
fn before() -> String {
    "before".into()
}

#[task(depends = [before, flaky])]
fn after(before: String, flaky: u32) -> String {
    format!("{before} {flaky}")
}

#[task(depends = [flaky])]
fn last(flaky: u32, cell: &AtomicU32) -> u32 {
    cell.fetch_add(flaky, Ordering::Relaxed)
}

dag! {
    graph Chain(calls: Flaky, cell: AtomicU32) -> (after, last) {
        before,
        flaky(&calls),
        after,
        last(&cell),
    }
}

impl Chain {
    fn new(fail: u32) -> Self {
        Chain { calls: Flaky::new(fail), cell: AtomicU32::new(0) }
    }
}

#[test]
fn a_task_is_called_again_until_it_succeeds() {
    for keep_going in [false, true] {
        for fail in 0..=2 {
            Everywhere::new().keep_going(keep_going).agree(|executor| {
                assert_eq!(Chain::new(fail).run(executor).unwrap(), (format!("before {fail}"), 0));
            });
        }
        Everywhere::new().keep_going(keep_going).agree(|executor| {
            let error = Chain::new(3).run(executor).unwrap_err();
            assert_eq!(error.to_string(), "task `flaky` of graph `Chain` failed: call 2");
            assert_eq!(error.failures().len(), 1);
            assert_eq!(error.skipped(), ["after", "last"]);
        });
    }
}

#[test]
fn attempts_are_told() {
    let log = Log::default();
    let observed = || Everywhere::observed_by(&log);
    observed().agree(|executor: &dyn Executor<Chain>| {
        Chain::new(2).run(executor).unwrap();
        let lines = log.take();
        let finished = "4 finished, 0 failed, 0 skipped, 0 caught";
        assert_eq!(lines, [finished, "flaky attempt 1: call 0", "flaky attempt 2: call 1"]);
    });
    observed().keep_going(true).agree(|executor: &dyn Executor<Chain>| {
        Chain::new(3).run(executor).unwrap_err();
        let lines = log.take();
        let expected = [
            "1 finished, 1 failed, 2 skipped, 0 caught",
            "flaky attempt 1: call 0",
            "flaky attempt 2: call 1",
            "flaky failed: call 2",
        ];
        assert_eq!(lines, expected);
    });
}

// Only numbers, so that no output has to be dropped.

#[task(retry = 1)]
fn first(calls: &Flaky) -> Result<u32, String> {
    calls.call()
}

#[task(depends = [first], retry = 1)]
fn second(first: u32, calls: &Flaky) -> Result<u32, String> {
    Ok(first + calls.call()?)
}

dag! {
    graph Numbers<'a>(calls: &'a Flaky) -> (second, third) {
        first(calls),
        second(calls),
        third = second(calls) after [second],
    }
}

#[test]
fn several_tasks_are_called_again() {
    let calls = Flaky::new(1);
    assert_eq!(Numbers { calls: &calls }.run(&Serial).unwrap(), (3, 4));
    assert_eq!(calls.calls(), 4);
    let calls = Flaky::new(2);
    let error = Numbers { calls: &calls }.run(&Serial).unwrap_err();
    assert_eq!((error.task(), calls.calls()), (Some("first"), 2));
}

// A constant that is 0.

const NEVER: u32 = 0;

#[task(retry = NEVER)]
fn once(calls: &Flaky) -> Result<u32, String> {
    calls.call()
}

#[task(retry = NEVER, catch)]
fn caught_once(calls: &Flaky) -> Result<u32, String> {
    calls.call()
}

dag! { graph Once<'a>(calls: &'a Flaky) -> once { once(calls) } }
dag! { graph CaughtOnce<'a>(calls: &'a Flaky) -> caught_once { caught_once(calls) } }

#[test]
fn no_retries_are_one_call() {
    let calls = Flaky::new(1);
    assert!(Once { calls: &calls }.run(&Serial).is_err());
    assert_eq!(calls.calls(), 1);
    let calls = Flaky::new(1);
    assert!(CaughtOnce { calls: &calls }.run(&Serial).unwrap().is_err());
    assert_eq!(calls.calls(), 1);
}

// With `catch`.

#[task(retry = 2, catch)]
fn caught(calls: &Flaky) -> Result<u32, String> {
    calls.call()
}

dag! { graph Caught(calls: Flaky) -> caught { caught(&calls) } }

#[test]
fn the_last_error_is_caught() {
    let log = Log::default();
    Everywhere::observed_by(&log).agree(|executor: &dyn Executor<Caught>| {
        assert_eq!(Caught { calls: Flaky::new(2) }.run(executor).unwrap(), Ok(2));
        let finished = "1 finished, 0 failed, 0 skipped, 0 caught";
        assert_eq!(log.take(), [finished, "caught attempt 1: call 0", "caught attempt 2: call 1"]);
        assert_eq!(Caught { calls: Flaky::new(3) }.run(executor).unwrap(), Err("call 2".into()));
        let expected = [
            "1 finished, 0 failed, 0 skipped, 1 caught",
            "caught attempt 1: call 0",
            "caught attempt 2: call 1",
            "caught caught: call 2",
        ];
        assert_eq!(log.take(), expected);
    });
    let unobserved = Everywhere::new()
        .agree(|executor: &dyn Executor<Caught>| Caught { calls: Flaky::new(3) }.run(executor).unwrap());
    assert_eq!(unobserved, Err("call 2".into()));
}

// Panics and stops.

#[task(retry = 5)]
fn panics(calls: &AtomicU32) -> Result<(), String> {
    if calls.fetch_add(1, Ordering::Relaxed) == 1 {
        std::panic::resume_unwind(Box::new("the second call"));
    }
    Err("the first call".into())
}

dag! { graph Panics(calls: AtomicU32) { panics(&calls) } }

#[test]
fn a_panic_ends_the_attempts() {
    Everywhere::new().agree(|executor: &dyn Executor<Panics>| {
        let error = Panics { calls: AtomicU32::new(0) }.run(executor).unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.to_string(), "task `panics` of graph `Panics` panicked: the second call");
    });
}

#[task(retry = 5)]
fn stops(stop: &Stop, calls: &AtomicU32) -> Result<u32, String> {
    if calls.fetch_add(1, Ordering::Relaxed) == 1 {
        stop.stop();
    }
    Err("no".into())
}

#[task(retry = 5, catch)]
fn stops_and_catches(stop: &Stop, calls: &AtomicU32) -> Result<u32, String> {
    stops(stop, calls)
}

dag! { graph Stops<'a>(stop: &'a Stop, calls: &'a AtomicU32) { stops(stop, calls) } }
dag! {
    graph Kept<'a>(stop: &'a Stop, calls: &'a AtomicU32) -> kept { kept = stops_and_catches(stop, calls) }
}
dag! {
    graph StopsElements<'a>(stop: &'a Stop, calls: &'a AtomicU32) -> all {
        few,
        all = stops_at(each few, stop, calls),
    }
}

#[task]
fn few() -> Vec<u32> {
    vec![0, 1, 2]
}

#[task(retry = 5)]
fn stops_at(_few: u32, stop: &Stop, calls: &AtomicU32) -> Result<u32, String> {
    stops(stop, calls)
}

#[test]
fn a_stop_ends_the_attempts() {
    for threads in [1, 2] {
        let (stop, calls) = (Stop::new(), AtomicU32::new(0));
        let rayon = Rayon::on_pool(pool(threads).clone()).stop_when(&stop);
        let error = Stops { stop: &stop, calls: &calls }.run(&rayon).unwrap_err();
        assert_eq!((error.task(), calls.load(Ordering::Relaxed)), (Some("stops"), 2));
    }
    let (stop, calls) = (Stop::new(), AtomicU32::new(0));
    let error = Stops { stop: &stop, calls: &calls }.run(&Serial.stop_when(&stop)).unwrap_err();
    assert_eq!((error.task(), calls.load(Ordering::Relaxed)), (Some("stops"), 2));

    let (stop, calls) = (Stop::new(), AtomicU32::new(0));
    let kept = Kept { stop: &stop, calls: &calls }.run(&Serial.stop_when(&stop)).unwrap();
    assert_eq!((kept, calls.load(Ordering::Relaxed)), (Err("no".into()), 2));

    let (stop, calls) = (Stop::new(), AtomicU32::new(0));
    let error = StopsElements { stop: &stop, calls: &calls }.run(&Serial.stop_when(&stop)).unwrap_err();
    assert_eq!((error.task(), calls.load(Ordering::Relaxed)), (Some("all[0]"), 2));
}

#[task(retry = 5)]
fn runs_inside(stop: &Stop, calls: &AtomicU32) -> Result<(), dag_runtime::Error> {
    calls.fetch_add(1, Ordering::Relaxed);
    stop.stop();
    Stops { stop, calls: &AtomicU32::new(0) }.run(&Serial.stop_when(stop))
}

dag! { graph Outer<'a>(stop: &'a Stop, calls: &'a AtomicU32) { runs_inside(stop, calls) } }

#[test]
fn a_task_whose_run_was_stopped_is_not_called_again() {
    let (stop, calls) = (Stop::new(), AtomicU32::new(0));
    let error = Outer { stop: &stop, calls: &calls }.run(&Serial).unwrap_err();
    assert!(error.is_stopped());
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// Fails in `retried`.
struct Fails;

impl Observer for Fails {
    fn retried(&self, _: &TaskEvent<'_>, _: u32, _: &Failure) {
        std::panic::resume_unwind(Box::new("the observer has failed"))
    }
}

#[test]
fn an_observer_that_panics_fails_the_task() {
    Everywhere::observed_by(&Fails).agree(|executor| {
        let error = Chain::new(1).run(executor).unwrap_err();
        assert_eq!(error.to_string(), "task `flaky` of graph `Chain` panicked: the observer has failed");
    });
}

/// All attempts of a task are on one worker.
#[task(retry = 3)]
fn on_one_thread(calls: &Flaky, threads: &std::sync::Mutex<Vec<thread::ThreadId>>) -> Result<u32, String> {
    threads.lock().unwrap().push(thread::current().id());
    calls.call()
}

dag! {
    graph OneThread<'a>(calls: &'a [Flaky], threads: &'a [std::sync::Mutex<Vec<thread::ThreadId>>]) {
        part[i in 0..40] = on_one_thread(&calls[i], &threads[i]),
    }
}

#[test]
fn attempts_are_on_one_worker() {
    let calls: Vec<_> = (0..40).map(|i| Flaky::new(i % 4)).collect();
    let threads: Vec<_> = (0..40).map(|_| std::sync::Mutex::default()).collect();
    let rayon = Rayon::on_pool(pool(4).clone());
    OneThread { calls: &calls, threads: &threads }.run(&rayon).unwrap();
    for (i, threads) in threads.iter().enumerate() {
        let threads = threads.lock().unwrap();
        assert_eq!(threads.len(), i % 4 + 1);
        assert!(threads.iter().all(|thread| *thread == threads[0]));
    }
}

// Families, with sizes and without.

dag! {
    graph Members[n](calls: Vec<Flaky>) -> (part, total) {
        part[i in 0..n] = flaky(&calls[i]),
        total(&part),
    }
}

dag! {
    graph Constant(calls: Vec<Flaky>) -> (part, total) {
        part[i in 0..5] = flaky(&calls[i]),
        total(&part),
    }
}

#[task]
fn total(parts: &[u32]) -> u32 {
    parts.iter().sum()
}

#[test]
fn members_are_called_again() {
    let calls = || [0, 2, 0, 1, 2].map(Flaky::new).into();
    Everywhere::new().agree(|executor| {
        let (part, total) = Members { n: 5, calls: calls() }.run(executor).unwrap();
        assert_eq!((part, total), (vec![0, 2, 0, 1, 2], 5));
    });
    Everywhere::new().agree(|executor| {
        let (part, total) = Constant { calls: calls() }.run(executor).unwrap();
        assert_eq!((part, total), (vec![0, 2, 0, 1, 2], 5));
    });
    Everywhere::new().keep_going(true).agree(|executor| {
        let calls = [0, 3, 0, 4, 2].map(Flaky::new).into();
        let error = Constant { calls }.run(executor).unwrap_err();
        let failures: Vec<_> = error.failures().map(|(task, error)| format!("{task}: {error}")).collect();
        assert_eq!(failures, ["part[1]: call 2", "part[3]: call 2"]);
    });
}

/// Runs of one graph on one pool: at first serial, later by a static schedule.
#[test]
fn runs_by_a_schedule_call_again() {
    let rayon = Rayon::on_pool(pool(2).clone());
    for run in 0..60 {
        let fails = [0, run % 3, 0, 1, run % 2];
        let (part, _) = Constant { calls: fails.map(Flaky::new).into() }.run(&rayon).unwrap();
        assert_eq!(part, fails);
    }
}
