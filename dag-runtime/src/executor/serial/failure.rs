//! The end of a serial run in which a task has failed.

use alloc::vec::Vec;

use super::release;
use crate::error::{Error, Outcome, guard, result};
use crate::executor::outcome::{self, Failed};
use crate::graph::Job;
use crate::graph::serial_walk::SerialPosition;
use crate::table::Table;
use crate::unwind::Payload;

/// Ends a run at its first failure. `holding` is the job if its slots may hold outputs: these are dropped.
#[cold]
pub(super) fn fail(
    table: &Table,
    holding: Option<&dyn Job>,
    at: SerialPosition,
    element: Option<usize>,
    ended: Result<Outcome<()>, Payload>,
) -> Error {
    let view = table.view();
    let (ran, left) = view.serial_order().split_at(at.position() + 1);
    let last = ran[ran.len() - 1];
    let node = at.releasing().unwrap_or(last);
    let failed = result(ended).err().map(|failure| {
        let finished = at.releasing().is_some();
        Failed { node, element, failure, finished }
    });
    let mut failures = Vec::from_iter(failed);
    if let Some(job) = holding {
        if at.releasing().is_some() {
            failures.extend(release_each(job, last));
        }
        outcome::release_all(job, &failures);
    }
    outcome::fail(table, holding, None, 0, failures, &mut left.iter().copied())
}

/// Drops the outputs that are not needed after a task. Each drop may panic.
#[cold]
fn release_each(job: &dyn Job, node: u32) -> impl Iterator<Item = Failed> {
    job.view().releases_of(node).iter().filter_map(move |&output| {
        let failure = guard(|| release(&job, output)).err()?;
        Some(Failed { node: output, element: None, failure, finished: true })
    })
}
