//! Many runs at once, runs in runs, and pools that have other things to do. A deadlock fails these
//! tests and does not stop them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use dag_runtime::{Auto, Error, Rayon, Serial, dag, task};
use dag_tests::network::{How, Network, Plan, names};
use dag_tests::{Everywhere, in_time, pool};
use rayon::ThreadPool;
use rayon::prelude::*;

#[test]
fn hundreds_of_runs_at_once_on_one_pool() {
    in_time(|| {
        let names = names();
        thread::scope(|scope| {
            for thread in 0..32 {
                let names = &names;
                scope.spawn(move || {
                    let rayon = Rayon::on_pool(Arc::clone(pool([1, 2, 4][thread % 3])));
                    let rayon = if thread % 2 == 0 { rayon } else { rayon.keep_going() };
                    for run in 0..50 {
                        let failing = (run % 3 == 0).then(|| names[(thread + run) % names.len()].clone());
                        let plan = Arc::new(Plan {
                            failing: failing.iter().map(|name| (name.clone(), How::Panic)).collect(),
                            ..Plan::default()
                        });
                        match (Network { plan: Arc::clone(&plan) }.run(&rayon), failing) {
                            (Ok(outputs), None) => drop(outputs),
                            (Err(error), Some(name)) => assert_eq!(error.task(), Some(&*name)),
                            (result, failing) => panic!("{failing:?}: {result:?}"),
                        }
                        assert_eq!(plan.ledger.alive(), 0);
                    }
                });
            }
        });
    });
}

#[test]
fn runs_from_many_tasks_of_rayon() {
    in_time(|| {
        for threads in [1, 2, 4] {
            let done = pool(threads).install(|| {
                let run = |_| {
                    Network { plan: Arc::default() }
                        .run(&Rayon::new())
                        .map(drop)
                        .map_err(|error| error.to_string())
                };
                (0..300).into_par_iter().map(run).collect::<Vec<_>>()
            });
            assert!(done.iter().all(|result| *result == Ok(())));
        }
    });
}

#[task]
fn sum(xs: &[u64]) -> u64 {
    xs.par_iter().sum()
}

#[task]
fn fibonacci(n: u64) -> u64 {
    fn parallel(n: u64) -> u64 {
        if n < 2 {
            return n;
        }
        let (a, b) = rayon::join(|| parallel(n - 1), || parallel(n - 2));
        a + b
    }
    parallel(n)
}

#[task(depends = [sum])]
fn scaled(sum: u64, by: u64) -> u64 {
    let total = std::sync::atomic::AtomicU64::new(0);
    rayon::scope(|scope| {
        for _ in 0..by {
            scope.spawn(|_| {
                total.fetch_add(sum, Ordering::Relaxed);
            });
        }
    });
    total.into_inner()
}

dag! {
    graph UsesRayon<'a>(xs: &'a [u64]) -> (a, b, c, d, sum, scaled) {
        a = fibonacci(10), b = fibonacci(11), c = fibonacci(12), d = fibonacci(a % 10),
        sum(xs), scaled(20),
    }
}

#[test]
fn tasks_that_use_rayon() {
    in_time(|| {
        let xs: Vec<u64> = (0..5000).collect();
        for _ in 0..20 {
            let outputs = Everywhere::new().agree(|executor| UsesRayon { xs: &xs }.run(executor).unwrap());
            let sum = 12_497_500;
            assert_eq!(outputs, (55, 89, 144, 5, sum, 20 * sum));
        }
    });
}

/// Where the inner graphs of a nested run are run.
#[derive(Clone, Copy, Debug)]
enum Inner<'a> {
    Serial,
    Same,
    Other(&'a Arc<ThreadPool>),
    Auto,
}

#[task]
fn add(a: u64, b: u64) -> u64 {
    a + b
}

#[task]
fn nest(depth: u64, inner: Inner<'_>) -> Result<u64, Error> {
    if depth == 0 {
        return Ok(1);
    }
    let nested = Nested { depth: depth - 1, inner };
    match inner {
        Inner::Serial => nested.run(&Serial),
        Inner::Same => nested.run(&Rayon::new()),
        Inner::Other(pool) => nested.run(&Rayon::on_pool(Arc::clone(pool))),
        Inner::Auto => nested.run(&Auto::named("rayon", None)?),
    }
}

dag! {
    graph Nested<'a>(depth: u64, inner: Inner<'a>) -> total {
        a = nest(depth, inner), b = nest(depth, inner), c = nest(depth, inner), d = nest(depth, inner),
        left = add(a, b), right = add(c, d), total = add(left, right),
    }
}

#[test]
fn runs_in_runs() {
    in_time(|| {
        for inner in [Inner::Serial, Inner::Same, Inner::Other(pool(2)), Inner::Other(pool(1)), Inner::Auto] {
            let total = Everywhere::new().agree(|executor| Nested { depth: 3, inner }.run(executor).unwrap());
            assert_eq!(total, 4_u64.pow(4));
        }
    });
}

#[test]
fn runs_in_a_pool_that_is_busy() {
    in_time(|| {
        let pool = pool(4);
        let stop = AtomicBool::new(false);
        pool.in_place_scope(|scope| {
            for _ in 0..3 {
                // One thread of the four is left.
                scope.spawn(|_| {
                    while !stop.load(Ordering::Relaxed) {
                        thread::yield_now();
                    }
                });
            }
            for _ in 0..100 {
                drop(Network { plan: Arc::default() }.run(&Rayon::on_pool(Arc::clone(pool))).unwrap());
            }
            stop.store(true, Ordering::Relaxed);
        });
    });
}

#[test]
fn errors_of_inner_runs_come_out() {
    #[task]
    fn inner() -> Result<(), Error> {
        Network { plan: Arc::new(Plan::failing("reader", How::Panic)) }.run(&Rayon::new()).map(drop)
    }
    dag! { graph Outer { inner } }
    Everywhere::new().each(|executor| {
        let error = Outer.run(executor).unwrap_err();
        assert_eq!(
            error.to_string(),
            "task `inner` of graph `Outer` failed: \
             task `reader` of graph `Network` panicked: `reader` was told to fail"
        );
    });
}
