//! Tasks that run once for each element of an output, on every executor.

use crate::error::{Outcome, guard};
use crate::graph::Job;
use crate::slot::{Cx, EachCell, Part, Position, step};
use crate::unwind::discard;

/// How long a chunk of elements should take: long compared with the cost of a chunk, short compared with any
/// wait that matters.
const CHUNK_NANOS: u64 = 100_000;

/// The largest factor by which chunks grow, since the next elements may take longer.
const GROWTH: usize = 2;

/// The number of elements of the next chunk, after `count` elements took `nanos`.
pub(super) fn chunk_after(count: usize, nanos: u64) -> usize {
    let fit = (count as u64).saturating_mul(CHUNK_NANOS) / nanos.max(1);
    let most = count.saturating_mul(GROWTH);
    usize::try_from(fit).unwrap_or(most).clamp(1, most.max(1))
}

/// Runs a step of a task that is not its last one.
///
/// # Errors
///
/// Returns the task's own error.
///
/// # Safety
///
/// As for [`Cx::step`].
#[allow(unsafe_code)]
pub(super) unsafe fn run_step(
    job: &dyn Job,
    node: u32,
    part: Part<'_>,
    position: &Position<'_>,
) -> Outcome<()> {
    // SAFETY: the caller's promise.
    let cx = unsafe { Cx::step(part, position) };
    step(job.call(node, &cx))
}

/// Drops what is left of a task that is not closed, and ignores panics in that.
///
/// # Safety
///
/// As for [`EachCell::clear`].
#[allow(unsafe_code)]
pub(super) unsafe fn clear(cell: &EachCell) {
    // SAFETY: the caller's promise.
    while let Err(failure) = guard(|| unsafe { cell.clear() }) {
        discard(failure);
    }
}
