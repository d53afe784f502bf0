//! Hits beside tasks that fail.

use std::sync::atomic::{AtomicBool, Ordering};

use dag_runtime::{Partial, dag, task};

use crate::on::everywhere;

#[task]
fn read(#[key(skip)] fails: &AtomicBool) -> Result<u32, String> {
    if fails.load(Ordering::Relaxed) { Err("no network".into()) } else { Ok(20) }
}

#[task(depends = [read])]
fn parse(read: u32) -> u32 {
    read + 1
}

#[task(depends = [parse])]
fn score(parse: u32) -> u32 {
    2 * parse
}

#[task(depends = [read])]
fn fit(read: u32, degree: u32) -> u32 {
    read * degree
}

dag! {
    graph Mixed<'a>(fails: &'a AtomicBool, degree: u32) -> (score, fit, parse) {
        read(fails),
        parse keep,
        score,
        fit(degree) keep,
    }
}

/// `parse` is found. So it needs nothing of `read`, which fails, and neither does what uses `parse`.
#[test]
fn what_was_found_is_not_skipped() {
    everywhere(|on, folder| {
        let fails = AtomicBool::new(false);
        assert_eq!(on.run(&folder.store(), Mixed { fails: &fails, degree: 1 }).unwrap(), (42, 20, 21));
        fails.store(true, Ordering::Relaxed);
        let Partial { outputs, error } = on.run_partial(&folder.store(), Mixed { fails: &fails, degree: 2 });
        assert_eq!(outputs, (Some(42), None, Some(21)));
        let error = error.unwrap();
        assert_eq!(error.task(), Some("read"));
        assert_eq!(error.skipped(), ["fit"]);
    });
}
