//! What a run allocates of its own. All in one test: the count is that of the whole process.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Rayon, Serial, dag, task};

/// The system's allocator, which counts.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The bytes that are allocated.
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: each call is passed on to `System`, which keeps the contract. Counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
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

/// The fewest allocations of many calls: those of other threads are not ours.
fn allocations(mut call: impl FnMut()) -> usize {
    let count = |call: &mut dyn FnMut()| {
        let before = COUNT.load(Ordering::Relaxed);
        call();
        COUNT.load(Ordering::Relaxed) - before
    };
    (0..50).map(|_| count(&mut call)).min().unwrap()
}

#[task]
fn source() -> u64 {
    1
}

#[task]
fn next(x: u64) -> u64 {
    x + 1
}

macro_rules! graphs {
    ($wide:ident, $chain:ident: $first:ident $($name:ident after $before:ident),*) => {
        dag! {
            graph $wide -> source { source, $first = next(source), $($name = next(source),)* }
            graph $chain { source, $first = next(source), $($name = next($before),)* }
        }
    };
}

graphs!(Wide4, Chain4: a after_a after a, b after after_a, after_b after b);
graphs!(
    Wide40, Chain40: n00 n01 after n00, n02 after n01, n03 after n02, n04 after n03, n05 after n04, n06 after n05,
    n07 after n06, n08 after n07, n09 after n08, n10 after n09, n11 after n10, n12 after n11, n13 after n12,
    n14 after n13, n15 after n14, n16 after n15, n17 after n16, n18 after n17, n19 after n18, n20 after n19,
    n21 after n20, n22 after n21, n23 after n22, n24 after n23, n25 after n24, n26 after n25, n27 after n26,
    n28 after n27, n29 after n28, n30 after n29, n31 after n30, n32 after n31, n33 after n32, n34 after n33,
    n35 after n34, n36 after n35, n37 after n36, n38 after n37, n39 after n38
);

#[task]
fn numbers(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[task(depends = [numbers], each = numbers)]
fn square(numbers: &usize) -> usize {
    numbers * numbers
}

#[task(depends = [square], each = square)]
fn negate(square: usize) -> isize {
    -square.cast_signed()
}

dag! { graph Elements(n: usize) { numbers(n), square, negate } }

#[task]
fn add(before: &[u64], x: usize) -> u64 {
    before.iter().sum::<u64>() % 1000 + x as u64 + 1
}

dag! {
    graph Rows[t, x] -> last {
        cell[i in 0..t, j in 0..x] = add(if i > 0 { &cell[i - 1, j - 1..=j + 1] } else { &[] }, j),
        more[i in 0..t, j in i..x] = add(&cell[i, ..], j),
        last = add(&more, t),
    }
}

/// One allocation holds the outputs of all families of a run, and tables of sizes seen before are kept.
fn a_run_with_sizes_allocates_once() {
    let run = |t, x| assert!(Rows { t, x }.run(&Serial).unwrap() > 0);
    for (t, x) in [(1, 1), (3, 4), (20, 30)] {
        assert_eq!(allocations(|| run(t, x)), 1, "Serial, {t} x {x}");
    }
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let run =
            |t, x| pool.install(|| allocations(|| assert!(Rows { t, x }.run(&Rayon::new()).unwrap() > 0)));
        let [small, large] = [run(2, 2), run(30, 40)];
        // As for graphs without sizes, the state of a run that is shared, and rayon's own.
        assert!(
            small <= 4 && large <= small + 16,
            "{large} for 2000 tasks on {threads} threads, {small} for 8"
        );
    }
}

/// Tables of sizes that are not used any more are dropped, with the lists that runs have made for them.
fn tables_of_other_sizes_are_dropped() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let run = |t, x| {
        assert!(Rows { t, x }.run(&Serial).unwrap() > 0);
        assert!(pool.install(|| Rows { t, x }.run(&Rayon::new()).unwrap()) > 0);
    };
    let pass = || {
        for k in 0..2000 {
            run(1 + k % 100, 1 + k / 100);
        }
        BYTES.load(Ordering::Relaxed)
    };
    let first = pass();
    let second = pass();
    // The last few tables are the same in both.
    assert!(second < first + 100_000, "{first} bytes, then {second} bytes");
    assert!(second < 5_000_000, "{second} bytes");
}

#[test]
fn runs_allocate_nothing_for_a_task() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1, "the count counts");
    assert_eq!(allocations(|| assert_eq!(Wide40.run(&Serial).unwrap(), 1)), 0, "Serial");
    assert_eq!(allocations(|| Chain40.run(&Serial).unwrap()), 0, "Serial");
    let read = || {
        let table = Wide40::TABLE;
        let names: usize = table.order().map(|task| task.name().to_string().len()).sum();
        assert!(names > 0);
    };
    assert!(allocations(read) > 0, "a name's text is the caller's own allocation");
    let read = || {
        let table = Wide40::TABLE;
        assert_eq!(table.order().count(), table.len());
        assert!(table.tasks().flat_map(|task| task.dependencies()).all(|task| task.name() == "source"));
        assert!(table.critical_path().map(|task| task.bottom_level()).sum::<u64>() > 0);
    };
    assert_eq!(allocations(read), 0, "a table");

    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let [small, large] = pool.install(|| {
            [
                allocations(|| Chain4.run(&Rayon::new()).unwrap()),
                allocations(|| Chain40.run(&Rayon::new()).unwrap()),
            ]
        });
        // A run that may be shared has its state: this many parts, however long it is.
        assert!(small.max(large) <= 3, "{large} for a chain of 40 on {threads} threads, {small} for 4");
        let [small, large] = pool.install(|| {
            [
                allocations(|| assert_eq!(Wide4.run(&Rayon::new()).unwrap(), 1)),
                allocations(|| assert_eq!(Wide40.run(&Rayon::new()).unwrap(), 1)),
            ]
        });
        // A worker that is sent for is an allocation of rayon's: a few a run, not one a task.
        assert!(
            large <= small + 4,
            "{large} for 40 tasks beside each other on {threads} threads, {small} for 4"
        );
        let [small, large] =
            [10, 10_000].map(|n| pool.install(|| allocations(|| Elements { n }.run(&Rayon::new()).unwrap())));
        // Ten elements run on one thread. A run that is shared has its state, and more chunks may call more often.
        assert!(large <= small + 16, "{large} for 10000 elements on {threads} threads, {small} for 10");
    }
    assert_eq!(allocations(|| Elements { n: 10_000 }.run(&Serial).unwrap()), 3, "one for each list");
    a_run_with_sizes_allocates_once();
    tables_of_other_sizes_are_dropped();
}
