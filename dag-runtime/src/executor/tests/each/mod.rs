//! Tasks that run once for each element of an output, on every executor.

mod failures;
mod observed;

use alloc::string::ToString;
use core::mem::offset_of;
use std::sync::LazyLock;
use std::sync::atomic::AtomicUsize;

use proptest::prelude::*;

use super::*;
use crate::slot::{each_borrowed, each_owned};

/// How many tasks there are of each kind: those that give elements, those that run for each, and those
/// that read the outputs.
const GROUPS: usize = 4;

/// The slots of a group of three tasks.
#[repr(C)]
struct Group {
    elements: Slot<Things>,
    each: Slot<Things>,
    reader: Slot<Unit>,
}

struct Things;

impl Task for Things {
    type Output = Vec<Thing>;
}

struct Unit;

impl Task for Unit {
    type Output = ();
}

/// An element or an output of one: owns memory, and tells when it is dropped.
struct Thing {
    number: Box<usize>,
    book: Arc<Book>,
    is_output: bool,
}

impl Thing {
    fn new(number: usize, book: &Arc<Book>, is_output: bool) -> Self {
        book.alive.fetch_add(1, SeqCst);
        Thing { number: Box::new(number), book: book.clone(), is_output }
    }
}

impl Drop for Thing {
    fn drop(&mut self) {
        self.book.alive.fetch_sub(1, SeqCst);
        self.book.drops.fetch_add(1, SeqCst);
        let plan = &self.book.plan;
        let panics = if self.is_output { &plan.panic_on_drop } else { &plan.panic_on_drop_of_element };
        if panics.contains(&*self.number) {
            raise(format!("drop {}", self.number));
        }
    }
}

/// What the elements of every group do.
#[derive(Clone, Default)]
struct Elements {
    width: usize,
    /// Taken by value, or else borrowed.
    by_value: bool,
    errors: BTreeSet<usize>,
    panics: BTreeSet<usize>,
    panic_on_drop: BTreeSet<usize>,
    panic_on_drop_of_element: BTreeSet<usize>,
    /// Called by each element, with its number.
    body: Option<Arc<dyn Fn(usize) + Send + Sync>>,
    /// Called by each task that gives elements, with the number of its group.
    begin: Option<Arc<dyn Fn(usize) + Send + Sync>>,
}

struct Book {
    plan: Elements,
    alive: AtomicUsize,
    drops: AtomicUsize,
    /// How often each element of each group ran.
    runs: Vec<AtomicU32>,
    /// Which have failed.
    failed: Mutex<BTreeSet<(usize, usize)>>,
}

impl Book {
    fn new(plan: Elements) -> Arc<Self> {
        Arc::new(Book {
            runs: (0..GROUPS * plan.width).map(|_| AtomicU32::new(0)).collect(),
            plan,
            alive: AtomicUsize::new(0),
            drops: AtomicUsize::new(0),
            failed: Mutex::default(),
        })
    }
}

struct EachTrial<'run> {
    table: SharedTable,
    slots: &'run [Group; GROUPS],
    book: Arc<Book>,
}

impl EachTrial<'_> {
    /// What the task does for one element.
    fn element(&self, group: usize, number: usize) -> Outcome<Thing> {
        let plan = &self.book.plan;
        let ran = self.book.runs[group * plan.width + number].fetch_add(1, SeqCst);
        assert_eq!(ran, 0, "element {number} runs twice");
        if let Some(body) = &plan.body {
            body(number);
        }
        let fails = || self.book.failed.lock().unwrap().insert((group, number));
        if plan.errors.contains(&number) {
            fails();
            return Err(format!("error {number}").into());
        }
        if plan.panics.contains(&number) {
            fails();
            raise(format!("panic {number}"));
        }
        Ok(Thing::new(number, &self.book, true))
    }
}

impl Job for EachTrial<'_> {
    fn shared_table(&self) -> &SharedTable {
        &self.table
    }

    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        let (group, kind) = (node as usize / 3, node % 3);
        let Group { elements, each, reader } = &self.slots[group];
        let plan = &self.book.plan;
        match kind {
            0 => {
                if let Some(begin) = &plan.begin {
                    begin(group);
                }
                elements
                    .put(cx, Ok((0..plan.width).map(|k| Thing::new(k, &self.book, false)).collect()))
                    .map(drop)
            }
            1 => {
                let outcome = if plan.by_value {
                    let get = || -> &[Thing] { panic!("what is moved is not lent") };
                    let take = || elements.take(cx, false);
                    each_owned(cx, false, get, take, |_, element, sink| {
                        let number = *element.number;
                        // Not at the end: rustc would leak the output where this panics.
                        drop(element);
                        Ok(sink.put(self.element(group, number)?))
                    })
                } else {
                    let elements = elements.get(cx);
                    each_borrowed(cx, elements, |_, element, sink| {
                        Ok(sink.put(self.element(group, *element.number)?))
                    })
                };
                each.put(cx, outcome).map(drop)
            }
            _ => {
                let outputs = each.get(cx);
                assert!(outputs.iter().map(|output| *output.number).eq(0..plan.width));
                reader.put(cx, Ok(())).map(drop)
            }
        }
    }

    fn slots(&self) -> Slots<'_> {
        Slots::of(self.slots)
    }
}

/// The table of the groups.
static TABLE: LazyLock<&Table> = LazyLock::new(|| {
    let node = |i: usize| {
        let (group, kind) = (i / 3, i % 3);
        let offset = [offset_of!(Group, elements), offset_of!(Group, each), offset_of!(Group, reader)];
        Line {
            name: format!("t{i}").leak(),
            cost: 1,
            offset: group * size_of::<Group>() + offset[kind],
            release: if kind == 2 { None } else { release_of::<Vec<Thing>>() },
            each: kind == 1,
            ..Line::EMPTY
        }
    };
    let edges = (0..3 * GROUPS as u32).filter(|i| i % 3 > 0);
    let edges = edges.map(|i| RawEdge { node: i, to: i - 1, how: Use::Borrow, ..RawEdge::EMPTY });
    Table::leak("Groups", (0..3 * GROUPS).map(node).collect(), edges.collect())
});

/// Runs the groups, and checks what holds of every run. Gives what has failed, too.
fn each_trial(
    plan: Elements,
    runner: &Runner,
    observer: &(dyn Observer + Sync),
    keep_going: bool,
) -> (Result<(), Error>, Arc<Book>) {
    let table = *TABLE;
    let book = Book::new(plan);
    let result = with_zeroed::<[Group; GROUPS], _>(|slots| {
        runner.observed(&EachTrial { table: table.into(), slots, book: book.clone() }, observer, keep_going)
    });
    assert_eq!(book.alive.load(SeqCst), 0, "something is left, or was dropped twice");
    let ran = || book.runs.iter().map(|runs| runs.load(SeqCst));
    let failed = book.failed.lock().unwrap();
    match &result {
        Ok(()) => assert!(failed.is_empty() && ran().all(|runs| runs == 1)),
        Err(error) => {
            if let Some(&(group, element)) = failed.first() {
                // The first task in the list, and of its elements the first one that failed.
                assert_eq!(error.task(), Some(&*format!("t{}[{element}]", 3 * group + 1)));
                let verb = if error.is_panic() { "panic" } else { "error" };
                assert!(error.to_string().ends_with(&format!(": {verb} {element}")), "{error}");
            }
            if keep_going && book.plan.panic_on_drop_of_element.is_empty() {
                assert!(ran().all(|runs| runs == 1), "an element did not run");
            }
        }
    }
    drop(failed);
    (result, book)
}

fn run(plan: Elements, runner: &Runner, keep_going: bool) -> (Result<(), Error>, Arc<Book>) {
    each_trial(plan, runner, &(), keep_going)
}

/// The same by reference and by value, with and without an observer and with and without `keep_going`.
fn in_all_ways(plan: &Elements, check: impl Fn(Result<(), Error>, &Book, bool)) {
    for runner in Runner::all() {
        for by_value in [false, true] {
            for keep_going in [false, true] {
                let plan = Elements { by_value, ..plan.clone() };
                let (result, book) = run(plan.clone(), &runner, keep_going);
                check(result, &book, keep_going);
                let (result, book) = each_trial(plan, &runner, &Silent, keep_going);
                check(result, &book, keep_going);
            }
        }
    }
}

/// Listens, and does nothing. So a run is shared, however long the ones before took: where elements wait for each other.
struct Silent;

impl Observer for Silent {}

#[test]
fn every_element_runs_once_and_outputs_are_in_order() {
    for width in [0, 1, 2, 3, 10, 100, 5000] {
        let plan = Elements { width, ..Elements::default() };
        in_all_ways(&plan, |result, book, _| {
            result.unwrap();
            assert_eq!(book.drops.load(SeqCst), 2 * GROUPS * width);
        });
    }
}

#[test]
#[cfg(feature = "rayon")]
fn elements_run_at_the_same_time() {
    let width = 4;
    let barrier = std::sync::Barrier::new(2);
    let body = move |_| {
        barrier.wait();
    };
    let plan = Elements { width, body: Some(Arc::new(body)), ..Elements::default() };
    each_trial(plan, &Runner::rayon(2), &Silent, false).0.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn random_elements_behave(
        width in 0_usize..400,
        by_value: bool,
        keep_going: bool,
        errors in prop::collection::btree_set(0_usize..600, 0..4),
        panics in prop::collection::btree_set(0_usize..600, 0..3),
        slow in 1_usize..50,
    ) {
        let body = move |number: usize| {
            for _ in 0..(number % slow) * 10 {
                core::hint::spin_loop();
            }
        };
        let plan = Elements { width, by_value, errors, panics, body: Some(Arc::new(body)), ..Elements::default() };
        for runner in Runner::all() {
            let (result, _) = run(plan.clone(), &runner, keep_going);
            let fails = plan.errors.iter().chain(&plan.panics).any(|&number| number < width);
            prop_assert_eq!(result.is_err(), fails);
        }
    }
}
