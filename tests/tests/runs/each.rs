//! Tasks that run once for each element: failures, drops, and how elements are spread over threads.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use dag_runtime::{Error, Failure, Observer, Rayon, Serial, TaskEvent, dag, task};
use dag_tests::network::Injected;
use dag_tests::{Everywhere, Ledger, Token, in_time, pool};

/// What the elements of a run do.
#[derive(Debug, Default)]
struct Plan {
    width: usize,
    errors: BTreeSet<usize>,
    panics: BTreeSet<usize>,
    ledger: Arc<Ledger>,
    ran: Mutex<BTreeSet<usize>>,
}

impl Plan {
    fn new(width: usize, errors: &[usize], panics: &[usize]) -> Self {
        let (errors, panics) = (errors.iter().copied().collect(), panics.iter().copied().collect());
        Plan { width, errors, panics, ..Plan::default() }
    }

    fn work(&self, number: usize) -> Result<Numbered, Injected> {
        assert!(self.ran.lock().unwrap().insert(number), "element {number} runs twice");
        if self.errors.contains(&number) {
            return Err(Injected("element"));
        }
        if self.panics.contains(&number) {
            std::panic::resume_unwind(Box::new(format!("element {number}")));
        }
        Ok(Numbered { number, _token: self.ledger.token("output") })
    }
}

#[derive(Debug)]
struct Numbered {
    number: usize,
    _token: Token,
}

#[task]
fn items(plan: &Plan) -> Vec<Numbered> {
    (0..plan.width).map(|number| Numbered { number, _token: plan.ledger.token("item") }).collect()
}

#[task(depends = [items], each = items)]
fn borrowing(items: &Numbered, plan: &Plan) -> Result<Numbered, Injected> {
    plan.work(items.number)
}

#[task(depends = [items], each = items)]
fn moving(items: Numbered, plan: &Plan) -> Result<Numbered, Injected> {
    plan.work(items.number)
}

#[task]
fn beside(plan: &Plan) -> Token {
    plan.ledger.token("beside")
}

#[task]
fn after(outputs: &[Numbered]) -> usize {
    outputs.len()
}

dag! {
    graph Borrow(plan: Arc<Plan>) -> after { items(&plan), borrowing(&plan), after(&borrowing), beside(&plan) }
    graph Move(plan: Arc<Plan>) -> after { items(&plan), moving(&plan), after(&moving), beside(&plan) }
}

/// Runs both graphs on every executor. `check` gets the plan, the result, and the name of the task.
fn both(
    keep_going: bool,
    plan: impl Fn() -> Plan + Sync,
    check: impl Fn(&Plan, Result<usize, Error>, &str) + Sync,
) {
    Everywhere::new().keep_going(keep_going).each(|executor| {
        let plan = Arc::new(plan());
        let result = Borrow { plan: Arc::clone(&plan) }.run(executor);
        assert_eq!(plan.ledger.alive(), 0, "something is left");
        check(&plan, result, "borrowing");
    });
    Everywhere::new().keep_going(keep_going).each(|executor| {
        let plan = Arc::new(plan());
        let result = Move { plan: Arc::clone(&plan) }.run(executor);
        assert_eq!(plan.ledger.alive(), 0, "something is left");
        check(&plan, result, "moving");
    });
}

#[test]
fn what_is_made_is_dropped_once() {
    for width in [0, 1, 7, 300] {
        both(
            false,
            || Plan::new(width, &[], &[]),
            |plan, result, _| {
                assert_eq!(result.unwrap(), width);
                let counts = plan.ledger.counts();
                let made = |name| counts.get(name).map_or((0, 0), |count| (count.made, count.dropped));
                assert_eq!((made("item"), made("output")), ((width, width), (width, width)));
            },
        );
    }
}

#[test]
fn a_failing_element_is_named() {
    for (failing, panics) in [(0, false), (17, false), (99, false), (0, true), (64, true)] {
        for keep_going in [false, true] {
            let plan = || match panics {
                true => Plan::new(100, &[], &[failing]),
                false => Plan::new(100, &[failing], &[]),
            };
            both(keep_going, plan, |plan, result, task| {
                let error = result.unwrap_err();
                assert_eq!(error.task(), Some(&*format!("{task}[{failing}]")));
                assert_eq!(error.is_panic(), panics);
                let graph = error.graph().unwrap();
                let cause = match panics {
                    true => format!("panicked: element {failing}"),
                    false => "failed: `element` was told to fail".to_owned(),
                };
                assert_eq!(error.to_string(), format!("task `{task}[{failing}]` of graph `{graph}` {cause}"));
                let source = error.source().map(|source| source.downcast_ref::<Injected>().is_some());
                assert_eq!(source, (!panics).then_some(true), "the source is the task's own error");
                assert!(error.skipped().any(|name| name == "after"));
                assert!(!error.skipped().any(|name| name == task));
                let ran = plan.ran.lock().unwrap();
                assert!(ran.contains(&failing));
                if keep_going {
                    assert_eq!(ran.len(), 100);
                    assert_eq!(error.skipped(), ["after"]);
                }
            });
        }
    }
}

#[test]
fn of_several_the_lowest_element_is_named() {
    both(
        true,
        || Plan::new(500, &[40, 41, 300, 499], &[33, 350]),
        |plan, result, task| {
            let error = result.unwrap_err();
            assert_eq!(error.task(), Some(&*format!("{task}[33]")));
            assert!(error.is_panic());
            assert_eq!(plan.ran.lock().unwrap().len(), 500);
        },
    );
}

#[test]
fn the_serial_executor_stops_at_the_first_failure() {
    let plan = Arc::new(Plan::new(100, &[20, 30], &[]));
    let error = Borrow { plan: Arc::clone(&plan) }.run(&Serial).unwrap_err();
    assert_eq!(error.task(), Some("borrowing[20]"));
    assert!(plan.ran.lock().unwrap().iter().copied().eq(0..=20));
    assert_eq!(error.skipped(), ["after", "beside"]);
}

#[task]
fn count(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[task(depends = [count], each = count)]
fn meet(count: usize, barrier: &Barrier) -> usize {
    // Longer than sharing costs, also on a loaded machine: else the next run may take the elements for short, and not share them.
    std::thread::sleep(Duration::from_millis(5));
    barrier.wait();
    count
}

dag! { graph Meeting<'a>(n: usize, barrier: &'a Barrier) -> meet { count(n), meet(barrier) } }

#[test]
fn elements_run_at_the_same_time() {
    in_time(|| {
        for (n, threads) in [(2, 2), (40, 2), (4, 4), (40, 4)] {
            let barrier = Barrier::new(threads);
            let rayon = Rayon::on_pool(Arc::clone(pool(threads)));
            assert!(Meeting { n, barrier: &barrier }.run(&rayon).unwrap().into_iter().eq(0..n));
        }
    });
}

#[task(depends = [count], each = count)]
fn stops(count: usize, begun: &AtomicUsize) -> Result<(), String> {
    begun.fetch_add(1, SeqCst);
    match count {
        3 => Err("no more".to_owned()),
        _ => {
            std::thread::sleep(Duration::from_millis(1));
            Ok(())
        }
    }
}

dag! { graph Stop<'a>(n: usize, begun: &'a AtomicUsize) { count(n), stops(begun) } }

#[test]
fn no_element_starts_after_a_failure() {
    for threads in [1, 2, 4] {
        let begun = AtomicUsize::new(0);
        let rayon = Rayon::on_pool(Arc::clone(pool(threads)));
        let error = Stop { n: 10_000, begun: &begun }.run(&rayon).unwrap_err();
        assert_eq!(error.task(), Some("stops[3]"));
        assert!(begun.load(SeqCst) < 100, "{} elements have begun", begun.load(SeqCst));
    }
}

#[task(depends = [count], each = count)]
fn nested(count: usize) -> usize {
    let inner = Inner { n: count % 20 }.run(&Rayon::new()).unwrap();
    inner.into_iter().sum()
}

#[task(depends = [count], each = count)]
fn square(count: usize) -> usize {
    let (a, b) = rayon::join(|| count, || count);
    a * b
}

dag! {
    graph Inner(n: usize) -> square { count(n), square }
    graph Outer(n: usize) -> nested { count(n), nested }
}

#[test]
fn elements_may_run_graphs_and_use_rayon() {
    in_time(|| {
        let sum = |n: usize| (0..n).map(|k| k * k).sum::<usize>();
        Everywhere::new().each(|executor| {
            let nested = Outer { n: 200 }.run(executor).unwrap();
            assert!(nested.into_iter().eq((0..200).map(|k| sum(k % 20))));
        });
    });
}

/// Records what it is told.
#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn push(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Observer for Log {
    fn started(&self, event: &TaskEvent<'_>) {
        self.push(format!("{} starts", event.task.name()));
    }
    fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
        if done == 0 || done == of {
            self.push(format!("{} {done} of {of}", event.task.name()));
        }
    }
    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.push(format!("{} ends", event.task.name()));
    }
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.push(format!("{} fails at {:?}: {failure}", event.task.name(), event.element));
    }
    fn skipped(&self, event: &TaskEvent<'_>) {
        self.push(format!("{} is skipped", event.task.name()));
    }
}

dag! { graph Watched(n: usize) { count(n), square } }

#[test]
fn observers_are_told_of_a_task_and_its_width() {
    let log = Log::default();
    Everywhere::observed_by(&log).each(|executor| {
        Watched { n: 50 }.run(executor).unwrap();
        let lines = std::mem::take(&mut *log.0.lock().unwrap());
        let expected = [
            "count starts",
            "count ends",
            "square starts",
            "square 0 of 50",
            "square 50 of 50",
            "square ends",
        ];
        assert_eq!(lines, expected);
    });
    let log = Log::default();
    Everywhere::observed_by(&log).keep_going(true).each(|executor| {
        let plan = Arc::new(Plan::new(100, &[50, 60], &[]));
        Borrow { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
        let lines = std::mem::take(&mut *log.0.lock().unwrap());
        let of_task: Vec<_> = lines.iter().filter(|line| line.starts_with("borrowing")).collect();
        assert_eq!(of_task[..2], ["borrowing starts", "borrowing 0 of 100"]);
        let failed = "borrowing fails at Some(50): `element` was told to fail";
        assert_eq!(of_task.iter().filter(|line| line.contains("fails")).collect::<Vec<_>>(), [&failed]);
        assert!(!lines.contains(&"borrowing ends".to_owned()));
        assert_eq!(lines.last().unwrap(), "after is skipped");
    });
}
