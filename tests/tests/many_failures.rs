//! What very many failures of one run take: memory, and time. In one test: the count is that of the whole process.

#![allow(clippy::print_stdout, reason = "figures, for `--nocapture`")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dag_runtime::{Error, Rayon, Serial, dag, task};

/// The system's allocator, which counts.
struct Counting;

/// The bytes that are allocated, and the most since the last reset.
static BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: each call is passed on to `System`, which keeps the contract. Counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let bytes = BYTES.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(bytes, Ordering::Relaxed);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MANY: usize = 100_000;

/// Much more than it should take, so that a busy machine does not matter, and much less than quadratic code would take.
const MOST_TIME: Duration = Duration::from_secs(5);
const ROUNDS: usize = if cfg!(debug_assertions) { 2 } else { 10 };

fn parse_one(number: usize, fails: bool) -> Result<usize, String> {
    if fails { Err(format!("{number} is no word")) } else { Ok(number) }
}

#[task]
fn numbers() -> Vec<usize> {
    (0..MANY).collect()
}

#[task(depends = [numbers], each = numbers)]
fn parse(numbers: &usize, fails: bool) -> Result<usize, String> {
    parse_one(*numbers, fails)
}

#[task]
fn read(number: usize, fails: bool) -> Result<usize, String> {
    parse_one(number, fails)
}

dag! {
    graph Elements(fails: bool) { numbers, parse(fails) }
    graph Members(fails: bool) { read[i in 0..MANY] = read(i, fails) }
}

/// The result of a call, the most bytes that are allocated in it, and how long it takes.
fn measure<T>(call: &dyn Fn() -> T) -> (T, usize, Duration) {
    let before = BYTES.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let start = Instant::now();
    let result = call();
    let time = start.elapsed();
    (result, PEAK.load(Ordering::Relaxed) - before, time)
}

/// Measures a graph of which all elements or members fail, beside one of which none does, and beside their errors.
fn check(how: &str, names: [&str; 2], run: &dyn Fn(bool) -> Result<(), Error>) {
    let one_error = |k| Box::<dyn std::error::Error>::from(parse_one(k, true).unwrap_err());
    let (mut bytes, mut times) = (0, [Duration::MAX; 3]);
    // Other programs may use the machine as well.
    for _ in 0..ROUNDS {
        let (good, bytes_without, without) = measure(&|| run(false));
        good.unwrap();
        let (_, _, errors) = measure(&|| (0..MANY).map(one_error).collect::<Vec<_>>());
        let (failed, bytes_with, with) = measure(&|| run(true));
        bytes = bytes.max((bytes_with - bytes_without) / MANY);
        for (least, time) in times.iter_mut().zip([with, without, errors]) {
            *least = time.min(*least);
        }
        let error = failed.unwrap_err();
        assert_eq!((error.failures().len(), error.more_failures()), (MANY, 0));
        let mut tasks = error.failures().map(|(task, _)| task);
        assert_eq!([tasks.next(), tasks.last()], names.map(Some));
        assert!(format!("{error:?}").len() < 1000);
    }
    let [with, without, errors] = times;
    println!(
        "{how}: {bytes} bytes a failure, {with:.1?}; without failures {without:.1?}, the errors {errors:.1?}"
    );
    assert!(bytes <= 200, "{how}: {bytes} bytes a failure");
    assert!(with.saturating_sub(without + errors) < MOST_TIME, "{how}: {with:?}");
}

#[test]
fn a_failure_takes_little_memory_and_time() {
    let elements = ["parse[0]", "parse[99999]"];
    let members = ["read[0]", "read[99999]"];
    check("Serial, elements", elements, &|fails| Elements { fails }.run(&Serial.keep_going()));
    check("Serial, members", members, &|fails| Members { fails }.run(&Serial.keep_going()));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let on_pool = |run: &(dyn Fn(&Rayon) -> Result<(), Error> + Sync)| {
            pool.install(|| run(&Rayon::new().keep_going()))
        };
        let how = |what| format!("Rayon, {threads} threads, {what}");
        check(&how("elements"), elements, &|fails| on_pool(&|rayon| Elements { fails }.run(rayon)));
        check(&how("members"), members, &|fails| on_pool(&|rayon| Members { fails }.run(rayon)));
    }
}
