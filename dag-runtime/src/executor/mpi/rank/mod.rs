//! One rank's part of a run: what arrives, what becomes ready, and what is told to others.

mod completion;
pub(crate) mod elements;
mod messages;
pub(crate) mod steal;

use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::cmp::Reverse;
use std::io::{self, Write as _};
use std::time::Instant;

use crate::error::catch;
use crate::executor::mpi::crew::{Crew, Ended};
use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::placement::Plan;
use crate::executor::mpi::protocol::connection::Post;
use crate::executor::mpi::protocol::transport::Cargo;
use crate::executor::mpi::rank::elements::Each;
use crate::executor::mpi::world::{Prepared, Time};
use crate::executor::outcome::Failed;
use crate::graph::Job;
use crate::observe::Monitor;
use crate::slot::Codec;
use crate::table::View;

/// How long messages that arrive may wait, while a rank runs short tasks.
const PATIENCE: u64 = 10_000;
/// So many brief tasks in a row are not timed, as it would take about as long as they do.
const UNTIMED: u32 = 7;

/// What all parts of a run share.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'run> {
    pub(crate) job: &'run (dyn Job + Sync),
    pub(crate) codecs: &'static [Option<Codec>],
    pub(crate) prepared: &'run Prepared,
    pub(crate) pins: &'run [u32],
    pub(crate) rank: u32,
    pub(crate) ranks: u32,
    pub(crate) keep_going: bool,
    pub(crate) dynamic: bool,
    /// Whether some rank may stop the run.
    pub(crate) stops: bool,
    pub(crate) monitor: &'run (dyn Monitor + Sync),
    /// Whether there are fewer cores than threads that run tasks, and than threads.
    pub(crate) crowded: bool,
    pub(crate) crowded_apart: bool,
}

/// How the run has ended on this rank.
pub(crate) struct Ending {
    pub(crate) failures: Vec<Failed>,
    /// Its own tasks that did not run.
    pub(crate) unrun: Vec<u32>,
}

pub(crate) struct Run<'run> {
    pub(crate) setting: Setting<'run>,
    pub(crate) plan: &'run Plan,
    pub(crate) view: &'static View,
    pub(crate) post: &'run mut Post,
    pub(crate) crew: Crew<'run>,
    pub(crate) epoch: u32,
    /// For each task that runs here, how many others it waits for.
    pub(crate) waits: Vec<u32>,
    /// For each output, how many tasks are still to read it here, and how often it is being sent.
    pub(crate) holds: Vec<u32>,
    pub(crate) present: Vec<bool>,
    /// The tasks that cannot run, since something that they wait for has not finished.
    pub(crate) blocked: Vec<bool>,
    /// The tasks that run once for each element and have begun, and those of others with elements here.
    pub(crate) each: BTreeMap<u32, Each>,
    /// By their positions in the plan's order.
    pub(crate) ready: BinaryHeap<Reverse<u32>>,
    /// How many of its own tasks are not done.
    pub(crate) open: u32,
    pub(crate) arrivals: u32,
    pub(crate) stopped: bool,
    pub(crate) failures: Vec<Failed>,
    pub(crate) unrun: Vec<u32>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) cargo: Vec<Cargo>,
    /// How long tasks have run on this thread since it looked for messages.
    pub(crate) unpolled: u64,
    /// When the last task has ended, if it was timed, and this rank has not looked for messages since.
    pub(crate) ended: Option<Instant>,
    /// How many tasks have run since one was timed.
    untimed: u32,
    /// Tasks of others that wait here for an output which this rank is sent anyway.
    pub(crate) guests: BTreeMap<u32, Vec<u32>>,
    /// Outputs that this rank would keep, and that will not come.
    pub(crate) missed: BTreeSet<u32>,
    pub(crate) hungry: VecDeque<u32>,
    pub(crate) is_hungry: bool,
    /// Whether some tasks may take so long that it is worth while to give them away.
    pub(crate) shares: bool,
}

impl<'run> Run<'run> {
    pub(crate) fn new(setting: Setting<'run>, post: &'run mut Post, crew: Crew<'run>) -> Self {
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
            missed: BTreeSet::new(),
            hungry: VecDeque::new(),
            is_hungry: false,
            shares: setting.dynamic
                && setting.ranks > 1
                && setting.prepared.times.iter().any(|time| !time.get().is_short()),
        }
    }

    /// Does all that a rank has to do in a run.
    ///
    /// A panic that is none of a task ends the job: when it has unwound, the slots are gone, and MPI may still read from
    /// them.
    pub(crate) fn work(setting: Setting<'run>, post: &mut Post, crew: Crew<'run>) -> Ending {
        let outcome = catch(|| Ok(Run::new(setting, &mut *post, crew).work_off()));
        outcome.unwrap_or_else(|failure| {
            let (rank, graph) = (setting.rank, setting.job.table().graph());
            // Where nobody reads it, nobody waits to know.
            let _ = writeln!(
                io::stderr(),
                "dag-runtime: the job is ended, since rank {rank} panicked in the run of graph `{graph}`, outside of its \
                 tasks: {failure}"
            );
            post.wire.abort_soon()
        })
    }

    fn work_off(mut self) -> Ending {
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
                quiet.get_or_insert_with(|| self.post.wire.gather(&[0], ranks));
            }
            if quiet.as_mut().is_some_and(|quiet| quiet.test().is_some()) {
                break;
            }
            self.ask(&idle);
            idle.wait(!self.crew.is_idle());
        }
        // All tasks are done: what fails from here on stops nobody. No message is written any more.
        self.stopped = true;
        while !self.post.wire.is_idle() {
            if !self.poll() {
                idle.wait(false);
            }
        }
        while let Some((&node, _)) = self.each.first_key_value() {
            self.over(node);
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
        self.open == 0 && self.arrivals == 0 && self.crew.is_idle()
    }

    /// Whether it is time to look what has arrived, between two tasks.
    fn is_due(&self) -> bool {
        self.unpolled >= PATIENCE
    }

    /// Takes over what other threads of this rank have done.
    fn collect(&mut self) -> bool {
        let mut active = false;
        while let Some(work) = self.crew.take_refused() {
            self.put_back(work);
        }
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
        while !self.stopped {
            let Some(&Reverse(position)) = self.ready.peek() else { break };
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

    pub(crate) fn time(&self, node: u32) -> &'run Cell<Time> {
        &self.setting.prepared.times[self.view.line(node) as usize]
    }

    pub(crate) fn learn(&self, node: u32, nanos: u64) {
        let time = self.time(node);
        time.set(time.get().and(nanos));
    }

    pub(crate) fn is_own(&self, node: u32) -> bool {
        self.plan.homes[node as usize] == self.setting.rank
    }

    pub(crate) fn codec(&self, node: u32) -> Option<&'static Codec> {
        self.setting.codecs.get(self.view.line(node) as usize)?.as_ref()
    }
}
