//! When a run is over.

use alloc::boxed::Box;

use crate::executor::mpi::protocol::transport::{Gathering, Transport};

/// A rank is done when its own tasks are, and all that it hears of was heard of. Where others may need its help, or have to
/// be told to stop, the run is over when all ranks are done, which a collective tells.
#[derive(Default)]
pub(super) enum Termination {
    #[default]
    Running,
    /// This rank is done, and waits for the others.
    Done(Box<dyn Gathering>),
    Over,
}

impl Termination {
    #[inline]
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Termination::Over)
    }

    /// Whether the run is over now. `is_done` says whether this rank is; `waits` whether it waits for all.
    pub(super) fn poll(&mut self, transport: &mut dyn Transport, is_done: bool, waits: bool) -> bool {
        if is_done && matches!(self, Termination::Running) {
            *self = if waits { Termination::Done(transport.gather(&[0])) } else { Termination::Over };
        }
        if let Termination::Done(gathering) = self {
            if gathering.test().is_some() {
                *self = Termination::Over;
            }
        }
        self.is_over()
    }
}
