//! Inputs by value of tasks that run once for each element of an output: which threads clone them, and which ones wait.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use dag_runtime::{Rayon, Serial, dag, task};
use dag_tests::{Everywhere, pool};

/// How many values there are, and how many clones were made.
#[derive(Debug, Default)]
struct Count {
    alive: AtomicUsize,
    clones: AtomicUsize,
}

/// A value whose clone waits until each thread of its pool has run something.
#[derive(Debug)]
struct Waits(Arc<Count>);

/// The same, which threads cannot share.
#[derive(Debug)]
struct WaitsAlone(Waits, Cell<usize>);

impl Waits {
    fn new(count: &Arc<Count>) -> Self {
        count.alive.fetch_add(1, SeqCst);
        Waits(Arc::clone(count))
    }
}

impl Clone for Waits {
    fn clone(&self) -> Self {
        self.0.clones.fetch_add(1, SeqCst);
        rayon::broadcast(|_| thread::sleep(Duration::from_micros(50)));
        Waits::new(&self.0)
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, SeqCst);
    }
}

impl Clone for WaitsAlone {
    fn clone(&self) -> Self {
        self.1.set(self.1.get() + 1);
        WaitsAlone(self.0.clone(), Cell::new(0))
    }
}

#[task]
fn numbers(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[task(depends = [numbers], each = numbers)]
fn with(numbers: usize, _waits: Waits) -> usize {
    thread::sleep(Duration::from_micros(200));
    numbers
}

#[task(depends = [numbers], each = numbers)]
fn with_alone(numbers: usize, alone: WaitsAlone) -> usize {
    thread::sleep(Duration::from_micros(200));
    numbers + alone.1.get()
}

dag! {
    graph Shared(n: usize, waits: Waits) -> with { numbers(n), with(waits) }
    graph Apart(n: usize, waits: WaitsAlone) -> with_alone { numbers(n), with_alone(waits) }
}

/// Runs `body` on a thread of its own, and fails if it takes too long.
fn in_time(body: impl FnOnce() + Send + 'static) {
    let (ended, end) = mpsc::channel();
    let thread = thread::spawn(move || {
        body();
        ended.send(()).unwrap();
    });
    match end.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        _ => thread.join().unwrap(),
    }
}

#[test]
fn no_thread_waits_for_a_clone() {
    in_time(|| {
        for threads in [2, 4] {
            let rayon = Rayon::on_pool(Arc::clone(pool(threads)));
            for n in [0, 1, 60] {
                let count = Arc::default();
                let expected: Vec<usize> = (0..n).collect();
                assert_eq!(Shared { n, waits: Waits::new(&count) }.run(&rayon).unwrap(), expected);
                let waits = WaitsAlone(Waits::new(&count), Cell::new(0));
                assert_eq!(Apart { n, waits }.run(&rayon).unwrap(), expected);
                assert_eq!(count.alive.load(SeqCst), 0);
            }
        }
    });
}

#[derive(Debug)]
struct Fails(Arc<Count>, Cell<()>);

impl Clone for Fails {
    fn clone(&self) -> Self {
        assert!(self.0.clones.fetch_add(1, SeqCst) < 7, "no more clones");
        self.0.alive.fetch_add(1, SeqCst);
        Fails(Arc::clone(&self.0), Cell::new(()))
    }
}

impl Drop for Fails {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, SeqCst);
    }
}

#[task(depends = [numbers], each = numbers)]
fn with_fails(numbers: usize, _fails: Fails) -> usize {
    numbers
}

dag! { graph Panics(n: usize, fails: Fails) -> with_fails { numbers(n), with_fails(fails) } }

#[test]
fn a_clone_that_panics_fails_the_task() {
    for keep_going in [false, true] {
        Everywhere::new().keep_going(keep_going).each(|executor| {
            let count = Arc::new(Count { alive: AtomicUsize::new(1), clones: AtomicUsize::new(0) });
            let error = Panics { n: 20, fails: Fails(Arc::clone(&count), Cell::new(())) }.run(executor);
            assert!(error.unwrap_err().is_panic());
            assert_eq!(count.alive.load(SeqCst), 0);
        });
    }
}

#[test]
fn a_task_in_one_call_clones_for_each_element_alone() {
    let count = Arc::default();
    rayon::scope(|_| Shared { n: 3, waits: Waits::new(&count) }.run(&Serial).unwrap());
    assert_eq!((count.alive.load(SeqCst), count.clones.load(SeqCst)), (0, 3));
}
