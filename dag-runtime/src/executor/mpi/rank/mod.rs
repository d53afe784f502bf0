//! One rank's part of a run: what arrives, what becomes ready, and what is told to others.
//!
//! [`RankRun`] is the state machine. It knows the other ranks by a [`Connection`] alone, and never waits: each call of
//! [`advance`](RankRun::advance) does what can be done now.

mod completion;
mod context;
mod dependencies;
mod elements;
mod execution;
mod kept;
mod limits;
mod outputs;
mod polling;
mod ready;
mod receive;
mod send;
mod steal;
mod task_elements;
mod termination;
#[cfg(test)]
mod tests;
mod work;
mod workers;

use alloc::vec::Vec;
use core::mem;
use core::time::Duration;
use std::io::{self, Write as _};

pub(crate) use self::context::{Context, Options};
use self::dependencies::Dependencies;
use self::elements::ElementTasks;
pub(crate) use self::execution::Execution;
#[cfg(any(test, feature = "store"))]
pub(crate) use self::kept::KeptOutput;
pub(crate) use self::kept::KeptTasks;
use self::limits::Limits;
use self::outputs::Outputs;
use self::polling::Polling;
use self::ready::Ready;
use self::steal::Steal;
use self::termination::Termination;
use self::work::{Done, WorkOutcome};
pub(crate) use self::work::{WorkQueue, spawn};
pub(crate) use self::workers::Workers;
use crate::error::catch;
use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::prepared::TaskTime;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::report::Ending;
use crate::observe::Running;

/// A rank in a run.
pub(crate) struct RankRun<'run> {
    context: Context<'run>,
    connection: &'run mut Connection,
    workers: Workers<'run>,
    dependencies: Dependencies<'run>,
    outputs: Outputs<'run>,
    ready: Ready<'run>,
    /// Tasks that are ready but for outputs that they may take by value: these are being sent from where they lie.
    waiting: Vec<u32>,
    polling: Polling,
    /// The tasks that run once for each element and have begun, and those of others with elements here.
    elements: ElementTasks,
    steal: Steal,
    termination: Termination,
    limits: Option<Limits<'run>>,
    /// Whether no further task is to start.
    stopped: bool,
    /// What has run on this thread since it last looked for messages, where the run can be stopped: the last of it.
    last_ran: Option<Running>,
    ending: Ending,
}

/// The result of a call of [`RankRun::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Something was done.
    Active,
    /// There is nothing to do now.
    Waiting,
    /// The run is over on this rank.
    Over,
}

impl<'run> RankRun<'run> {
    pub(crate) fn new(
        context: Context<'run>,
        connection: &'run mut Connection,
        workers: Workers<'run>,
    ) -> Self {
        let plan = context.plan();
        connection.next_run();
        let arena = mem::take(&mut connection.arena);
        RankRun {
            connection,
            workers,
            dependencies: Dependencies::new(plan),
            outputs: Outputs::new(context, arena),
            ready: Ready::new(&plan.order, &plan.sources),
            waiting: Vec::new(),
            polling: Polling::default(),
            elements: ElementTasks::default(),
            steal: Steal::new(&context),
            termination: Termination::default(),
            limits: context.needs.map(Limits::new),
            stopped: false,
            last_ran: None,
            ending: Ending::default(),
            context,
        }
    }

    /// Does all that a rank has to do in a run.
    ///
    /// A panic that is none of a task ends the job: when it has unwound, the slots are gone, and the transport may still read
    /// from them.
    pub(crate) fn work(
        context: Context<'run>,
        connection: &mut Connection,
        workers: Workers<'run>,
        idle: Idle,
    ) -> Ending {
        let outcome = catch(|| Ok(RankRun::new(context, &mut *connection, workers).run(idle)));
        outcome.unwrap_or_else(|failure| {
            let (rank, graph) = (context.rank, context.job.table().graph());
            // If nobody reads stderr, there is nobody to tell.
            let _ = writeln!(
                io::stderr(),
                "dag-runtime: the job is ended, since rank {rank} panicked in the run of graph `{graph}`, outside of its \
                 tasks: {failure}"
            );
            connection.transport.abort()
        })
    }

    fn run(mut self, mut idle: Idle) -> Ending {
        loop {
            match self.advance(|| idle.waited()) {
                Progress::Active => idle.reset(),
                Progress::Waiting => {
                    idle.expect(self.connection.transport.bytes_under_way());
                    idle.wait(!self.workers.is_idle());
                }
                Progress::Over => return self.end(),
            }
        }
    }

    /// Does what can be done now. `waited` says for how long there was nothing.
    pub(crate) fn advance(&mut self, waited: impl Fn() -> Duration) -> Progress {
        if self.termination.is_over() {
            return self.finish_transfers();
        }
        let mut active = self.collect();
        self.stop_if_requested();
        active |= self.start_ready();
        if !active || self.ready.is_empty() || self.polling.is_due() {
            self.connection.flush();
            active |= self.poll();
        }
        if active {
            return Progress::Active;
        }
        if self.is_over() {
            // What fails from here on stops no task. No message is written any more.
            self.stopped = true;
            return Progress::Active;
        }
        self.announce_idle(waited);
        Progress::Waiting
    }

    /// Whether all is done, on all ranks where one may still need help or be stopped.
    fn is_over(&mut self) -> bool {
        let is_done = self.dependencies.is_done() && self.workers.is_idle();
        let options = self.context.options;
        self.termination.poll(&mut *self.connection.transport, is_done, options.dynamic || options.can_stop)
    }

    /// All tasks are done: what this rank has sent may still be under way.
    fn finish_transfers(&mut self) -> Progress {
        if self.connection.transport.is_idle() {
            return Progress::Over;
        }
        if self.poll() { Progress::Active } else { Progress::Waiting }
    }

    /// Drops what is kept to the end.
    pub(crate) fn end(&mut self) -> Ending {
        while let Some(task) = self.elements.first() {
            self.end_borrowed(task);
        }
        let retained = &self.context.plan().retained;
        for (task, _) in (0..).zip(retained).filter(|&(_, &retained)| retained) {
            if !self.outputs.is_present(task) {
                continue;
            }
            if let Err(failure) = self.outputs.release(task) {
                self.output_failed(task, failure);
            }
        }
        if let Some(finished) = self.context.job.finished() {
            self.outputs.record(finished);
        }
        self.connection.arena = self.outputs.end();
        mem::take(&mut self.ending)
    }

    /// Takes over what other threads of this rank have done.
    fn collect(&mut self) -> bool {
        while let Some(work) = self.workers.take_refused() {
            self.put_back(work);
        }
        let mut active = false;
        while let Some(done) = self.workers.collect() {
            active = true;
            self.note_running(&done);
            self.give_back(done.task);
            match done.outcome {
                WorkOutcome::Whole(outcome) => {
                    self.context.record_time(done.task, done.nanos);
                    self.task_ran(done.task, outcome);
                }
                WorkOutcome::Elements(count, ran) => self.elements_ran(done.task, count, done.nanos, ran),
            }
        }
        active
    }

    /// Notes what other threads of this rank have run, if the run is stopped by now.
    fn note_running(&mut self, done: &Done) {
        if self.context.options.can_stop && (self.stopped || self.context.stop_reason().is_some()) {
            let elements = match &done.outcome {
                WorkOutcome::Whole(_) => None,
                WorkOutcome::Elements(_, ran) => Some(ran.elements.clone()),
            };
            self.ending.stop.running.push((done.task, elements));
        }
    }

    /// Starts tasks that are ready: one on this thread, or as many as there are threads for.
    fn start_ready(&mut self) -> bool {
        if self.limits.is_some() {
            return self.start_limited();
        }
        let mut active = false;
        if self.workers.is_apart() && (self.stopped || self.workers.has_room() || self.steal.has_idle_ranks())
        {
            while let Some(work) = self.workers.take_back() {
                self.put_back(work);
            }
        }
        while !self.stopped {
            let Some(task) = self.ready.peek() else { break };
            if self.outputs.has_to_wait(task) && !self.elements.contains(task) {
                self.ready.pop();
                self.waiting.push(task);
                continue;
            }
            let time = self.context.time(task).get();
            // What is written waits only for a task that adds to it, and soon.
            if self.connection.is_pending() && !(time.is_brief() && self.is_told(task)) {
                self.connection.flush();
            }
            let is_here = time.is_short() && self.workers.is_single() && !self.elements.contains(task);
            if self.workers.is_apart() && !is_here {
                let starts = self.workers.has_room();
                let starts_next = !self.steal.has_idle_ranks() && self.workers.has_room_next();
                if !starts && !starts_next {
                    return self.lend_ready() || active;
                }
                self.ready.pop();
                active = true;
                match self.next_work(task) {
                    Some(work) if starts => self.workers.start(work),
                    Some(work) => self.workers.start_next(work),
                    None => {}
                }
                continue;
            }
            self.ready.pop();
            self.run_here(task, time);
            self.stop_if_requested();
            active = true;
            if self.polling.is_due() {
                return true;
            }
        }
        if self.stopped {
            self.end_waiting();
            active |= self.drop_all_ready();
        }
        active
    }

    /// What is ready will not run. Says whether there was something.
    fn drop_all_ready(&mut self) -> bool {
        let active = !self.ready.is_empty();
        while let Some(task) = self.ready.pop() {
            self.drop_ready(task);
        }
        active
    }

    /// Runs a task on this thread.
    #[inline]
    fn run_here(&mut self, task: u32, time: TaskTime) {
        let options = self.context.options;
        let in_steps = options.can_stop || options.keep_going || self.workers.execution().trace().is_some();
        let in_steps = in_steps && self.context.view().place(task).line.each;
        if options.can_stop {
            self.last_ran = Some((task, None));
        }
        if !in_steps && self.polling.skips_timing(time) {
            let outcome = self.workers.execution().run(task);
            return self.task_ran(task, outcome);
        }
        let start = self.polling.start();
        let outcome = if in_steps {
            self.attempt_in_steps(task)
        } else {
            Some(self.workers.execution().run(task).map_err(|failure| failure.of(task).into()))
        };
        let nanos = self.polling.end(start);
        let Some(outcome) = outcome else { return self.abandon(task) };
        self.context.record_time(task, nanos);
        match outcome {
            Ok(()) => self.task_ran(task, Ok(())),
            Err(failures) => self.task_failed(task, failures),
        }
    }

    /// Whether other ranks hear of a task.
    #[inline]
    fn is_told(&self, task: u32) -> bool {
        !self.context.plan().destinations.of(task).is_empty()
    }

    /// The tasks whose outputs a task reads.
    #[inline]
    fn reads_of(&self, task: u32) -> &'run [u32] {
        self.context.view().reads_of(task)
    }
}
