//! Runs that are stopped.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Results, Schedule};
use dag_runtime::{Serial, Stop, dag, task};

use super::each_way;
use super::failures::agree;

/// Which task, or element, stops the run.
#[derive(Clone, Copy)]
struct At(usize);

impl At {
    fn here(self, this: usize, stop: &Stop) -> usize {
        if this == self.0 {
            stop.stop();
        }
        thread::sleep(Duration::from_micros(50));
        this
    }
}

#[task]
fn step(at: At, stop: &Stop, this: usize, _before: Option<&usize>) -> usize {
    at.here(this, stop)
}

#[task]
fn numbers() -> Vec<usize> {
    (0..2000).collect()
}

#[task(depends = [numbers], each = numbers)]
fn elements(numbers: &usize, at: At, stop: &Stop) -> usize {
    at.here(*numbers, stop)
}

#[task]
fn slow(_before: Option<&usize>) -> usize {
    thread::sleep(Duration::from_millis(1));
    0
}

const LAST: isize = 199;

dag! {
    /// Four chains.
    graph Chains(at: At, stop: Stop) -> last {
        link[i in 0..4, k in 0..200] = step(at, &stop, i + k, if k > 0 { Some(&link[i, k - 1]) } else { None }),
        last = step(at, &stop, 1000, Some(&link[3, LAST])),
    }

    graph Elements(at: At, stop: Stop) -> elements { numbers, elements(at, &stop) }

    /// A chain on the last rank.
    graph Far -> end {
        link[k in 0..20_000] = slow(if k > 0 { Some(&link[k - 1]) } else { None }) on -1,
        end = slow(Some(&link[19_999])) on -1,
    }
}

/// A task stops the run on whatever rank it is; all ranks give the same error, and the next run is as
/// good as any.
pub fn everywhere(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for (at, keep_going) in [(0, false), (30, true), (203, false)] {
            let mpi = if keep_going { mpi.clone().keep_going() } else { mpi.clone() };
            let (at, stop) = (At(at), Stop::new());
            // In a chain of this one's rank, or of another one's.
            if at.0 < 200 {
                let error = Chains { at, stop: stop.clone() }.run(&mpi.clone().stop_when(&stop)).unwrap_err();
                assert!(error.is_stopped() && error.rank().is_none(), "{error}");
                let mut skipped = error.skipped();
                assert!(skipped.len() > 100, "{}", skipped.len());
                agree(&mpi, &format!("{error} {skipped:?}"));
                assert!(skipped.any(|name| name == "last"));
            }

            let stop = Stop::new();
            let error = Elements { at, stop: stop.clone() }.run(&mpi.clone().stop_when(&stop)).unwrap_err();
            assert!(error.is_stopped() && error.skipped() == ["elements"], "{error}");
            agree(&mpi, &format!("{error}"));
        }
        let (at, stop) = (At(usize::MAX), Stop::new());
        let last = Chains { at, stop: stop.clone() }.run(&mpi.stop_when(&stop)).unwrap();
        assert_eq!(last, Chains { at, stop }.run(&Serial).unwrap());
    });
}

/// A rank that has nothing to do any more stops the others, which have no `Stop` themselves.
pub fn from_afar(mpi: Mpi, _: &[&str]) {
    for schedule in [Schedule::Static, Schedule::Dynamic] {
        let (stop, ended) = (Stop::new(), AtomicBool::new(false));
        let far = mpi.clone().schedule(schedule).results(Results::Root(mpi.ranks() - 1));
        let error = if mpi.rank() == 0 {
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(100));
                    assert!(!ended.load(SeqCst), "the run did not take long enough to be stopped");
                    stop.stop();
                });
                let outcome = Far.run(&far.stop_when(&stop));
                ended.store(true, SeqCst);
                outcome.unwrap_err()
            })
        } else {
            Far.run(&far).unwrap_err()
        };
        assert!(error.is_stopped(), "{error}");
        assert!(error.skipped().any(|name| name == "end"));
        agree(&mpi, &error.to_string());
    }
}
