//! Tasks that run on another rank than their own: how idle ranks get work.
//!
//! A rank that has nothing to do says so to all others. One that has more ready tasks than free
//! threads grants it one, with its inputs; it runs as a guest, and its output goes back, as if its own
//! rank had run it. So outputs have one way only, from a task's own rank to those that read it.

pub(crate) mod elements;

use crate::error::Failure;
use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::placement::FOREVER;
use crate::executor::mpi::protocol::connection::{Head, Kind};
use crate::executor::mpi::rank::Run;
use crate::executor::mpi::rank::messages::Payload;
use crate::graph::ANYWHERE;
use core::cmp::Reverse;
use core::time::Duration;

use alloc::vec::Vec;

/// How long a rank has nothing to do before it says so.
const APPETITE: Duration = Duration::from_micros(30);

impl Run<'_> {
    /// Says that this rank has nothing to do.
    pub(crate) fn ask(&mut self, idle: &Idle) {
        if !self.shares || self.is_hungry || self.stopped || !self.crew.has_room() || idle.waited() < APPETITE
        {
            return;
        }
        self.is_hungry = true;
        self.tell_all(Kind::Hungry);
    }

    fn tell_all(&mut self, kind: Kind) {
        for to in (0..self.setting.ranks).filter(|&to| to != self.setting.rank) {
            self.post.write(to, Head::of(kind, 0), &[]);
        }
        self.post.flush();
    }

    /// Another rank has nothing to do, or has again.
    pub(crate) fn hungers(&mut self, rank: u32, is_hungry: bool) {
        self.hungry.retain(|&other| other != rank);
        if is_hungry {
            self.hungry.push_back(rank);
        }
    }

    /// Grants ready tasks for which no thread is free.
    pub(crate) fn share(&mut self) -> bool {
        let mut active = false;
        let mut kept = Vec::new();
        while !self.hungry.is_empty() {
            let Some(Reverse(position)) = self.ready.pop() else { break };
            if self.share_one(self.plan.order.task(position)) {
                active = true;
            } else {
                kept.push(Reverse(position));
            }
            if kept.len() >= 16 {
                break;
            }
        }
        self.ready.extend(kept);
        if active {
            self.post.flush();
        }
        active
    }

    /// Grants a ready task to a rank that has nothing to do, or lends some of its elements to one. Says whether
    /// it did, or the task is done.
    fn share_one(&mut self, task: u32) -> bool {
        let is_new = !self.each.contains_key(&task);
        if is_new && !self.can_leave(task) {
            return false;
        }
        // Where there are tasks for all, it is not worth while to cut one into pieces.
        let is_one_of_many = self.ready.len() >= 4 * self.setting.ranks as usize * self.crew.threads();
        if is_new && (is_one_of_many || !self.is_in_steps(task)) {
            let granted = self.grant(task, self.hungry[0]);
            if granted {
                self.hungry.pop_front();
            }
            return granted;
        }
        self.open_each(task);
        let Some(each) = self.each.get_mut(&task) else { return true };
        each.is_ready = each.pool.left() > 0;
        if !each.is_ready {
            self.settle(task);
            return true;
        }
        let Some(to) = (0..self.hungry.len()).find(|&k| self.lend(task, self.hungry[k])) else {
            return false;
        };
        self.hungry.remove(to);
        if let Some(each) = self.each.get_mut(&task) {
            each.is_ready = false;
        }
        self.requeue(task);
        true
    }

    pub(crate) fn can_leave(&self, task: u32) -> bool {
        self.is_own(task)
            && self.setting.pins.get(task as usize).is_none_or(|&pin| pin == ANYWHERE)
            && !self.plan.on_rank_0.contains(&task)
            && !self.time(task).get().is_short()
            && self.can_cross(task)
            && self.view.reads_of(task).iter().all(|&output| self.can_cross(output))
    }

    fn can_cross(&self, output: u32) -> bool {
        self.codec(output).is_some_and(|codec| !codec.borrows())
    }

    /// Whether a rank has an output, or is sent it, and keeps it.
    pub(crate) fn has(&self, rank: u32, output: u32) -> bool {
        self.plan.keeps(rank, output)
    }

    /// Sends a task and what it reads. Says whether that went well.
    fn grant(&mut self, task: u32, to: u32) -> bool {
        let mut inputs: Vec<(u32, Payload)> = Vec::new();
        for &output in self.view.reads_of(task) {
            if !self.has(to, output) {
                // What cannot be encoded is for the task's own rank alone.
                let Ok(payload) = self.payload(output) else { return false };
                inputs.push((output, payload));
            }
        }
        self.post.write(to, Head { len: inputs.len() as u64, ..Head::of(Kind::Grant, task) }, &[]);
        for (output, payload) in &inputs {
            self.send(to, Kind::Input, *output, task, payload);
        }
        true
    }

    /// A task was granted to this rank, with so many inputs to follow.
    pub(crate) fn take_in(&mut self, task: u32, inputs: u32) {
        self.sated();
        self.waits[task as usize] = inputs;
        self.expect_inputs(task);
        self.start_guest(task);
    }

    /// This rank has something to do.
    pub(crate) fn sated(&mut self) {
        if self.is_hungry {
            self.is_hungry = false;
            self.tell_all(Kind::Sated);
        }
    }

    /// Keeps what a guest reads until it is done, and has it wait for what is on its way here anyway.
    pub(crate) fn expect_inputs(&mut self, task: u32) {
        for &output in self.view.reads_of(task) {
            if self.has(self.setting.rank, output) && !self.present[output as usize] {
                if self.missed.contains(&output) {
                    self.waits[task as usize] |= FOREVER;
                } else {
                    self.waits[task as usize] += 1;
                    self.guests.entry(output).or_default().push(task);
                }
            }
            self.holds[output as usize] += 1;
        }
    }

    /// What a guest reads has come.
    pub(crate) fn input(&mut self, source: u32, output: u32, task: u32, outcome: Result<(), Failure>) {
        match self.decoded(source, output, outcome) {
            Ok(()) => self.guest_waits(task),
            Err(failure) => {
                self.fails(output, failure);
                self.guest_misses(task);
            }
        }
    }

    /// An output has come that guests may wait for.
    pub(crate) fn guests_input(&mut self, output: u32) {
        for task in self.guests.remove(&output).unwrap_or_default() {
            self.guest_waits(task);
        }
    }

    /// It will not come.
    pub(crate) fn guests_miss(&mut self, output: u32) {
        for task in self.guests.remove(&output).unwrap_or_default() {
            self.guest_misses(task);
        }
    }

    /// A guest has one less to wait for.
    pub(crate) fn guest_waits(&mut self, task: u32) {
        self.waits[task as usize] -= 1;
        self.start_guest(task);
    }

    /// Starts a guest that waits for nothing, or gives it back if something will not come.
    pub(crate) fn start_guest(&mut self, task: u32) {
        let waits = self.waits[task as usize];
        if waits & !FOREVER != 0 {
            return;
        }
        match (waits == 0, self.each.contains_key(&task)) {
            (true, true) => self.requeue(task),
            (true, false) => self.ready.push(Reverse(self.plan.order.position(task))),
            (false, true) => self.default(task, false),
            (false, false) => self.give_up(task, false),
        }
    }

    /// A guest cannot run: it goes back when all its inputs were heard of.
    pub(crate) fn guest_misses(&mut self, task: u32) {
        self.waits[task as usize] |= FOREVER;
        self.guest_waits(task);
    }

    /// A guest has run: its output goes back.
    pub(crate) fn give_back(&mut self, task: u32) {
        match self.payload(task) {
            Ok(payload) => {
                self.send(self.plan.homes[task as usize], Kind::Return, task, 0, &payload);
                self.release_reads(task);
                self.release_unread(task);
            }
            Err(failure) => {
                self.fails(task, failure);
                self.give_up(task, true);
                self.release_unread(task);
            }
        }
    }

    /// A guest has failed, or does not run.
    pub(crate) fn give_up(&mut self, task: u32, failed: bool) {
        let head = Head { len: failed.into(), ..Head::of(Kind::ReturnMissing, task) };
        self.post.write(self.plan.homes[task as usize], head, &[]);
        self.release_reads(task);
    }

    /// One of its own tasks has run elsewhere.
    pub(crate) fn returned(&mut self, source: u32, task: u32, outcome: Result<(), Failure>) {
        match self.decoded(source, task, outcome) {
            Ok(()) => self.finish(task),
            Err(failure) => {
                self.fails(task, failure);
                self.close(task);
            }
        }
    }

    /// One of its own tasks has failed elsewhere, or did not run.
    pub(crate) fn returned_missing(&mut self, task: u32, failed: bool) {
        if failed { self.close(task) } else { self.abandon(task) }
    }
}
