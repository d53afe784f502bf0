//! Elements that fail, and values that panic when they are dropped.

use alloc::string::ToString;

use super::*;
#[cfg(feature = "rayon")]
use crate::{error::Failure, observe::TaskEvent};

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
                assert!(!error.skipped().any(|name| Some(name) == error.task()));
                assert!(error.skipped().any(|name| name == "t2"));
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
    // Element 0 of one group fails when that of another one has begun. Until then the others take no time: a group that has
    // begun is run before another one begins.
    let begun = Arc::new(AtomicUsize::new(0));
    let body = {
        let begun = begun.clone();
        move |number: usize| {
            if number == 0 {
                begun.fetch_add(1, SeqCst);
                while begun.load(SeqCst) < 2 {
                    std::thread::yield_now();
                }
            } else if begun.load(SeqCst) >= 2 {
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
    let (result, book) = each_trial(plan, &Runner::rayon(2), &Silent, false);
    result.unwrap_err();
    assert!(book.runs.iter().map(|runs| runs.load(SeqCst)).sum::<u32>() < 1100);
}

#[test]
fn survives_panics_in_every_element_and_every_drop() {
    let all: BTreeSet<_> = (0..40).collect();
    let plan = Elements { width: 40, panics: all.clone(), ..Elements::default() };
    in_all_ways(&plan, |result, _, _| assert!(result.unwrap_err().is_panic()));
}

/// The task that an error names, of those that run for each element, all of which would fail: the first one, where all of
/// them run or they do so in order. Else another one may fail, and stop the run, before the first one has come so far.
fn failing_task<'error>(error: &'error Error, runner: &Runner, keep_going: bool) -> &'error str {
    let name = error.task().unwrap();
    let task = name.split_once('[').map_or(name, |(task, _)| task);
    let all = ["t1", "t4", "t7", "t10"];
    let may_fail = if keep_going || runner.is_serial() { &all[..1] } else { &all };
    assert!(may_fail.contains(&task), "{error}");
    task
}

#[test]
#[cfg(feature = "rayon")]
fn a_task_that_others_have_stopped_is_not_the_one_that_failed() {
    #[derive(Default)]
    struct Failed(Arc<AtomicBool>);
    impl Observer for Failed {
        fn failed(&self, _: &TaskEvent<'_>, _: &Failure) {
            self.0.store(true, SeqCst);
        }
    }
    // The first group begins when the output of another one has panicked.
    let observer = Failed::default();
    let has_failed = observer.0.clone();
    let begin = move |group| {
        while group == 0 && !has_failed.load(SeqCst) {
            std::thread::yield_now();
        }
    };
    let plan = Elements {
        width: 50,
        panic_on_drop: BTreeSet::from([20]),
        begin: Some(Arc::new(begin)),
        ..Elements::default()
    };
    let error = each_trial(plan, &Runner::rayon(2), &observer, false).0.unwrap_err();
    assert_eq!(error.to_string(), "task `t4` of graph `Groups` panicked: drop 20");
    assert!(error.skipped().take(2).eq(["t1", "t2"]), "{:?}", error.skipped());
}

#[test]
fn a_panic_in_the_drop_of_an_output_is_one_of_the_task() {
    for runner in Runner::all() {
        for keep_going in [false, true] {
            let plan = Elements { width: 50, panic_on_drop: BTreeSet::from([20]), ..Elements::default() };
            let error = run(plan, &runner, keep_going).0.unwrap_err();
            let task = failing_task(&error, &runner, keep_going);
            assert_eq!(error.to_string(), format!("task `{task}` of graph `Groups` panicked: drop 20"));
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
            let task = failing_task(&error, &runner, keep_going);
            assert_eq!(error.to_string(), format!("task `{task}[12]` of graph `Groups` panicked: drop 12"));
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
                    assert!(error.task().unwrap().ends_with(']'), "{error}");
                    failing_task(&error, &runner, keep_going);
                }
            }
        }
    }
}
