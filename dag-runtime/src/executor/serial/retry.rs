//! Serial runs in which a task is called again after an `Err`.

use super::{Checkpoints, StopPoint, call, release_after, walk};
use crate::error::Outcome;
use crate::executor::retry::retry;
use crate::graph::Job;
use crate::unwind::{Payload, catch};

/// Calls a task, again after an `Err` if it has `retry`.
#[inline]
pub(super) fn call_with_retries(job: &dyn Job, node: u32, stop_point: &StopPoint<'_>) -> Outcome<()> {
    match call(&job, node, stop_point) {
        Err(error) => retry(job, node, &stop_point.element, error, &mut || call(&job, node, stop_point)),
        finished => finished,
    }
}

/// After a walk has ended at a stop point: if a call has returned an `Err` there and the task has `retry`, calls it again and, if
/// it finishes, goes on with the walk.
#[cold]
pub(super) fn resume(
    job: &dyn Job,
    stop_point: &StopPoint<'_>,
    checkpoints: Option<&Checkpoints<'_>>,
    ended: Result<Outcome<()>, Payload>,
) -> Result<Outcome<()>, Payload> {
    let at = stop_point.position.get();
    let error = match ended {
        Ok(Err(error)) if at.releasing().is_none() => error,
        ended => return ended,
    };
    let position = at.position() as u32;
    let node = job.view().serial_order()[at.position()];
    catch(|| {
        retry(job, node, &stop_point.element, error, &mut || call(&job, node, stop_point))?;
        release_after(&job, node, position, stop_point);
        let call = |node| call_with_retries(job, node, stop_point);
        walk(&job, stop_point, checkpoints, position + 1, call)
    })
}
