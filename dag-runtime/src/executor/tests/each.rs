//! Tasks that run once for each element of an output, on every executor.

use alloc::string::ToString;
use core::mem::offset_of;
use std::sync::LazyLock;
use std::sync::atomic::AtomicUsize;

use proptest::prelude::*;

use super::*;
use crate::observe::TaskEvent;
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
    body: Option<Arc<dyn Fn(usize) + Send + Sync>>,
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

struct EachTrial<'run> {
    table: &'static Table,
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
    fn table(&self) -> &'static Table {
        self.table
    }

    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        let (group, kind) = (node as usize / 3, node % 3);
        let Group { elements, each, reader } = &self.slots[group];
        let plan = &self.book.plan;
        match kind {
            0 => elements.put(cx, Ok((0..plan.width).map(|k| Thing::new(k, &self.book, false)).collect())),
            1 => {
                let outcome = if plan.by_value {
                    let get = || -> &[Thing] { panic!("what is moved is not lent") };
                    let take = || elements.take(cx, false);
                    each_owned(cx, false, get, take, |element| {
                        let number = *element.number;
                        // Not at the end: rustc would leak the output where this panics.
                        drop(element);
                        self.element(group, number)
                    })
                } else {
                    let elements = elements.get(cx);
                    each_borrowed(cx, elements, |element| self.element(group, *element.number))
                };
                each.put(cx, outcome)
            }
            _ => {
                let outputs = each.get(cx);
                assert!(outputs.iter().map(|output| *output.number).eq(0..plan.width));
                reader.put(cx, Ok(()))
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
        Node {
            name: format!("t{i}").leak(),
            cost: 1,
            offset: group * size_of::<Group>() + offset[kind],
            release: if kind == 2 { None } else { release_of::<Vec<Thing>>() },
            each: kind == 1,
            ..Node::EMPTY
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
    let book = Arc::new(Book {
        runs: (0..GROUPS * plan.width).map(|_| AtomicU32::new(0)).collect(),
        plan,
        alive: AtomicUsize::new(0),
        drops: AtomicUsize::new(0),
        failed: Mutex::default(),
    });
    let result = with_zeroed::<[Group; GROUPS], _>(|slots| {
        runner.observed(&EachTrial { table, slots, book: book.clone() }, observer, keep_going)
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

/// Listens, and does nothing.
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
fn the_first_of_the_elements_that_fail_is_named() {
    for (errors, panics) in
        [(vec![0], vec![]), (vec![], vec![70]), (vec![5, 40, 99], vec![30]), (vec![9], vec![3, 4])]
    {
        let (errors, panics) = (errors.into_iter().collect(), panics.into_iter().collect());
        let plan = Elements { width: 100, errors, panics, ..Elements::default() };
        in_all_ways(&plan, |result, book, keep_going| {
            let error = result.unwrap_err();
            if keep_going {
                let first = plan.errors.iter().chain(&plan.panics).min().unwrap();
                assert_eq!(error.task(), Some(&*format!("t1[{first}]")));
                assert_eq!(
                    book.failed.lock().unwrap().len(),
                    GROUPS * (plan.errors.len() + plan.panics.len())
                );
                assert_eq!(error.skipped(), ["t2", "t5", "t8", "t11"]);
            } else {
                assert!(!error.skipped().iter().any(|name| Some(&**name) == error.task()));
                assert!(error.skipped().contains(&"t2".into()));
            }
        });
    }
}

#[test]
fn nothing_starts_after_a_failure() {
    let plan = Elements { width: 1000, errors: BTreeSet::from([3]), ..Elements::default() };
    let (result, book) = run(plan, &Runner::Serial, false);
    assert_eq!(result.unwrap_err().task(), Some("t1[3]"));
    assert_eq!(book.runs.iter().map(|runs| runs.load(SeqCst)).sum::<u32>(), 4);
}

#[test]
#[cfg(feature = "rayon")]
fn the_elements_of_other_tasks_stop_as_well() {
    // Element 0 of one group fails when an element of another one has begun, which takes long enough.
    let begun = Arc::new(AtomicUsize::new(0));
    let body = {
        let begun = begun.clone();
        move |number: usize| {
            if number == 0 {
                begun.fetch_add(1, SeqCst);
                while begun.load(SeqCst) < 2 {
                    std::thread::yield_now();
                }
            } else {
                std::thread::sleep(core::time::Duration::from_millis(1));
            }
        }
    };
    let plan = Elements {
        width: 1000,
        errors: BTreeSet::from([0]),
        body: Some(Arc::new(body)),
        ..Elements::default()
    };
    let (result, book) = run(plan, &Runner::rayon(2), false);
    result.unwrap_err();
    assert!(book.runs.iter().map(|runs| runs.load(SeqCst)).sum::<u32>() < 100);
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
    run(plan, &Runner::rayon(2), false).0.unwrap();
}

#[test]
#[cfg(feature = "rayon")]
fn it_is_told_who_ran_elements_for_how_long() {
    use core::time::Duration;

    #[derive(Default)]
    struct Times(Mutex<Vec<(usize, usize, Duration)>>);
    impl Observer for Times {
        fn ran_elements(&self, event: &TaskEvent, elapsed: Duration) {
            self.0.lock().unwrap().push((event.task.index(), event.worker, elapsed));
        }
    }
    let barrier = std::sync::Barrier::new(2);
    let body = move |_| {
        barrier.wait();
    };
    let (width, times) = (2, Times::default());
    let plan = Elements { width, body: Some(Arc::new(body)), ..Elements::default() };
    each_trial(plan, &Runner::rayon(2), &times, false).0.unwrap();
    let times = times.0.into_inner().unwrap();
    let workers: BTreeSet<usize> = times.iter().map(|&(_, worker, _)| worker).collect();
    assert_eq!(workers, BTreeSet::from([0, 1]));
    assert!(times.iter().all(|&(task, _, time)| task % 3 == 1 && time > Duration::ZERO), "{times:?}");

    let times = Times::default();
    let plan = Elements { width: 30, errors: BTreeSet::from([0]), ..Elements::default() };
    each_trial(plan, &Runner::rayon(2), &times, false).0.unwrap_err();
    assert!(!times.0.into_inner().unwrap().is_empty(), "elements that have failed took time as well");
}

#[test]
fn survives_panics_in_every_element_and_every_drop() {
    let all: BTreeSet<_> = (0..40).collect();
    let plan = Elements { width: 40, panics: all.clone(), ..Elements::default() };
    in_all_ways(&plan, |result, _, _| assert!(result.unwrap_err().is_panic()));
}

#[test]
fn a_panic_in_the_drop_of_an_output_is_one_of_the_task() {
    for runner in Runner::all() {
        for keep_going in [false, true] {
            let plan = Elements { width: 50, panic_on_drop: BTreeSet::from([20]), ..Elements::default() };
            let error = run(plan, &runner, keep_going).0.unwrap_err();
            assert_eq!(error.to_string(), "task `t1` of graph `Groups` panicked: drop 20");
        }
    }
}

#[test]
fn drops_that_panic_leave_nothing_behind() {
    // What is dropped is that of a task that has failed: outputs, and elements that were not taken.
    for runner in Runner::all() {
        for by_value in [false, true] {
            for keep_going in [false, true] {
                let plan = Elements {
                    width: 60,
                    by_value,
                    errors: BTreeSet::from([31, 50]),
                    panic_on_drop: (0..60).filter(|k| keep_going || k == &7).collect(),
                    ..Elements::default()
                };
                if keep_going || !runner.is_serial() {
                    let error = run(plan, &runner, keep_going).0.unwrap_err();
                    assert!(error.task().unwrap().starts_with("t1["), "{error}");
                }
            }
        }
    }
}

#[test]
fn a_panic_in_the_drop_of_an_element_is_one_of_the_element_that_took_it() {
    for runner in Runner::all() {
        for keep_going in [false, true] {
            let plan = Elements {
                width: 30,
                by_value: true,
                panic_on_drop_of_element: BTreeSet::from([12]),
                ..Elements::default()
            };
            let error = run(plan, &runner, keep_going).0.unwrap_err();
            assert_eq!(error.to_string(), "task `t1[12]` of graph `Groups` panicked: drop 12");
        }
    }
}

#[test]
fn an_observer_is_told_how_far_a_task_is() {
    #[derive(Default)]
    struct Told(Mutex<Vec<(usize, usize, usize)>>, Mutex<Vec<(String, Option<usize>)>>);
    impl Observer for Told {
        fn elements(&self, event: &TaskEvent, done: usize, of: usize) {
            self.0.lock().unwrap().push((event.task.index(), done, of));
        }
        fn failed(&self, event: &TaskEvent, _: &crate::error::Failure) {
            self.1.lock().unwrap().push((event.task.name().to_string(), event.element));
        }
    }
    for runner in Runner::all() {
        let told = Told::default();
        each_trial(Elements { width: 300, ..Elements::default() }, &runner, &told, false).0.unwrap();
        let told = told.0.into_inner().unwrap();
        for task in (1..3 * GROUPS).step_by(3) {
            let of_task: Vec<_> = told.iter().filter(|(index, ..)| *index == task).collect();
            assert_eq!(of_task[0], &(task, 0, 300));
            assert!(of_task.contains(&&(task, 300, 300)));
            assert!(of_task.iter().all(|(_, done, of)| done <= of && *of == 300));
        }
        let told = Told::default();
        let errors = BTreeSet::from([20, 100, 299]);
        let plan = Elements { width: 300, errors, ..Elements::default() };
        each_trial(plan, &runner, &told, true).0.unwrap_err();
        let mut failed = told.1.into_inner().unwrap();
        failed.sort();
        let expected = ["t1", "t10", "t4", "t7"].map(|name| (name.to_string(), Some(20)));
        assert_eq!(failed, expected, "each task fails once, by its first element");
    }
}

#[test]
fn a_panic_of_an_observer_is_one_of_the_task() {
    struct Panics(usize);
    impl Observer for Panics {
        fn elements(&self, _: &TaskEvent, done: usize, of: usize) {
            if done * 10 >= self.0 * of {
                raise("observer".into());
            }
        }
    }
    for runner in Runner::all() {
        for (part, keep_going) in [(0, false), (0, true), (5, false), (5, true), (10, false), (10, true)] {
            let plan = Elements { width: 100, ..Elements::default() };
            let table = *TABLE;
            let book = Arc::new(Book {
                runs: (0..GROUPS * 100).map(|_| AtomicU32::new(0)).collect(),
                plan,
                alive: AtomicUsize::new(0),
                drops: AtomicUsize::new(0),
                failed: Mutex::default(),
            });
            let result = with_zeroed::<[Group; GROUPS], _>(|slots| {
                let trial = EachTrial { table, slots, book: book.clone() };
                runner.observed(&trial, &Panics(part), keep_going)
            });
            let error = result.unwrap_err();
            assert!(error.to_string().ends_with("of graph `Groups` panicked: observer"), "{error}");
            assert!(!error.task().unwrap().contains('['));
            assert_eq!(book.alive.load(SeqCst), 0);
        }
    }
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
