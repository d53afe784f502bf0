//! Reports as JSON.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::time::Duration;

use serde::ser::{SerializeSeq as _, Serializer};

use super::{Report, TaskRuns};
use crate::record::failures::StoredAttempt;
use crate::record::{Caught, TaskRun};
use crate::state::TaskState;

pub(super) fn seconds<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(time.as_secs_f64())
}

pub(super) fn maybe_seconds<S: Serializer>(time: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => seconds(time, to),
        None => to.serialize_none(),
    }
}

pub(super) fn tasks<S: Serializer>(tasks: &TaskRuns, to: S) -> Result<S::Ok, S::Error> {
    #[derive(serde::Serialize)]
    struct Row<'a> {
        name: String,
        state: TaskState,
        rank: usize,
        worker: usize,
        start: f64,
        time: f64,
        work: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        elements: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        caught: Option<CaughtRow<'a>>,
        #[serde(skip_serializing_if = "<[AttemptRow<'_>]>::is_empty")]
        attempts: &'a [AttemptRow<'a>],
    }
    let mut attempts = BTreeMap::<usize, Vec<AttemptRow<'_>>>::new();
    for attempt in tasks.failures.attempts() {
        attempts.entry(attempt.task).or_default().push(AttemptRow::of(attempt));
    }
    let mut rows = to.serialize_seq(Some(tasks.runs.len()))?;
    for run in tasks.iter() {
        let TaskRun { task, state, rank, worker, start, elements, .. } = run;
        let (start, time) = (start.as_secs_f64(), run.time().as_secs_f64());
        let work = run.work.as_secs_f64();
        let name = task.name().to_string();
        let failure = tasks.failures.failed.of(task.index()).map(|first| first.text);
        let caught = tasks.failures.caught.of(task.index()).map(CaughtRow::of);
        let attempts = attempts.get(&task.index()).map_or(&[][..], |attempts| attempts);
        rows.serialize_element(&Row {
            name,
            state,
            rank,
            worker,
            start,
            time,
            work,
            elements,
            failure,
            caught,
            attempts,
        })?;
    }
    rows.end()
}

/// The failures of a task that were caught.
#[derive(serde::Serialize)]
pub(in crate::record) struct CaughtRow<'a> {
    failures: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<usize>,
    text: &'a str,
}

impl<'a> CaughtRow<'a> {
    pub(in crate::record) fn of(Caught { count, element, text }: Caught<'a>) -> Self {
        CaughtRow { failures: count, element, text }
    }
}

/// A call that failed and that another one followed.
#[derive(serde::Serialize)]
struct AttemptRow<'a> {
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<usize>,
    start: f64,
    time: f64,
    text: &'a str,
}

impl<'a> AttemptRow<'a> {
    fn of(attempt: &'a StoredAttempt) -> Self {
        let StoredAttempt { attempt, element, start, end, ref text, .. } = *attempt;
        let (start, time) = (start.as_secs_f64(), end.saturating_sub(start).as_secs_f64());
        AttemptRow { attempt, element, start, time, text }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
impl Report {
    /// The report as JSON, with all times in seconds.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has only strings and numbers")
    }
}
