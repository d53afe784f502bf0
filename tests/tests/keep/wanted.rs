//! Tasks with `when` and `keep`.

use dag_runtime::{dag, task};

use crate::calls::Calls;
use crate::on::{Events, everywhere};

#[task]
fn number(n: u64, #[key(skip)] calls: &Calls) -> u64 {
    calls.add("number");
    n
}

#[task]
fn plot(n: u64, #[key(skip)] calls: &Calls) -> String {
    calls.add("plot");
    format!("plot {n}")
}

#[task(depends = [plot])]
fn page(plot: Option<&String>, #[key(skip)] calls: &Calls) -> String {
    calls.add("page");
    plot.map_or("no plot".into(), String::clone)
}

dag! {
    graph Page<'a>(n: u64, least: u64, calls: &'a Calls) -> (page, plot) {
        number(n, calls) keep,
        plot(number, calls) when number > least keep,
        page(calls) keep,
    }
}

#[task]
fn rare(k: u64) -> u64 {
    k
}

#[task]
fn frequent(k: u64) -> u64 {
    k + 7
}

#[task]
fn text(k: u64) -> String {
    k.to_string()
}

dag! {
    graph Mixed(k: u64) -> (rare, frequent, text) {
        rare(k) when k > 100 keep,
        frequent(k) when k > 0 keep,
        text(k) keep,
    }
}

/// Nobody observes the run: a worker forgets by itself how its last task has ended.
#[test]
fn what_is_not_wanted_says_nothing_of_the_next_task() {
    everywhere(|on, folder| {
        for _ in 0..2 {
            let store = folder.store();
            assert_eq!(on.run(&store, Mixed { k: 1 }).unwrap(), (None, Some(8), "1".to_owned()));
            assert_eq!(store.warnings(), [""; 0]);
        }
    });
}

#[test]
fn what_is_not_wanted_is_an_entry() {
    everywhere(|on, folder| {
        let (calls, events) = (Calls::default(), Events::default());
        let run = |n, least| {
            let outputs = on.observed(&folder.store(), &events, Page { n, least, calls: &calls }).unwrap();
            (outputs.0, outputs.1.is_some(), calls.take(), events.take())
        };
        let ended =
            |page: &str, plot, calls: &str, ends: &str| (page.into(), plot, calls.into(), ends.into());
        assert_eq!(
            run(1, 2),
            ended("no plot", false, "number page", "number finished, page finished, plot not wanted")
        );
        assert_eq!(run(1, 2), ended("no plot", false, "", "number not needed, page hit, plot hit"));
        // The condition counts.
        assert_eq!(run(1, 0), ended("plot 1", true, "page plot", "number hit, page finished, plot finished"));
        assert_eq!(run(1, 0), ended("plot 1", true, "", "number not needed, page hit, plot hit"));
        assert_eq!(run(1, 2), ended("no plot", false, "", "number not needed, page hit, plot hit"));
    });
}
