//! One rank's part of a run: what arrives, what becomes ready, and what is told to others.

use alloc::collections::{BTreeMap, BinaryHeap, VecDeque};
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::cmp::Reverse;
use std::time::Instant;

use super::crew::{Crew, Ended, Reason};
use super::each::Each;
use super::idle::Idle;
use super::plan::Plan;
use super::post::{Head, Kind, Post};
use super::wire::Cargo;
use super::world::{Prepared, Time};
use crate::error::Failure;
use crate::executor::outcome::Failed;
use crate::executor::unwind::guard;
use crate::graph::Job;
use crate::observe::Observer;
use crate::slot::Codec;
use crate::table::View;

/// How long messages that arrive may wait, while a rank runs short tasks.
const PATIENCE: u64 = 10_000;
/// So many brief tasks in a row are not timed, as it would take about as long as they do.
const UNTIMED: u32 = 7;

/// What all parts of a run share.
#[derive(Clone, Copy)]
pub(super) struct Setting<'run> {
    pub(super) job: &'run (dyn Job + Sync),
    pub(super) codecs: &'static [Option<Codec>],
    pub(super) prepared: &'run Prepared,
    pub(super) pins: &'run [u32],
    pub(super) rank: u32,
    pub(super) ranks: u32,
    pub(super) keep_going: bool,
    pub(super) dynamic: bool,
    /// Whether some rank may stop the run.
    pub(super) stops: bool,
    pub(super) observer: &'run (dyn Observer + Sync),
    /// Whether there are fewer cores than threads that run tasks, and than threads.
    pub(super) crowded: bool,
    pub(super) crowded_apart: bool,
}

/// How the run has ended on this rank.
pub(super) struct Ending {
    pub(super) failures: Vec<Failed>,
    /// Its own tasks that did not run.
    pub(super) unrun: Vec<u32>,
}

pub(super) struct Run<'run> {
    pub(super) setting: Setting<'run>,
    pub(super) plan: &'run Plan,
    pub(super) view: &'static View,
    pub(super) post: &'run mut Post,
    pub(super) crew: Crew<'run>,
    pub(super) epoch: u32,
    /// For each task that runs here, how many others it waits for.
    pub(super) waits: Vec<u32>,
    /// For each output, how many tasks are still to read it here, and how often it is being sent.
    pub(super) holds: Vec<u32>,
    pub(super) present: Vec<bool>,
    blocked: Vec<bool>,
    /// The tasks that run once for each element and have begun, and those of others with elements here.
    pub(super) each: BTreeMap<u32, Each>,
    /// By their positions in the plan's order.
    pub(super) ready: BinaryHeap<Reverse<u32>>,
    /// How many of its own tasks are not done.
    open: u32,
    pub(super) arrivals: u32,
    pub(super) stopped: bool,
    failures: Vec<Failed>,
    unrun: Vec<u32>,
    pub(super) bytes: Vec<u8>,
    pub(super) cargo: Vec<Cargo>,
    /// How long tasks have run on this thread since it looked for messages.
    pub(super) unpolled: u64,
    /// When the last task has ended, if it was timed, and this rank has not looked for messages since.
    pub(super) ended: Option<Instant>,
    /// How many tasks have run since one was timed.
    untimed: u32,
    /// Tasks of others that wait here for an output which this rank is sent anyway.
    pub(super) guests: BTreeMap<u32, Vec<u32>>,
    pub(super) hungry: VecDeque<u32>,
    pub(super) is_hungry: bool,
    /// Whether some tasks may take so long that it is worth while to give them away.
    pub(super) shares: bool,
}

impl<'run> Run<'run> {
    pub(super) fn new(setting: Setting<'run>, post: &'run mut Post, crew: Crew<'run>) -> Self {
        let plan = &setting.prepared.plan;
        let view = setting.job.view();
        let ready = plan.sources.iter().map(|&task| Reverse(plan.order.position(task))).collect();
        Run {
            setting,
            plan,
            view,
            epoch: post.next_epoch(),
            post,
            crew,
            waits: plan.waits.clone(),
            holds: plan.holds.clone(),
            present: vec![false; view.len()],
            blocked: vec![false; view.len()],
            each: BTreeMap::new(),
            ready,
            open: plan.own,
            arrivals: plan.arrivals,
            stopped: false,
            failures: Vec::new(),
            unrun: Vec::new(),
            bytes: Vec::new(),
            cargo: Vec::new(),
            unpolled: 0,
            ended: None,
            untimed: 0,
            guests: BTreeMap::new(),
            hungry: VecDeque::new(),
            is_hungry: false,
            shares: setting.dynamic
                && setting.ranks > 1
                && setting.prepared.times.iter().any(|time| !time.get().is_short()),
        }
    }

    /// Does all that this rank has to do.
    pub(super) fn work(mut self) -> Ending {
        let mut idle = Idle::new(self.setting.crowded, self.setting.crowded_apart);
        let mut quiet = None;
        loop {
            let mut active = self.collect();
            self.heed();
            active |= self.start();
            if !active || self.ready.is_empty() || self.is_due() {
                self.post.flush();
                active |= self.poll();
            }
            if active {
                idle.reset();
                continue;
            }
            if self.is_done() {
                if !self.setting.dynamic && !self.setting.stops {
                    break;
                }
                // Others may still need a hand, or be told to stop: all have to be done.
                let ranks = self.setting.ranks as usize;
                let quiet = quiet.get_or_insert_with(|| self.post.wire.gather(&[0], ranks));
                if quiet.test().is_some() {
                    break;
                }
            }
            self.ask(&idle);
            idle.wait(!self.crew.is_idle());
        }
        for (node, each) in core::mem::take(&mut self.each) {
            self.end_guest(node, each);
        }
        for task in
            self.plan.retained.iter().zip(0..).filter_map(|(&retained, task)| retained.then_some(task))
        {
            if self.present[task as usize] {
                self.release(task);
            }
        }
        Ending { failures: self.failures, unrun: self.unrun }
    }

    fn is_done(&self) -> bool {
        self.open == 0 && self.arrivals == 0 && self.crew.is_idle() && self.post.wire.is_idle()
    }

    /// Whether it is time to look what has arrived, between two tasks.
    fn is_due(&self) -> bool {
        self.unpolled >= PATIENCE
    }

    /// Takes over what other threads of this rank have done.
    fn collect(&mut self) -> bool {
        let mut active = false;
        while let Some(done) = self.crew.collect() {
            active = true;
            match done.outcome {
                Ended::Whole(outcome) => {
                    self.learn(done.node, done.nanos);
                    self.ran(done.node, outcome);
                }
                Ended::Elements(count, ran) => self.elements_ran(done.node, count, done.nanos, ran),
            }
        }
        active
    }

    /// Starts tasks that are ready: one on this thread, or as many as there are threads for.
    fn start(&mut self) -> bool {
        let mut active = false;
        if self.crew.is_apart() && (self.stopped || self.crew.has_room() || !self.hungry.is_empty()) {
            while let Some(work) = self.crew.take_back() {
                self.put_back(work);
            }
        }
        while !self.stopped
            && let Some(&Reverse(position)) = self.ready.peek()
        {
            let node = self.plan.order.task(position);
            let time = self.time(node).get();
            // What is written waits only for a task that adds to it, and soon.
            if self.post.is_waiting() && !(time.is_brief() && self.tells(node)) {
                self.post.flush();
            }
            let is_here = time.is_short() && self.crew.is_single() && !self.each.contains_key(&node);
            if self.crew.is_apart() && !is_here {
                let starts = self.crew.has_room();
                let starts_next = self.hungry.is_empty() && self.crew.has_room_next();
                if !starts && !starts_next {
                    return self.share() || active;
                }
                self.ready.pop();
                active = true;
                match self.next_work(node) {
                    Some(work) if starts => self.crew.start(work),
                    Some(work) => self.crew.start_next(work),
                    None => {}
                }
                continue;
            }
            self.ready.pop();
            self.run_here(node, time);
            self.heed();
            active = true;
            if self.is_due() {
                return true;
            }
        }
        if self.stopped {
            active |= !self.ready.is_empty();
            while let Some(Reverse(position)) = self.ready.pop() {
                self.drop_ready(self.plan.order.task(position));
            }
        }
        active
    }

    /// Runs a task on this thread.
    #[inline]
    fn run_here(&mut self, node: u32, time: Time) {
        let is_told = self.setting.stops || self.crew.is_observed();
        let in_steps = is_told && self.view.place(node).line.each;
        if time.is_brief() && self.untimed < UNTIMED && !in_steps {
            self.untimed += 1;
            self.unpolled += time.nanos();
            self.ended = None;
            let outcome = self.crew.attempt(node);
            return self.ran(node, outcome);
        }
        self.untimed = 0;
        let start = self.ended.unwrap_or_else(Instant::now);
        let outcome = if in_steps { self.attempt_in_steps(node) } else { Some(self.crew.attempt(node)) };
        let end = Instant::now();
        self.ended = Some(end);
        let nanos = (end - start).as_nanos() as u64;
        self.unpolled += nanos;
        match outcome {
            Some(outcome) => {
                self.learn(node, nanos);
                self.ran(node, outcome);
            }
            None => self.abandon(node),
        }
    }

    /// Whether other ranks hear of a task.
    #[inline]
    fn tells(&self, node: u32) -> bool {
        !self.plan.destinations.of(node).is_empty()
    }

    pub(super) fn time(&self, node: u32) -> &'run Cell<Time> {
        &self.setting.prepared.times[self.view.line(node) as usize]
    }

    pub(super) fn learn(&self, node: u32, nanos: u64) {
        let time = self.time(node);
        time.set(time.get().and(nanos));
    }

    pub(super) fn is_own(&self, node: u32) -> bool {
        self.plan.homes[node as usize] == self.setting.rank
    }

    pub(super) fn codec(&self, node: u32) -> Option<&'static Codec> {
        self.setting.codecs.get(self.view.line(node) as usize)?.as_ref()
    }

    /// A task has run here.
    pub(super) fn ran(&mut self, node: u32, outcome: Result<(), Reason>) {
        match outcome {
            Ok(()) => {
                self.present[node as usize] = true;
                if self.is_own(node) { self.finish(node) } else { self.give_back(node) }
            }
            Err(Reason { element, failure }) => {
                self.failed(Failed { node, element, failure, finished: false });
                if self.is_own(node) { self.close(node) } else { self.give_up(node, true) }
            }
        }
    }

    /// One of its own tasks has finished, here or elsewhere: its output is there.
    pub(super) fn finish(&mut self, node: u32) {
        if let Err(failure) = self.tell(node) {
            self.fails(node, failure);
            self.close(node);
            self.release_unread(node);
            return;
        }
        self.open -= 1;
        self.unlock(node);
        self.release_reads(node);
        self.release_unread(node);
    }

    /// The tasks that wait for this one have one less to wait for.
    pub(super) fn unlock(&mut self, node: u32) {
        let plan = self.plan;
        for &user in plan.users.of(node) {
            let waits = &mut self.waits[user as usize];
            *waits -= 1;
            if *waits == 0 {
                if self.blocked[user as usize] {
                    self.abandon(user);
                } else {
                    self.ready.push(Reverse(self.plan.order.position(user)));
                }
            }
        }
        if !self.guests.is_empty() {
            self.guests_input(node);
        }
    }

    /// One of its own tasks has not finished and will not.
    pub(super) fn abandon(&mut self, node: u32) {
        if !self.is_own(node) {
            return self.give_up(node, false);
        }
        self.unrun.push(node);
        self.close(node);
    }

    /// One of its own tasks is done, and has not finished.
    pub(super) fn close(&mut self, node: u32) {
        self.open -= 1;
        self.block(node);
        self.release_reads(node);
    }

    /// Tells all that wait for a task that it has not finished.
    pub(super) fn block(&mut self, node: u32) {
        let plan = self.plan;
        let mut missing = vec![node];
        while let Some(node) = missing.pop() {
            for to in plan.destinations.of(node) {
                self.post.write(to.rank, Head::of(Kind::Missing, node), &[]);
            }
            for &user in plan.users.of(node) {
                self.blocked[user as usize] = true;
                self.waits[user as usize] -= 1;
                if self.waits[user as usize] == 0 {
                    self.unrun.push(user);
                    self.open -= 1;
                    self.release_reads(user);
                    missing.push(user);
                }
            }
            if !self.guests.is_empty() {
                self.guests_miss(node);
            }
        }
    }

    /// What becomes of an output has failed here.
    pub(super) fn fails(&mut self, node: u32, failure: Failure) {
        if let Some(trace) = self.crew.trace() {
            trace.failed(node, None, &failure);
        }
        self.failed(Failed { node, element: None, failure, finished: true });
    }

    pub(super) fn failed(&mut self, failed: Failed) {
        let node = failed.node;
        self.failures.push(failed);
        self.stop_all(node);
    }

    /// Something of a task has failed: nothing new is to start, if no failure is to be outlived.
    pub(super) fn stop_all(&mut self, node: u32) {
        if !self.setting.keep_going {
            self.halt(node);
        }
    }

    /// Stops the run where somebody wants it.
    #[inline]
    fn heed(&mut self) {
        if self.is_to_stop() {
            self.halt(0);
        }
    }

    /// Whether somebody on this rank wants the run to stop.
    #[inline]
    pub(super) fn is_to_stop(&self) -> bool {
        self.setting.stops && self.setting.observer.stops() == Some(true)
    }

    /// Nothing new is to start, anywhere; `node` is the task whose failure is the reason, if one is.
    fn halt(&mut self, node: u32) {
        if self.stopped {
            return;
        }
        self.stop();
        for to in (0..self.setting.ranks).filter(|&to| to != self.setting.rank) {
            self.post.write(to, Head::of(Kind::Stop, node), &[]);
        }
    }

    /// Nothing new is to start.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
        self.crew.stop();
    }

    /// A task is done: what it reads is needed by one less.
    pub(super) fn release_reads(&mut self, node: u32) {
        if self.setting.prepared.keeps_all {
            return;
        }
        for &output in self.view.reads_of(node) {
            self.let_go(output);
        }
    }

    pub(super) fn let_go(&mut self, output: u32) {
        self.holds[output as usize] -= 1;
        self.release_unread(output);
    }

    /// Drops an output that nobody needs any more.
    pub(super) fn release_unread(&mut self, output: u32) {
        let is_unread = self.holds[output as usize] == 0 && self.present[output as usize];
        if is_unread && !self.setting.prepared.keeps_all {
            self.release(output);
        }
    }

    fn release(&mut self, output: u32) {
        self.present[output as usize] = false;
        let place = self.view.place(output);
        if place.line.release.is_none() {
            return;
        }
        let slots = self.setting.job.slots();
        #[allow(unsafe_code)]
        // SAFETY: all that reads it here is done, and it is not being sent: `holds` counted both.
        let outcome = guard(|| unsafe { slots.release(place) });
        if let Err(failure) = outcome {
            self.fails(output, failure);
        }
    }
}
