//! Serial walks: runs of the tasks of a graph in the serial order, and the position at which they stop.

use core::cell::Cell;

use crate::error::Outcome;
use crate::slot::Written;

/// The hooks of an executor around the tasks of [`RawGraph::in_order`](crate::graph::RawGraph::in_order).
pub trait SerialHooks {
    /// Called before a task.
    fn before(&self, node: u32) -> PositionGuard<'_>;
    /// Called after a task, with its result. Returns whether the task, and with it the walk, has failed.
    fn after(&self, guard: PositionGuard<'_>, outcome: Outcome<Written>) -> bool;
    /// Whether to continue after this many tasks have finished. After the first `false` it is not called again.
    fn goes_on(&self, done: u32) -> bool;
}

/// The steps of [`RawGraph::in_order`](crate::graph::RawGraph::in_order): the number of each task, the method that calls it, and
/// the hooks once more if they are asked afterwards whether the run goes on.
#[doc(hidden)]
#[macro_export]
macro_rules! __dag_steps {
    ($i:ident $s:ident $cx:ident $hooks:ident $($node:literal $method:ident($($number:literal)?) $($ask:ident)?;)*) => {$(
        // Without a local variable, which would have to be dropped on ways of its own.
        if $hooks.after($hooks.before($node), Self::$method($i, $s, $cx $(, $number)?)) {
            return true;
        }
        $(
            if !$ask.goes_on($node + 1) {
                return true;
            }
        )?
    )*};
}

/// Runs this many tasks in the order of their numbers, where the expansion of a graph has no code of its own for that.
#[inline]
pub(crate) fn by_number<S: SerialHooks>(
    hooks: &S,
    count: u32,
    call: impl Fn(u32) -> Outcome<Written>,
) -> bool {
    /// After this many tasks, and after the first, the second, the fourth and so on, it is asked whether the run goes on.
    const ASKED_AFTER: u32 = 16;
    let (mut node, mut asked) = (0, 1);
    while node < count {
        if hooks.after(hooks.before(node), call(node)) {
            return true;
        }
        node += 1;
        if node == asked {
            if !hooks.goes_on(node) {
                return true;
            }
            asked = if node < ASKED_AFTER { node * 2 } else { node + ASKED_AFTER };
        }
    }
    false
}

/// The position of a walk. One word, so that it takes no more than one register in the code of a graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SerialPosition(u64);

impl SerialPosition {
    /// Before the first task.
    pub(crate) const START: Self = SerialPosition(0);

    /// The position in the serial order.
    pub(crate) fn position(self) -> usize {
        self.0 as u32 as usize
    }

    /// The task whose output is being dropped, if one is.
    pub(crate) fn releasing(self) -> Option<u32> {
        ((self.0 >> 32) as u32).checked_sub(1)
    }
}

/// Stores the position at which a walk stops when it is dropped: then a task has failed, or a panic unwinds. So a walk
/// without failures writes nothing.
#[derive(Debug)]
pub struct PositionGuard<'run> {
    position: SerialPosition,
    stop: &'run Cell<SerialPosition>,
}

impl<'run> PositionGuard<'run> {
    /// While a task runs.
    #[inline(always)]
    pub(crate) fn running(position: u32, stop: &'run Cell<SerialPosition>) -> Self {
        PositionGuard { position: SerialPosition(position.into()), stop }
    }

    /// While the output of a task is being dropped, after another one.
    #[inline(always)]
    pub(crate) fn releasing(position: u32, output: u32, stop: &'run Cell<SerialPosition>) -> Self {
        PositionGuard { position: SerialPosition((u64::from(output) + 1) << 32 | u64::from(position)), stop }
    }

    /// The task was successful. Returns the position.
    #[inline(always)]
    pub(crate) fn pass(self) -> u32 {
        let position = self.position.0 as u32;
        core::mem::forget(self);
        position
    }
}

impl Drop for PositionGuard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // Otherwise the compiler makes one landing pad for all tasks, and needs a register that says which one runs.
        self.stop.set(SerialPosition(core::hint::black_box(self.position.0)));
    }
}
