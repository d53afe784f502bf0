//! Runs with a deadline.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use dag_runtime::{Error, Mpi, Stop, StopReason, dag, task};

use super::each_way;
use super::failures::agree;

const TICK: Duration = Duration::from_millis(1);

#[task]
fn long(time: Duration) {
    sleep(time);
}

#[task]
fn tick() {
    sleep(TICK);
}

#[task]
fn numbers() -> Vec<usize> {
    (0..5000).collect()
}

#[task(depends = [numbers], each = numbers)]
fn elements(numbers: usize) -> usize {
    sleep(TICK);
    numbers
}

dag! {
    /// A task on the last rank that is longer than the deadline of the run, and one after it.
    graph Long(time: Duration) {
        long(time) on -1,
        end = tick() after [long] on -1,
    }

    /// A chain on each rank that is longer than the deadline of the run.
    graph Ticks { link[i in 0..8, k in 0..2000] = tick() after [link[i, k - 1] if k > 0] on i as i64 }

    graph Elements -> elements { numbers, elements }
}

/// What the error of a run that has reached its deadline tells, apart from the text. All ranks have the same.
fn told(mpi: &Mpi, deadline: Duration, error: &Error) -> (Vec<String>, Vec<String>) {
    assert_eq!(error.stop_reason(), Some(StopReason::Deadline(deadline)), "{error}");
    assert!(error.is_stopped() && error.rank().is_none() && error.task().is_none());
    let running: Vec<String> = error.running().iter().map(ToString::to_string).collect();
    let skipped: Vec<String> = error.skipped().map(str::to_owned).collect();
    agree(mpi, &format!("{error} {running:?} {skipped:?}"));
    (running, skipped)
}

/// Runs a graph with deadlines that become longer until this task starts in time: ranks without a core for themselves are slow.
/// The error of a run is that of all ranks, so all of them try alike.
fn starts<R>(task: &str, run: impl Fn(Duration) -> Result<R, Error>) -> (Duration, Error) {
    let mut deadline = Duration::from_millis(25);
    loop {
        let Err(error) = run(deadline) else { panic!("`{task}` ended within {deadline:?}") };
        if error.running().iter().any(|running| running.name().starts_with(task)) {
            return (deadline, error);
        }
        assert!(deadline < Duration::from_secs(1), "`{task}` does not start within {deadline:?}: {error}");
        deadline *= 2;
    }
}

/// Each rank has the deadline.
pub fn everywhere(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        let (deadline, error) = starts("link", |deadline| Ticks.run(&mpi.clone().deadline(deadline)));
        let (running, skipped) = told(&mpi, deadline, &error);
        // At most one of each chain.
        let chains: BTreeSet<_> = running.iter().map(|task| task.split(',').next()).collect();
        assert_eq!(chains.len(), running.len(), "{running:?}");
        assert!(running.iter().all(|task| task.starts_with("`link[")), "{running:?}");
        assert!(mpi.ranks() == 1 || running.iter().all(|task| task.contains(" on rank ")), "{running:?}");
        assert!(skipped.len() > 1000, "{}", skipped.len());

        let (deadline, error) = starts("elements", |deadline| Elements.run(&mpi.clone().deadline(deadline)));
        let (running, skipped) = told(&mpi, deadline, &error);
        assert!(running.iter().all(|task| task.starts_with("`elements[")), "{running:?}");
        assert_eq!(skipped, ["elements"]);

        let error = Ticks.run(&mpi.clone().deadline(Duration::ZERO)).unwrap_err();
        let (running, skipped) = told(&mpi, Duration::ZERO, &error);
        assert!(running.is_empty() && skipped.len() == Ticks::TABLE.len());

        // A rank that is stopped for another reason.
        let stop = Stop::new();
        if mpi.rank() == 0 {
            stop.stop_because("ctrl-c");
        }
        let error = Ticks.run(&mpi.clone().stop_when(&stop).deadline(Duration::MAX)).unwrap_err();
        assert_eq!(error.stop_reason(), Some(StopReason::Stop(Some("ctrl-c"))), "{error}");
        agree(&mpi, &error.to_string());

        // All tasks have started in time.
        Long { time: TICK }.run(&mpi.deadline(Duration::MAX)).unwrap();
    });
}

/// Only rank 0 has the deadline, and nothing to do; the last rank is inside a long task.
pub fn of_one(mpi: Mpi, _: &[&str]) {
    let last = mpi.ranks() - 1;
    each_way(&mpi, |mpi| {
        let (deadline, error) = starts("long", |deadline| {
            let run = Long { time: 12 * deadline };
            if mpi.rank() == 0 { run.run(&mpi.clone().deadline(deadline)) } else { run.run(&mpi) }
        });
        let (running, skipped) = told(&mpi, deadline, &error);
        assert_eq!(running, [format!("`long` on rank {last}")]);
        assert_eq!(skipped, ["end"]);
        assert_eq!((error.running()[0].name(), error.running()[0].rank()), ("long", Some(last)));
        let text = format!(
            "graph `Long` was stopped at its deadline of {} ms: 1 of its tasks did not run; `long` on rank {last} was running",
            deadline.as_millis()
        );
        assert_eq!(error.to_string(), text);
        // The next run is as good as any.
        Long { time: TICK }.run(&mpi).unwrap();
    });
}
