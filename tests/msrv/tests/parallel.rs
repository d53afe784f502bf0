//! The same on a pool.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dag_runtime::{Observer, Rayon, TaskEvent};
use dag_tests_msrv::{Heat, Stats, heat};

#[derive(Default)]
struct Counter {
    finished: AtomicUsize,
    failed: AtomicUsize,
    skipped: AtomicUsize,
}

impl Counter {
    fn counts(&self) -> [usize; 3] {
        [&self.finished, &self.failed, &self.skipped].map(|count| count.load(Ordering::Relaxed))
    }
}

impl Observer for Counter {
    fn finished(&self, _: &TaskEvent<'_>, _: Duration) {
        self.finished.fetch_add(1, Ordering::Relaxed);
    }

    fn failed(&self, _: &TaskEvent<'_>, _: &dag_runtime::Failure) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    fn skipped(&self, _: &TaskEvent<'_>) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn results_are_those_of_one_thread() {
    let rayon = Rayon::with_threads(2).unwrap();
    // Later runs begin in other ways than the first one.
    for _ in 0..50 {
        assert_eq!(Heat { scale: 2.0 }.run(&rayon).unwrap(), heat(2.0));
        let (report, _) = Stats { text: "1 2 3", title: "few" }.run(&rayon).unwrap();
        assert_eq!(report, "few: 2.0 within 1.0");
    }
}

#[test]
fn observers_see_what_tasks_do() {
    let counter = Counter::default();
    let rayon = Rayon::with_threads(2).unwrap();
    Stats { text: "1 2 3", title: "few" }.run(&rayon.observe(&counter)).unwrap();
    assert_eq!(counter.counts(), [5, 0, 0]);
}

#[test]
fn failures_stop_what_depends_on_them() {
    let counter = Counter::default();
    let rayon = Rayon::with_threads(2).unwrap();
    let error = Stats { text: "1 two", title: "few" }.run(&rayon.observe(&counter)).unwrap_err();
    assert_eq!(error.task(), Some("numbers[1]"));
    assert_eq!(counter.counts(), [1, 1, 3]);
}
