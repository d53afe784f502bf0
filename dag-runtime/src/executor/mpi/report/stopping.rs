//! What ranks tell each other of how a run was stopped.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use core::time::Duration;

use crate::error::{Reason, Stopping};
use crate::executor::outcome::running_task;
use crate::observe::Running;
use crate::table::Table;

/// Why a rank has stopped the run, if it has, and what was running there then.
#[derive(Default)]
pub(crate) struct RankStop {
    pub(crate) reason: Option<Reason>,
    pub(crate) running: Vec<Running>,
}

/// A reason: that of a `Stop`, or a deadline.
type ToldReason = (Option<String>, Option<Duration>);

/// The same, as it is sent.
pub(super) type ToldStop = (Option<ToldReason>, Vec<(u32, Option<(usize, usize)>)>);

impl RankStop {
    pub(super) fn is_empty(&self) -> bool {
        self.reason.is_none() && self.running.is_empty()
    }

    pub(super) fn tell(&self) -> ToldStop {
        let reason = self.reason.as_ref().map(|reason| match reason {
            Reason::Stop(reason) => (reason.clone(), None),
            Reason::Deadline(deadline) => (None, Some(*deadline)),
        });
        let range = |elements: &Range<usize>| (elements.start, elements.end);
        let running = self.running.iter().map(|(node, elements)| (*node, elements.as_ref().map(range)));
        (reason, running.collect())
    }

    pub(super) fn told((reason, running): ToldStop) -> Self {
        let reason = reason.map(|(reason, deadline)| deadline.map_or(Reason::Stop(reason), Reason::Deadline));
        let running =
            running.into_iter().map(|(node, elements)| (node, elements.map(|(start, end)| start..end)));
        RankStop { reason, running: running.collect() }
    }
}

/// How a run was stopped, by what each rank tells: for the reason of the lowest rank that has one.
pub(super) fn stopping(stops: Vec<RankStop>, table: &Table) -> Stopping {
    let mut reason = None;
    let mut running = Vec::new();
    for (rank, stop) in stops.into_iter().enumerate() {
        reason = reason.or(stop.reason);
        running.extend(stop.running.into_iter().map(|(node, elements)| (node, elements, rank)));
    }
    running.sort_by_key(|(node, elements, rank)| (*node, elements.as_ref().map(|range| range.start), *rank));
    let running =
        running.into_iter().map(|(node, elements, rank)| running_task(table, node, elements, Some(rank)));
    Stopping { reason: reason.unwrap_or(Reason::Stop(None)), running: running.collect() }
}
