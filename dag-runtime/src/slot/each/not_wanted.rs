//! The state of an open task that is not wanted: one without elements.

use alloc::boxed::Box;
use core::any::Any;

use super::State;
#[cfg(feature = "mpi")]
use crate::slot::cell::Lent;
#[cfg(feature = "store")]
use crate::slot::cell::StoredElements;
use crate::slot::cell::{EachCell, Kept};

/// With the state of a task without elements.
struct NotWanted(State<(), ()>);

impl EachCell {
    /// Opens a task that is not wanted.
    pub(in crate::slot) fn open_not_wanted(&self) {
        self.open_with(Box::new(NotWanted(State::borrowed(0))));
    }

    /// Whether the open task is not wanted.
    pub(in crate::slot) fn is_not_wanted(&self) -> bool {
        self.kept().as_any().is::<NotWanted>()
    }

    /// Closes a task that is not wanted.
    pub(in crate::slot) fn close_not_wanted(&self) {
        drop(self.take());
    }
}

impl Kept for NotWanted {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn width(&self) -> usize {
        self.0.width()
    }

    fn clear(&mut self) {
        self.0.clear();
    }

    #[cfg(feature = "mpi")]
    fn lent(&self) -> &dyn Lent {
        &self.0
    }

    #[cfg(feature = "store")]
    fn elements(&self) -> &dyn StoredElements {
        &self.0
    }
}
