//! What subscribers see of runs.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ::tracing::{Level, info_span, subscriber};
use tracing_subscriber::fmt;

use super::*;
use crate::{Serial, dag, task};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[task]
fn load(text: &str) -> Result<u32, core::num::ParseIntError> {
    info!(text, "told by the task");
    text.parse()
}

#[task(depends = [load])]
fn double(load: u32) -> u32 {
    2 * load
}

dag! { graph Told<'a>(text: &'a str) -> double { load(text), double } }

/// The events while `body` runs, without the parts that differ between runs.
fn told(body: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    let writer = lines.clone();
    let told = fmt().with_writer(move || writer.clone()).with_max_level(Level::TRACE).without_time();
    subscriber::with_default(told.with_target(false).with_ansi(false).finish(), body);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| line.split(" elapsed=").next().unwrap().trim().to_owned()).collect()
}

#[test]
fn what_a_task_tells_is_in_its_span() {
    let lines = told(|| {
        let request = info_span!("request").entered();
        let tracing = Tracing::new();
        drop(request);
        Told { text: "21" }.run(&Serial.observe(tracing)).unwrap();
    });
    let load = "request:task{otel.name=load task=load worker=0}:";
    let double = "request:task{otel.name=double task=double worker=0}:";
    assert_eq!(
        lines,
        [
            r#"INFO request: run started graph="Told" backend=serial tasks=2 workers=1"#,
            &std::format!("DEBUG {load} task started"),
            &std::format!(r#"INFO {load} told by the task text="21""#),
            &std::format!("DEBUG {load} task finished"),
            &std::format!("DEBUG {double} task started"),
            &std::format!("DEBUG {double} task finished"),
            r#"INFO request: run ended graph="Told" finished=2 failed=0 skipped=0 not_wanted=0 hits=0 not_needed=0 caught=0"#,
        ]
    );
}

#[test]
fn a_failed_task_leaves_its_span() {
    let lines = told(|| {
        for _ in 0..2 {
            Told { text: "x" }.run(&Serial.observe(Tracing::new())).unwrap_err();
            info!("after the run");
        }
    });
    assert_eq!(lines.iter().filter(|line| *line == "INFO after the run").count(), 2);
}

#[test]
fn failures_are_errors() {
    let lines = told(|| drop(Told { text: "x" }.run(&Serial.observe(Tracing::new()))));
    let failed = "ERROR task failed task=load worker=0 rank=0 error=invalid digit found in string";
    assert!(lines.iter().any(|line| line == failed), "{lines:?}");
    assert!(lines.iter().any(|line| line == "WARN task skipped task=double rank=0"), "{lines:?}");
}

#[task]
fn outer(text: &str, tracing: &Tracing) -> Result<u32, crate::Error> {
    Told { text }.run(&Serial.observe(tracing))
}

dag! {
    graph Outer<'a>(text: &'a str, tracing: &'a Tracing) -> after {
        outer(text, tracing),
        after = outer("1", tracing) after [outer],
    }
}

#[test]
fn a_run_inside_a_task_is_in_its_span() {
    let lines_of = |text: &str| {
        told(|| {
            let tracing = &Tracing::new();
            drop(Outer { text, tracing }.run(&Serial.observe(tracing)));
            info!("after the run");
        })
    };
    let outer = "task{otel.name=outer task=outer worker=0}:";
    let load = std::format!("{outer}task{{otel.name=load task=load worker=0}}:");
    let started = std::format!(r#"INFO {outer} run started graph="Told" backend=serial tasks=2 workers=1"#);
    let after = "INFO after the run".to_owned();
    for line in [
        &started,
        &std::format!(r#"INFO {load} told by the task text="2""#),
        r#"INFO run ended graph="Outer" finished=2 failed=0 skipped=0 not_wanted=0 hits=0 not_needed=0 caught=0"#,
        &after,
    ] {
        let lines = lines_of("2");
        assert_eq!(lines.iter().filter(|told| *told == line).count(), 1, "{line}\n{lines:#?}");
    }
    for line in [
        &started,
        &std::format!(r#"INFO {load} told by the task text="x""#),
        &std::format!(
            "ERROR {outer} task failed task=load worker=0 rank=0 error=invalid digit found in string"
        ),
        &std::format!(
            r#"INFO {outer} run ended graph="Told" finished=0 failed=1 skipped=1 not_wanted=0 hits=0 not_needed=0 caught=0"#
        ),
        r#"INFO run ended graph="Outer" finished=0 failed=1 skipped=1 not_wanted=0 hits=0 not_needed=0 caught=0"#,
        &after,
    ] {
        let lines = lines_of("x");
        assert_eq!(lines.iter().filter(|told| *told == line).count(), 1, "{line}\n{lines:#?}");
    }
}

/// Tells an observer that a task was not wanted, or that its call has failed, in place of the executor.
struct Handling<'a>(&'a Tracing);

impl Observer for Handling<'_> {
    fn run_started(&self, run: &RunEvent<'_>) {
        self.0.run_started(run);
    }
    fn started(&self, event: &TaskEvent<'_>) {
        self.0.started(event);
        if event.task.index() == 0 {
            self.0.retried(event, 1, &Failure::error("busy".into()));
            self.0.caught(event, &Failure::error("still busy".into()));
        }
    }
    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        match event.task.index() {
            0 => self.0.finished(event, elapsed),
            _ => self.0.not_wanted(event),
        }
    }
}

#[test]
fn what_was_handled_is_told_in_the_span_of_the_task() {
    let lines = told(|| {
        let tracing = Tracing::new();
        Told { text: "21" }.run(&Serial.observe(Handling(&tracing))).unwrap();
        info!("after the run");
    });
    let load = "task{otel.name=load task=load worker=0}:";
    let double = "task{otel.name=double task=double worker=0}:";
    assert_eq!(
        lines[1..],
        [
            &*std::format!("DEBUG {load} task started"),
            &std::format!("WARN {load} attempt failed, task is called again attempt=1 error=busy"),
            &std::format!("WARN {load} failure caught error=still busy"),
            &std::format!(r#"INFO {load} told by the task text="21""#),
            &std::format!("DEBUG {load} task finished"),
            &std::format!("DEBUG {double} task started"),
            &std::format!("DEBUG {double} task not wanted"),
            "INFO after the run",
        ]
    );
}
