//! The same run on every executor.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock};
use std::thread;

use dag_runtime::{Auto, Executor, Graph, Observed, Observer, Rayon, Serial};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Runs things on every executor: serial, rayon on pools of different sizes, called from outside
/// and from inside of a pool, and what `Auto` makes of them.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is run yet"]
pub struct Everywhere<O = ()> {
    keep_going: bool,
    observer: O,
}

impl Everywhere {
    /// Without an observer; the first failure ends a run.
    pub const fn new() -> Self {
        Everywhere { keep_going: false, observer: () }
    }

    /// With this observer.
    pub const fn observed_by<O>(observer: O) -> Everywhere<O> {
        Everywhere { keep_going: false, observer }
    }
}

impl Default for Everywhere {
    fn default() -> Self {
        Everywhere::new()
    }
}

impl<O: Observer + Sync + Copy> Everywhere<O> {
    /// After a failure, goes on or does not.
    pub fn keep_going(self, keep_going: bool) -> Self {
        Everywhere { keep_going, ..self }
    }

    /// Calls `run` with every executor.
    pub fn each<G: Graph, R: Send>(self, run: impl Fn(&dyn Executor<G>) -> R + Sync) -> Vec<R>
    where
        Serial<Observed<O>>: Executor<G>,
        Rayon<Observed<O>>: Executor<G>,
        Auto<Observed<O>>: Executor<G>,
    {
        let Everywhere { keep_going, observer } = self;
        let serial = || if keep_going { Serial.keep_going() } else { Serial }.observe(observer);
        let rayon = |rayon: Rayon| if keep_going { rayon.keep_going() } else { rayon }.observe(observer);
        let auto = |name, threads| {
            let auto = Auto::named(name, threads).unwrap();
            if keep_going { auto.keep_going() } else { auto }.observe(observer)
        };
        let mut results = vec![
            named("serial", || run(&serial())),
            named("serial, in a pool", || pool(2).install(|| run(&serial()))),
            named("rayon, the global pool", || run(&rayon(Rayon::new()))),
            named("rayon, a pool of its own", || run(&rayon(Rayon::with_threads(3).unwrap()))),
            named("rayon, from another pool", || {
                pool(2).install(|| run(&rayon(Rayon::on_pool(Arc::clone(pool(4))))))
            }),
            named("auto, serial", || run(&auto("serial", None))),
            named("auto, rayon", || run(&auto("rayon", None))),
            named("auto, rayon, a pool of its own", || run(&auto("rayon", Some(2)))),
        ];
        for threads in [1, 2, 4] {
            let pool = pool(threads);
            results.extend([
                named(&format!("rayon, {threads} threads"), || run(&rayon(Rayon::on_pool(Arc::clone(pool))))),
                named(&format!("rayon, {threads} threads, from inside"), || {
                    pool.install(|| run(&rayon(Rayon::new())))
                }),
            ]);
        }
        results
    }

    /// What `run` gives, which is the same with every executor.
    ///
    /// # Panics
    ///
    /// Panics where it is not.
    pub fn agree<G: Graph, R: Send + PartialEq + Debug>(self, run: impl Fn(&dyn Executor<G>) -> R + Sync) -> R
    where
        Serial<Observed<O>>: Executor<G>,
        Rayon<Observed<O>>: Executor<G>,
        Auto<Observed<O>>: Executor<G>,
    {
        let mut results = self.each(run).into_iter();
        let serial = results.next().expect("serial is the first one");
        for result in results {
            assert_eq!(result, serial, "executors disagree");
        }
        serial
    }
}

/// A pool that tests share, of 1, 2 or 4 threads.
///
/// # Panics
///
/// Panics on other numbers, and where a pool cannot be started.
pub fn pool(threads: usize) -> &'static Arc<ThreadPool> {
    fn start<const THREADS: usize>() -> Arc<ThreadPool> {
        Arc::new(ThreadPoolBuilder::new().num_threads(THREADS).build().expect("threads"))
    }
    static ONE: LazyLock<Arc<ThreadPool>> = LazyLock::new(start::<1>);
    static TWO: LazyLock<Arc<ThreadPool>> = LazyLock::new(start::<2>);
    static FOUR: LazyLock<Arc<ThreadPool>> = LazyLock::new(start::<4>);
    match threads {
        1 => &ONE,
        2 => &TWO,
        4 => &FOUR,
        _ => panic!("tests use pools of 1, 2 and 4 threads"),
    }
}

/// Calls `run`; where it panics, says on what executor.
fn named<R>(name: &str, run: impl FnOnce() -> R) -> R {
    struct Name<'a>(&'a str);
    impl Drop for Name<'_> {
        fn drop(&mut self) {
            if thread::panicking() {
                eprintln!("executor: {}", self.0);
            }
        }
    }
    let _name = Name(name);
    run()
}
