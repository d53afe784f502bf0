//! Why a run is stopped, and what is running then.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use once_cell::race::OnceBox;

use crate::error::{Reason, StopReason};
use crate::ordered::sort_by_key;

/// A task that was running when the run was stopped: its number, and its elements if it runs once for each of them.
pub(crate) type Running = (u32, Option<Range<usize>>);

/// Why a run is stopped, and what is running then, as the workers of the run note it.
///
/// A task counts as running when the run is stopped if it ends after that: none starts then.
#[derive(Debug, Default)]
pub(super) struct Halt {
    reason: OnceBox<Reason>,
    running: List,
}

impl Halt {
    /// Notes why the run is stopped. Only the first reason counts.
    #[cold]
    pub(super) fn note(&self, reason: StopReason<'_>) {
        if self.reason.get().is_none() {
            let _ = self.reason.set(Box::new(reason.to_owned()));
        }
    }

    /// Notes a task that was running.
    #[cold]
    pub(super) fn note_running(&self, running: Running) {
        let mut link = Box::new(Link { running, next: List::default() });
        let mut list = &self.running;
        // Without `std` there is no lock to use.
        while let Err(again) = list.0.set(link) {
            link = again;
            match list.0.get() {
                Some(taken) => list = &taken.next,
                None => break,
            }
        }
    }

    /// Why the run was stopped, if it was, and what was running then, in the order of the graph's list.
    pub(super) fn get(&self) -> Option<(&Reason, Vec<Running>)> {
        let links = core::iter::successors(self.running.0.get(), |link| link.next.0.get());
        let mut running: Vec<Running> = links.map(|link| link.running.clone()).collect();
        sort_by_key(&mut running, |(node, elements)| {
            (u64::from(*node), elements.as_ref().map_or(0, |elements| elements.start as u64 + 1))
        });
        Some((self.reason.get()?, running))
    }
}

#[derive(Debug, Default)]
struct List(OnceBox<Link>);

#[derive(Debug)]
struct Link {
    running: Running,
    next: List,
}
