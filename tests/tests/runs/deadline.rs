//! Runs with a deadline.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use dag_runtime::{Auto, Error, Executor, Rayon, Serial, Stop, StopReason, dag, task};

/// What the tasks of a run have at hand.
struct State {
    deadline: Duration,
    ran: AtomicUsize,
}

impl State {
    fn new(deadline: Duration) -> Self {
        State { deadline, ran: AtomicUsize::new(0) }
    }

    /// Waits until the deadline of the run has passed.
    fn outlast(&self) {
        self.ran.fetch_add(1, SeqCst);
        let start = Instant::now();
        while start.elapsed() < self.deadline {
            std::thread::sleep(self.deadline - start.elapsed().min(self.deadline));
        }
    }
}

#[task]
fn solve(state: &State) {
    state.outlast();
}

#[task]
fn draw(state: &State) {
    state.ran.fetch_add(1, SeqCst);
}

#[task]
fn numbers() -> Vec<usize> {
    (0..1000).collect()
}

#[task]
fn outlast(numbers: &usize, state: &State) {
    if *numbers == 0 {
        state.outlast();
    }
}

dag! {
    graph One<'a>(state: &'a State) { solve(state) }
    graph Chain<'a>(state: &'a State) { solve(state), draw(state) after [solve] }
    graph Two<'a>(state: &'a State) {
        a = solve(state),
        draw(state) after [a, b],
        b = solve(state),
        solve = solve(state) after [a, b],
    }
    graph Elements<'a>(state: &'a State) {
        numbers,
        each_number = outlast(each &numbers, state),
        draw(state) after [each_number],
    }
}

/// Runs a graph with longer and longer deadlines, until its first tasks have started in time, also on a machine that is busy
/// with something else. Returns the error.
fn in_time(run: impl Fn(Duration) -> Option<Error>) -> Error {
    let mut deadline = Duration::from_millis(20);
    loop {
        match run(deadline) {
            Some(error) => return error,
            None => deadline *= 2,
        }
    }
}

/// A boxed executor for each way to run a graph on one thread.
macro_rules! each_alone {
    ($graph:ty, $deadline:expr) => {{
        let all: [Box<dyn Executor<$graph>>; 5] = [
            Box::new(Serial.deadline($deadline)),
            Box::new(Serial.keep_going().deadline($deadline)),
            Box::new(Serial.observe(()).deadline($deadline)),
            Box::new(Rayon::with_threads(1).unwrap().deadline($deadline)),
            Box::new(Auto::named("serial", None).unwrap().deadline($deadline)),
        ];
        all
    }};
}

#[test]
fn no_task_starts_after_it() {
    for k in 0..5 {
        let error = in_time(|deadline| {
            let state = State::new(deadline);
            let error = Chain { state: &state }.run(&*each_alone!(Chain<'_>, deadline)[k]).unwrap_err();
            assert_eq!(error.stop_reason(), Some(StopReason::Deadline(deadline)));
            (state.ran.into_inner() > 0).then_some(error)
        });
        assert!(error.is_stopped() && error.task().is_none() && !error.is_panic());
        assert_eq!(error.running(), ["solve"]);
        assert_eq!(error.skipped(), ["draw"]);
        let text = error.to_string();
        assert!(text.starts_with("graph `Chain` was stopped at its deadline of "), "{text}");
        assert!(text.ends_with(": 1 of its tasks did not run; `solve` was running"), "{text}");
    }
}

#[test]
fn a_deadline_of_zero_runs_no_task() {
    let state = State::new(Duration::ZERO);
    for executor in each_alone!(Chain<'_>, Duration::ZERO) {
        let error = Chain { state: &state }.run(&*executor).unwrap_err();
        assert_eq!(error.stop_reason(), Some(StopReason::Deadline(Duration::ZERO)));
        assert_eq!(error.skipped(), ["solve", "draw"]);
        assert!(error.running().is_empty());
    }
    for threads in [2, 4] {
        let rayon = Rayon::with_threads(threads).unwrap().deadline(Duration::ZERO);
        let error = Two { state: &state }.run(&rayon).unwrap_err();
        assert_eq!((error.skipped().len(), error.running().len()), (4, 0));
    }
    assert_eq!(state.ran.into_inner(), 0);
}

#[test]
fn a_run_whose_tasks_have_all_started_ends_normally() {
    let deadline = Duration::from_millis(1);
    for k in 0..5 {
        loop {
            let state = State::new(deadline);
            let outcome = One { state: &state }.run(&*each_alone!(One<'_>, deadline)[k]);
            // It may not have started in time.
            assert_eq!(outcome.is_ok(), state.ran.load(SeqCst) > 0);
            if outcome.is_ok() {
                break;
            }
        }
    }
}

#[test]
fn a_deadline_may_be_as_long_as_any() {
    let state = State::new(Duration::ZERO);
    for executor in each_alone!(Chain<'_>, Duration::MAX) {
        Chain { state: &state }.run(&*executor).unwrap();
    }
    Chain { state: &state }.run(&Rayon::with_threads(2).unwrap().deadline(Duration::MAX)).unwrap();
}

#[test]
fn the_earliest_of_several_counts() {
    let state = State::new(Duration::ZERO);
    for [a, b] in [[Duration::ZERO, Duration::MAX], [Duration::MAX, Duration::ZERO]] {
        let error = Chain { state: &state }.run(&Serial.deadline(a).deadline(b)).unwrap_err();
        assert_eq!(error.stop_reason(), Some(StopReason::Deadline(Duration::ZERO)));
    }
    let stop = Stop::new();
    stop.stop_because("ctrl-c");
    let error = Chain { state: &state }.run(&Serial.deadline(Duration::MAX).stop_when(&stop)).unwrap_err();
    assert_eq!(error.stop_reason(), Some(StopReason::Stop(Some("ctrl-c"))));
    assert_eq!(error.to_string(), "graph `Chain` was stopped (ctrl-c): 2 of its tasks did not run");
}

#[test]
fn what_runs_on_all_workers_is_told() {
    for threads in [2, 4] {
        let rayon = Rayon::with_threads(threads).unwrap();
        let error = in_time(|deadline| {
            let state = State::new(deadline);
            let error = Two { state: &state }.run(&rayon.clone().deadline(deadline)).unwrap_err();
            (state.ran.into_inner() == 2).then_some(error)
        });
        assert_eq!(error.running(), ["a", "b"]);
        assert_eq!(error.skipped(), ["draw", "solve"]);
        assert!(error.to_string().ends_with("; `a` and `b` were running"), "{error}");
    }
}

#[test]
fn elements_are_told() {
    for k in 0..5 {
        let error = in_time(|deadline| {
            let state = State::new(deadline);
            let error = Elements { state: &state }.run(&*each_alone!(Elements<'_>, deadline)[k]).unwrap_err();
            (state.ran.into_inner() > 0).then_some(error)
        });
        assert_eq!(error.running(), ["each_number[0]"]);
        assert_eq!(error.skipped(), ["each_number", "draw"]);
    }
    for threads in [2, 4] {
        let rayon = Rayon::with_threads(threads).unwrap();
        let error = in_time(|deadline| {
            let state = State::new(deadline);
            let error = Elements { state: &state }.run(&rayon.clone().deadline(deadline)).unwrap_err();
            (state.ran.into_inner() > 0).then_some(error)
        });
        assert!(error.running().iter().any(|task| task.name() == "each_number[0]"), "{error}");
    }
}
