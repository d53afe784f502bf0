//! What a rank knows of a task that runs once for each element.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use super::borrowed::Borrowed;
use super::lender::Lender;
use super::remaining::Remaining;
use crate::executor::mpi::rank::task_elements::TaskElements;
use crate::executor::mpi::report::FirstFailures;

/// The tasks of which some elements have run, or may.
#[derive(Default)]
pub(in crate::executor::mpi::rank) struct ElementTasks(BTreeMap<u32, ElementTask>);

impl ElementTasks {
    #[inline]
    pub(in crate::executor::mpi::rank) fn contains(&self, task: u32) -> bool {
        self.0.contains_key(&task)
    }

    pub(in crate::executor::mpi::rank) fn first(&self) -> Option<u32> {
        self.0.keys().next().copied()
    }

    pub(in crate::executor::mpi::rank) fn get(&self, task: u32) -> Option<&ElementTask> {
        self.0.get(&task)
    }

    pub(in crate::executor::mpi::rank) fn get_mut(&mut self, task: u32) -> Option<&mut ElementTask> {
        self.0.get_mut(&task)
    }

    pub(in crate::executor::mpi::rank) fn lender_mut(&mut self, task: u32) -> Option<&mut Lender> {
        match &mut self.get_mut(task)?.role {
            Role::Own(lender) => Some(lender),
            Role::Borrowed(_) => None,
        }
    }

    pub(in crate::executor::mpi::rank) fn borrowed_mut(&mut self, task: u32) -> Option<&mut Borrowed> {
        match &mut self.get_mut(task)?.role {
            Role::Own(_) => None,
            Role::Borrowed(borrowed) => Some(borrowed),
        }
    }

    /// Elements of a task of another rank are lent to this one.
    pub(in crate::executor::mpi::rank) fn borrow(&mut self, task: u32, borrowed: Borrowed) {
        let remaining = Remaining::of(borrowed.range());
        let role = Role::Borrowed(borrowed);
        match self.0.get_mut(&task) {
            // That elements of an earlier loan have failed remains: the task has.
            Some(known) => {
                (known.remaining, known.role) = (remaining, role);
                known.failures.incomplete = false;
            }
            None => drop(self.0.insert(task, ElementTask::new(role, None, remaining))),
        }
    }

    pub(super) fn insert(&mut self, task: u32, elements: ElementTask) {
        self.0.insert(task, elements);
    }

    pub(in crate::executor::mpi::rank) fn remove(&mut self, task: u32) -> Option<ElementTask> {
        self.0.remove(&task)
    }
}

/// A task of which some elements have run, or may.
pub(in crate::executor::mpi::rank) struct ElementTask {
    pub(in crate::executor::mpi::rank) role: Role,
    /// None where it is not open here.
    pub(in crate::executor::mpi::rank) state: Option<Arc<TaskElements>>,
    pub(in crate::executor::mpi::rank) remaining: Remaining,
    /// Whether it is among those that are ready.
    pub(in crate::executor::mpi::rank) is_ready: bool,
    /// How many elements were handed out to threads of this rank and are not back.
    pub(super) under_way: usize,
    /// How many to hand out together.
    pub(super) chunk: usize,
    /// How long its elements took, those of all threads together.
    pub(in crate::executor::mpi::rank) nanos: u64,
    pub(super) failures: Failures,
}

/// Whose elements they are, and what is known of them elsewhere.
pub(in crate::executor::mpi::rank) enum Role {
    /// Those of a task of this rank.
    Own(Lender),
    /// Some that another rank has lent.
    Borrowed(Borrowed),
}

impl Role {
    /// Elements that are lent by value.
    pub(in crate::executor::mpi::rank) fn borrowed_by_value(&mut self) -> Option<&mut Borrowed> {
        match self {
            Role::Borrowed(borrowed) if borrowed.lent.by_value => Some(borrowed),
            _ => None,
        }
    }
}

/// Why a task cannot be closed.
#[derive(Default)]
pub(super) struct Failures {
    /// Those of elements here.
    pub(super) here: FirstFailures,
    /// Whether one has failed on another rank, which has told so.
    pub(super) elsewhere: bool,
    /// Whether some elements have not run that were handed out.
    pub(super) incomplete: bool,
}

impl ElementTask {
    pub(super) fn new(role: Role, state: Option<Arc<TaskElements>>, remaining: Remaining) -> Self {
        let failures = Failures::default();
        ElementTask { role, state, remaining, is_ready: false, under_way: 0, chunk: 1, nanos: 0, failures }
    }

    /// How many elements to hand out together.
    pub(in crate::executor::mpi::rank) fn chunk(&self) -> usize {
        self.chunk
    }

    /// Elements have failed elsewhere, or did not run.
    pub(in crate::executor::mpi::rank) fn lose(&mut self, failed: bool) {
        self.failures.elsewhere |= failed;
        self.failures.incomplete |= !failed;
    }

    /// Drops what there is of it: nothing of it runs, or will.
    pub(super) fn clear(mut self) {
        if let Some(state) = &self.state {
            state.clear();
        }
        if let Role::Borrowed(borrowed) = &mut self.role {
            borrowed.clear();
        }
    }
}
