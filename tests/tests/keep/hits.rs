//! What is found in a store, and what is not needed then.

use dag_runtime::{dag, task};

use crate::calls::Calls;
use crate::on::{Events, everywhere};

#[task]
fn read(text: &str, #[key(skip)] calls: &Calls) -> String {
    calls.add("read");
    text.to_owned()
}

#[task(depends = [read])]
fn parse(read: &str, #[key(skip)] calls: &Calls) -> Vec<f64> {
    calls.add("parse");
    read.split(' ').map(|word| word.parse().unwrap_or(0.0)).collect()
}

#[task(depends = [parse])]
fn fit(parse: &[f64], degree: u32, #[key(skip)] calls: &Calls) -> (f64, String) {
    calls.add("fit");
    (parse.iter().sum::<f64>() * f64::from(degree), format!("degree {degree}"))
}

#[task]
fn report(fit: &(f64, String), #[key(skip)] calls: &Calls) -> String {
    calls.add("report");
    format!("{}: {}", fit.1, fit.0)
}

dag! {
    graph Fit<'a>(text: &'a str, degree: u32, calls: &'a Calls) -> report {
        read(text, calls),
        parse(calls) keep,
        fit(degree, calls) keep,
        report(&fit, calls),
    }
}

#[test]
fn a_run_does_what_has_changed() {
    everywhere(|on, folder| {
        let calls = Calls::default();
        let fit = |text, degree| Fit { text, degree, calls: &calls };
        let run = |text, degree| on.run(&folder.store(), fit(text, degree)).unwrap();

        assert_eq!(run("1 2", 3), "degree 3: 9");
        assert_eq!(calls.take(), "fit parse read report");

        // The result is the same, and of what is kept nothing runs.
        assert_eq!(run("1 2", 3), "degree 3: 9");
        assert_eq!(calls.take(), "report");

        // `parse` is found, so `read` is not needed.
        assert_eq!(run("1 2", 4), "degree 4: 12");
        assert_eq!(calls.take(), "fit report");

        assert_eq!(run("1 3", 4), "degree 4: 16");
        assert_eq!(calls.take(), "fit parse read report");

        for (text, degree) in [("1 2", 3), ("1 2", 4), ("1 3", 4)] {
            run(text, degree);
            assert_eq!(calls.take(), "report");
        }
    });
}

#[test]
fn observers_hear_of_hits() {
    everywhere(|on, folder| {
        let (calls, events) = (Calls::default(), Events::default());
        let run = |degree| {
            on.observed(&folder.store(), &events, Fit { text: "1 2", degree, calls: &calls }).unwrap();
            events.take()
        };
        assert_eq!(run(3), "fit finished, parse finished, read finished, report finished");
        let summary = events.summary();
        assert_eq!((summary.finished, summary.hits, summary.not_needed), (4, 0, 0));
        assert_eq!(summary.store.bytes_written, 16 + 17);

        assert_eq!(run(3), "fit hit, parse not needed, read not needed, report finished");
        let summary = events.summary();
        assert_eq!((summary.finished, summary.hits, summary.not_needed), (1, 1, 2));
        assert!(summary.is_success);
        assert_eq!((summary.store.bytes_read, summary.store.bytes_written), (17, 0));
        assert_eq!(summary.store.other_builds, 0);

        assert_eq!(run(4), "fit finished, parse hit, read not needed, report finished");
    });
}
