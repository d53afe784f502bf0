//! The frame of a run that returns the outputs that are there.

use alloc::vec::Vec;
#[cfg(feature = "mpi")]
use core::cell::Cell;

use super::{Found, Frame, Job, RawGraph};
use crate::error::{Error, Outcome};
use crate::slot::{Cx, Finished, Slots};
use crate::table::{Limits, SharedTable, Table};

/// A [`Frame`] of a run that returns the outputs that are there even if it fails. It is run by number only, so that such
/// a run compiles no other code of the executor.
pub struct PartialFrame<'run, G: RawGraph> {
    frame: Frame<'run, G>,
    finished: &'run Finished,
}

impl<'run, G: RawGraph> PartialFrame<'run, G> {
    pub(super) fn new(frame: Frame<'run, G>, finished: &'run Finished) -> Self {
        PartialFrame { frame, finished }
    }

    #[cfg(feature = "store")]
    pub(super) fn frame(&self) -> &Frame<'run, G> {
        &self.frame
    }
}

impl<G: RawGraph> Job for PartialFrame<'_, G> {
    fn shared_table(&self) -> &SharedTable {
        self.frame.shared_table()
    }

    fn table(&self) -> &Table {
        self.frame.table()
    }

    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        let written = G::call(self.frame.inputs, self.frame.slots, cx, node)?;
        self.finished.insert(node, &written);
        Ok(())
    }

    fn slots(&self) -> Slots<'_> {
        self.frame.slots()
    }

    fn finished(&self) -> Option<&Finished> {
        Some(self.finished)
    }

    fn units(&self, limits: &'static Limits, found: Option<&mut Found<'_>>) -> Result<Vec<u64>, Error> {
        self.frame.units(limits, found)
    }

    #[cfg(feature = "mpi")]
    fn pins(&self, ranks: usize, at: &Cell<u32>) -> Vec<u32> {
        self.frame.pins(ranks, at)
    }

    #[cfg(feature = "mpi")]
    fn pins_are_fixed(&self) -> bool {
        self.frame.pins_are_fixed()
    }
}
