//! Where a serial walk asks whether to continue.

use core::cell::Cell;

/// Where a serial walk asks whether to continue: after the first task, and then after as many as it is told.
pub(super) struct Checkpoints<'run> {
    /// After how many tasks the walk asks next.
    next: Cell<u32>,
    /// Is told how many tasks have finished. Returns after how many tasks it is to be asked again; none if the walk ends here.
    ask: &'run dyn Fn(u32) -> Option<u32>,
}

impl<'run> Checkpoints<'run> {
    /// The first one is after `first` tasks.
    pub(super) fn new(first: u32, ask: &'run dyn Fn(u32) -> Option<u32>) -> Self {
        Checkpoints { next: Cell::new(first), ask }
    }

    /// Whether the walk may go on, after this many tasks. After the first `false` it is not called again.
    #[inline]
    pub(super) fn allow(&self, done: u32) -> bool {
        done < self.next.get() || self.ask(done)
    }

    #[inline(never)]
    fn ask(&self, done: u32) -> bool {
        let next = (self.ask)(done);
        self.next.set(next.unwrap_or(0));
        next.is_some()
    }
}
