//! Tasks that are called again after an `Err`, on every executor.

use crate::error::{Outcome, TaskError};
use crate::graph::Job;
use crate::slot::{Position, again};

/// After a call of a task has returned this error: calls it again, as often as its line says. Elements of a task with `each` have
/// been tried again in the call. A panic of a further attempt unwinds.
///
/// # Errors
///
/// Fails if the task is not called again, or the last call fails.
#[cold]
pub(super) fn retry(
    job: &dyn Job,
    node: u32,
    position: &Position<'_>,
    error: TaskError,
    call: &mut dyn FnMut() -> Outcome<()>,
) -> Outcome<()> {
    let line = job.view().place(node).line;
    again(position, if line.each { 0 } else { line.retries }, error, call)
}
