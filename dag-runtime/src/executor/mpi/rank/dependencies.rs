//! Which inputs of a task are still missing.

use alloc::vec;
use alloc::vec::Vec;

use crate::executor::mpi::placement::Plan;

/// Counts, for each task that runs here, the inputs that it waits for; and what this rank waits for as a whole.
///
/// Of each input exactly one thing is heard: that it is there, or that it will never be.
pub(super) struct Dependencies<'run> {
    plan: &'run Plan,
    /// For each task that runs here, how many inputs it waits for.
    missing: Vec<u32>,
    /// Whether an input of the task will never be there.
    blocked: Vec<bool>,
    /// How many of its own tasks are not done.
    unfinished: u32,
    /// How many tasks of other ranks it has not heard of.
    unheard: u32,
}

/// How it stands with the inputs of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InputState {
    /// Of some nothing was heard.
    Missing,
    Complete,
    /// All were heard of, and some will never be there.
    Blocked,
}

impl<'run> Dependencies<'run> {
    pub(super) fn new(plan: &'run Plan) -> Self {
        Dependencies {
            plan,
            missing: plan.waits.clone(),
            blocked: vec![false; plan.waits.len()],
            unfinished: plan.own,
            unheard: plan.arrivals,
        }
    }

    /// Whether its own tasks are done, and all that it hears of was heard of.
    #[inline]
    pub(super) fn is_done(&self) -> bool {
        self.unfinished == 0 && self.unheard == 0
    }

    /// One of its own tasks is done, whether it has finished or not.
    #[inline]
    pub(super) fn own_is_done(&mut self) {
        self.unfinished -= 1;
    }

    /// A task of another rank was heard of.
    #[inline]
    pub(super) fn was_heard_of(&mut self) {
        self.unheard -= 1;
    }

    /// The output of a task is there. Calls `complete` with each task here for which it was the last input, and whether
    /// that can run.
    #[inline]
    pub(super) fn is_there(&mut self, task: u32, mut complete: impl FnMut(u32, bool)) {
        for &user in self.plan.users.of(task) {
            let missing = &mut self.missing[user as usize];
            *missing -= 1;
            if *missing == 0 {
                complete(user, !self.blocked[user as usize]);
            }
        }
    }

    /// The output of a task will never be there. Calls `complete` with each task here for which it was the last input: none
    /// of them can run.
    pub(super) fn will_not_be(&mut self, task: u32, mut complete: impl FnMut(u32)) {
        for &user in self.plan.users.of(task) {
            self.blocked[user as usize] = true;
            self.missing[user as usize] -= 1;
            if self.missing[user as usize] == 0 {
                complete(user);
            }
        }
    }

    /// A task of another rank is to run here, for which this many inputs are on their way.
    pub(super) fn borrow(&mut self, task: u32, inputs: u32) {
        self.missing[task as usize] = inputs;
        self.blocked[task as usize] = false;
    }

    /// It waits for one more.
    pub(super) fn add(&mut self, task: u32) {
        self.missing[task as usize] += 1;
    }

    /// It waits for one less.
    pub(super) fn remove(&mut self, task: u32) {
        self.missing[task as usize] -= 1;
    }

    /// One of its inputs will never be there.
    pub(super) fn block(&mut self, task: u32) {
        self.blocked[task as usize] = true;
    }

    pub(super) fn inputs(&self, task: u32) -> InputState {
        match (self.missing[task as usize], self.blocked[task as usize]) {
            (0, false) => InputState::Complete,
            (0, true) => InputState::Blocked,
            _ => InputState::Missing,
        }
    }
}
