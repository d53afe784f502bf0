//! Reports as JSON.

use alloc::string::{String, ToString as _};
use core::time::Duration;

use serde::ser::{SerializeSeq as _, Serializer};

use super::{Report, TaskRuns};
use crate::record::TaskRun;
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
    struct Row {
        name: String,
        state: TaskState,
        rank: usize,
        worker: usize,
        start: f64,
        time: f64,
        work: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        elements: Option<usize>,
    }
    let mut rows = to.serialize_seq(Some(tasks.runs.len()))?;
    for run in tasks.iter() {
        let TaskRun { task, state, rank, worker, start, elements, .. } = run;
        let (start, time) = (start.as_secs_f64(), run.time().as_secs_f64());
        let work = run.work.as_secs_f64();
        let name = task.name().to_string();
        rows.serialize_element(&Row { name, state, rank, worker, start, time, work, elements })?;
    }
    rows.end()
}

#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
impl Report {
    /// The report as JSON, with all times in seconds.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has only strings and numbers")
    }
}
