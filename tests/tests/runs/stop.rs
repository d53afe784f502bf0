//! Runs that are stopped by a `Stop`.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dag_runtime::{
    Auto, Error, Executor, Failure, Observer, Rayon, RunSummary, Serial, Stop, TaskEvent, dag, task,
};
use dag_tests::pool;

const WIDTH: usize = 2000;

/// What happens in a run.
#[derive(Default)]
struct State {
    stop: Stop,
    elements: AtomicUsize,
    /// At which element the run is stopped.
    at: usize,
}

#[task]
fn numbers() -> Vec<usize> {
    (0..WIDTH).collect()
}

#[task(depends = [numbers], each = numbers)]
fn squares(numbers: &usize, state: &State) -> usize {
    state.elements.fetch_add(1, SeqCst);
    if *numbers == state.at {
        state.stop.stop();
    }
    // Long compared with a chunk of elements, so that some are left.
    std::thread::sleep(Duration::from_micros(100));
    numbers * numbers
}

#[task(depends = [squares])]
fn sum(squares: &[usize]) -> usize {
    squares.iter().sum()
}

#[task]
fn apart() {}

dag! {
    graph Squares<'a>(state: &'a State) -> sum {
        numbers,
        squares(state),
        sum,
        last[i in 0..3] = apart() after [sum],
    }
}

/// The executor that runs the graph until it is stopped.
fn executors<'a>(stop: &Stop, keep_going: bool) -> Vec<Box<dyn Executor<Squares<'a>>>> {
    let mut all: Vec<Box<dyn Executor<Squares<'a>>>> = Vec::new();
    let serial = Serial.stop_when(stop);
    all.push(Box::new(if keep_going { serial.keep_going() } else { serial }));
    let on = |threads: usize| Rayon::on_pool(Arc::clone(pool(threads)));
    for rayon in [Rayon::new(), on(1), on(2), on(4)] {
        let rayon = rayon.stop_when(stop);
        all.push(Box::new(if keep_going { rayon.keep_going() } else { rayon }));
    }
    for (name, threads) in [("serial", None), ("rayon", Some(2))] {
        let auto = Auto::named(name, threads).unwrap().stop_when(stop);
        all.push(Box::new(if keep_going { auto.keep_going() } else { auto }));
    }
    all
}

#[test]
fn no_element_starts_once_a_run_is_stopped() {
    for (at, keep_going) in [(0, false), (0, true), (17, false), (17, true)] {
        for k in 0..executors(&Stop::new(), keep_going).len() {
            let state = State { at, ..State::default() };
            let executor = &executors(&state.stop, keep_going)[k];
            let error = Squares { state: &state }.run(&**executor).unwrap_err();
            assert!(error.is_stopped(), "{error}");
            let text = error.to_string();
            assert!(
                text.starts_with("graph `Squares` was stopped: 5 of its tasks did not run; `squares["),
                "{text}"
            );
            let running = || error.running().iter().map(|task| task.name());
            assert!(running().all(|name| name.starts_with("squares[")) && running().len() <= 4, "{text}");
            // Later on, several elements may run together.
            assert!(at > 0 || running().any(|name| name == "squares[0]"), "{text}");
            assert_eq!(error.skipped(), ["squares", "sum", "last[0]", "last[1]", "last[2]"]);
            assert_eq!((error.task(), error.rank(), error.is_panic()), (None, None, false));
            // Elements that were handed out together still run: a few on each thread.
            let ran = state.elements.load(SeqCst);
            assert!(ran > at && ran < 400, "{ran} elements");
        }
    }
}

#[test]
fn a_stop_that_is_not_used_changes_nothing() {
    let state = State { at: usize::MAX, ..State::default() };
    for executor in executors(&state.stop, false) {
        let sum = Squares { state: &state }.run(&*executor).unwrap();
        assert_eq!(sum, (0..WIDTH).map(|x| x * x).sum::<usize>());
    }
}

/// Counts what it is told.
#[derive(Default)]
struct Counts {
    started: AtomicUsize,
    finished: AtomicUsize,
    skipped: AtomicUsize,
    summary: Mutex<Option<(usize, usize, usize)>>,
}

impl Observer for Counts {
    fn started(&self, _: &TaskEvent<'_>) {
        self.started.fetch_add(1, SeqCst);
    }
    fn finished(&self, _: &TaskEvent<'_>, _: Duration) {
        self.finished.fetch_add(1, SeqCst);
    }
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        panic!("{} has not failed: {failure}", event.task.name());
    }
    fn skipped(&self, _: &TaskEvent<'_>) {
        self.skipped.fetch_add(1, SeqCst);
    }
    fn run_ended(&self, run: &RunSummary<'_>) {
        *self.summary.lock().unwrap() = Some((run.finished, run.failed, run.skipped));
    }
}

#[test]
fn observers_are_told_of_tasks_that_did_not_run_and_of_no_failure() {
    let check = |run: &dyn Fn(&State, &Counts) -> Result<usize, Error>| {
        let (state, counts) = (State::default(), Counts::default());
        assert!(run(&state, &counts).unwrap_err().is_stopped());
        let count = |of: &AtomicUsize| of.load(SeqCst);
        // `numbers`, and `squares`, which has started but did not finish.
        assert_eq!((count(&counts.started), count(&counts.finished), count(&counts.skipped)), (2, 1, 5));
        assert_eq!(*counts.summary.lock().unwrap(), Some((1, 0, 5)));
    };
    check(&|state, counts| Squares { state }.run(&Serial.observe(counts).stop_when(&state.stop)));
    check(&|state, counts| Squares { state }.run(&Serial.stop_when(&state.stop).observe(counts)));
    for threads in [1, 2, 4] {
        let rayon = || Rayon::on_pool(Arc::clone(pool(threads)));
        check(&|state, counts| Squares { state }.run(&rayon().observe(counts).stop_when(&state.stop)));
    }
}

#[test]
fn any_of_several_stops() {
    for first in [false, true] {
        let (idle, state) = (Stop::new(), State::default());
        let (a, b) = if first { (&state.stop, &idle) } else { (&idle, &state.stop) };
        let error = Squares { state: &state }.run(&Serial.stop_when(a).stop_when(b)).unwrap_err();
        assert!(error.is_stopped());
    }
}

#[test]
fn a_run_is_stopped_by_another_thread() {
    let state = State { at: usize::MAX, ..State::default() };
    let error = std::thread::scope(|scope| {
        scope.spawn(|| {
            while state.elements.load(SeqCst) == 0 {
                std::thread::yield_now();
            }
            state.stop.stop();
        });
        Squares { state: &state }.run(&Rayon::new().stop_when(&state.stop)).unwrap_err()
    });
    assert!(error.is_stopped(), "{error}");
}
