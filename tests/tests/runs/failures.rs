//! Errors and panics in every task in turn.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::sync::Arc;

use dag_runtime::{Error, Rayon, Serial, TaskRef, dag, task};
use dag_tests::network::{How, Injected, Network, Plan, names};
use dag_tests::{Everywhere, pool};

/// The names of all tasks that depend on one of these, directly or indirectly.
fn dependents_of(failing: &[&str]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut next: Vec<TaskRef<'_>> =
        failing.iter().flat_map(|name| Network::TABLE.find(name).unwrap().dependents()).collect();
    while let Some(task) = next.pop() {
        if all.insert(task.name().to_string()) {
            next.extend(task.dependents());
        }
    }
    all
}

/// The skipped tasks, which come in the order of the graph's list.
fn skipped(error: &Error) -> BTreeSet<String> {
    let names = names();
    let positions: Vec<_> =
        error.skipped().map(|name| names.iter().position(|listed| listed == name).unwrap()).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "{:?}", error.skipped());
    error.skipped().map(str::to_owned).collect()
}

#[test]
fn a_failure_of_any_task_is_reported_whole() {
    for name in names() {
        for how in [How::Error, How::Panic] {
            for keep_going in [false, true] {
                Everywhere::new().keep_going(keep_going).each(|executor| {
                    let plan = Arc::new(Plan::failing(&name, how));
                    let error = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
                    assert_eq!(error.task(), Some(&*name));
                    assert_eq!(error.graph(), Some("Network"));
                    assert_eq!(error.rank(), None);
                    assert_eq!(error.is_panic(), how == How::Panic);
                    let verb = if how == How::Panic { "panicked" } else { "failed" };
                    let text = format!("task `{name}` of graph `Network` {verb}: `{name}` was told to fail");
                    assert_eq!(error.to_string(), text);
                    let source = error.source().map(|source| source.downcast_ref::<Injected>().unwrap());
                    assert_eq!(source.map(|source| source.0 == name), (how == How::Error).then_some(true));

                    let skipped = skipped(&error);
                    if keep_going {
                        assert_eq!(skipped, dependents_of(&[&name]));
                    } else {
                        assert!(skipped.is_superset(&dependents_of(&[&name])));
                    }
                    let made = plan.ledger.counts();
                    for task in names() {
                        let ran = made.contains_key(&*task);
                        assert_eq!(ran, task != name && !skipped.contains(&task), "{task}");
                    }

                    let plan: Arc<Plan> = Arc::default();
                    Network { plan: Arc::clone(&plan) }.run(executor).expect("the next run is a new one");
                });
            }
        }
    }
}

#[test]
fn of_several_failures_the_first_one_listed_is_reported() {
    // The three do not depend on each other, and do not run in the order in which they are listed.
    let failing = ["unread", "waiter", "joiner"];
    assert!(dependents_of(&failing).is_disjoint(&failing.map(String::from).into()));
    Everywhere::new().keep_going(true).each(|executor| {
        let plan = Arc::new(Plan {
            failing: failing.map(|name| (name.to_owned(), How::Error)).into(),
            ..Plan::default()
        });
        let error = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
        assert_eq!(error.task(), Some("joiner"));
        assert_eq!(skipped(&error), dependents_of(&failing));
    });
}

#[test]
fn serial_runs_nothing_after_a_failure() {
    for name in names() {
        let plan = Arc::new(Plan::failing(&name, How::Error));
        let error = Network { plan: Arc::clone(&plan) }.run(&Serial).unwrap_err();
        let later = Network::TABLE.order().map(|task| task.name().to_string());
        let later: BTreeSet<_> = later.skip_while(|task| *task != name).skip(1).collect();
        assert_eq!(skipped(&error), later);
    }
}

#[test]
fn a_caught_panic_can_be_raised_again() {
    Everywhere::new().each(|executor| {
        let plan = Arc::new(Plan::failing("source", How::Panic));
        let payload = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err().into_panic().unwrap();
        assert_eq!(payload.downcast_ref(), Some(&"`source` was told to fail".to_owned()));
        let plan = Arc::new(Plan::failing("source", How::Error));
        let error = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err().into_panic().unwrap_err();
        assert_eq!(error.task(), Some("source"));
    });
}

#[task]
fn index(xs: &[u32], at: usize) -> u32 {
    xs[at]
}

#[task]
fn read(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

dag! {
    graph Index<'a>(xs: &'a [u32], at: usize) -> index { index(xs, at) }
    graph Read<'a>(path: &'a str) -> config { config = read(path) }
}

#[task]
fn count(before: u32, limit: u32) -> Result<u32, String> {
    match before.checked_sub(limit) {
        None => Ok(before + 1),
        Some(0) => Err(format!("{before} is enough")),
        Some(_) => panic!("{before} is too much"),
    }
}

dag! {
    graph Numbers(start: u32, limit: u32) -> d {
        a = count(start, limit), b = count(a, limit), c = count(b, limit), d = count(c, limit),
    }
}

#[test]
fn outputs_that_need_no_drop_fail_like_others() {
    let names = ["a", "b", "c", "d"];
    for failing in 0..names.len() {
        let error = Numbers { start: 5, limit: 5 + failing as u32 }.run(&Serial).unwrap_err();
        assert_eq!(error.task(), Some(names[failing]));
        assert!(!error.is_panic(), "{error}");
        assert_eq!(error.skipped(), &names[failing + 1..]);
    }
    let error = Numbers { start: 5, limit: 4 }.run(&Serial).unwrap_err();
    assert_eq!(error.to_string(), "task `a` of graph `Numbers` panicked: 5 is too much");
    assert_eq!(error.skipped(), &names[1..]);
    assert_eq!(Numbers { start: 5, limit: 9 }.run(&Serial).unwrap(), 9);
}

#[test]
fn the_cause_is_in_the_text() {
    let error = Index { xs: &[1, 2], at: 2 }.run(&Serial).unwrap_err();
    assert_eq!(
        error.to_string(),
        "task `index` of graph `Index` panicked: index out of bounds: the len is 2 but the index is 2"
    );
    let error = Read { path: "/there/is/no/such/file" }.run(&Rayon::new()).unwrap_err();
    assert!(error.to_string().starts_with("task `config` of graph `Read` failed: "), "{error}");
    assert_eq!(
        error.source().unwrap().downcast_ref::<std::io::Error>().unwrap().kind(),
        std::io::ErrorKind::NotFound
    );
}

/// What a caller does with an error.
fn calculate() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Index { xs: &[], at: 0 }.run(&Rayon::on_pool(pool(2).clone()))?)
}

#[test]
fn an_error_passes_through_a_question_mark() {
    let error = calculate().unwrap_err();
    assert_eq!(error.downcast_ref::<Error>().unwrap().task(), Some("index"));
}
