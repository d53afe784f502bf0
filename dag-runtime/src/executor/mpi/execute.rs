//! One run from end to end: the agreement before it, a rank's part in it, and the reports after it.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::Cell;
use core::mem;
use std::time::Instant;

use ::rayon::ThreadPool;

use super::agreement::{costs, handshake};
use super::{Mpi, Results, Schedule, inside};
use crate::backend::Backend;
use crate::error::{Error, catch};
use crate::executor::mpi::agreement::handshake::Agreed;
use crate::executor::mpi::agreement::{Refusal, Starts};
use crate::executor::mpi::collective;
use crate::executor::mpi::hash::Hash;
use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::placement::{Pins, Plan, PlanKey, Receivers, together};
use crate::executor::mpi::prepared::Prepared;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::rank::{
    Context, Execution, KeptTasks, Options, RankRun, WorkQueue, Workers, spawn,
};
use crate::executor::mpi::report::{Trace, Verdict, lost_anywhere};
use crate::executor::mpi::world::Link;
use crate::executor::{outcome, rayon, serial};
use crate::graph::{Job, Needs};
use crate::observe::Monitor;
use crate::slot::Codec;
use crate::unwind::ignore;

/// What a rank asks of a run, the threads that it has for it, and what tasks take of its limits.
type Means = (PlanKey, Option<Rc<ThreadPool>>, Option<Needs>);

/// What ranks have agreed on before a run.
pub(super) struct Start {
    pub(super) plan_key: PlanKey,
    pub(super) prepared: Rc<Prepared>,
    agreed: Agreed,
    /// The pool that runs the tasks, if they have threads of their own.
    pool: Option<Rc<ThreadPool>>,
    pub(super) needs: Option<Needs>,
}

impl<M: Monitor + Sync> Mpi<M> {
    /// Runs all tasks of a job.
    pub(in crate::executor) fn run(
        &self,
        job: &(dyn Job + Sync),
        codecs: &'static [Option<Codec>],
    ) -> Result<(), Error> {
        let world = &*self.world;
        if world.ranks == 1 {
            self.check_root()?;
            return self.run_alone(job, &self.options.monitor).map_err(|error| error.on_rank(0));
        }
        let Ok(mut link) = world.link.try_borrow_mut() else {
            return Err(Error::setup(inside::NESTED.into(), None));
        };
        let Link { connection, starts } = &mut *link;
        let start = self.start(job, codecs, connection, starts, false)?;
        self.run_agreed(job, codecs, connection, &start, (&self.options.monitor, None), |_| ())
    }

    /// Runs what the ranks have agreed on. `settle` is called when all tasks are done, on all ranks.
    pub(super) fn run_agreed(
        &self,
        job: &(dyn Job + Sync),
        codecs: &'static [Option<Codec>],
        connection: &mut Connection,
        start: &Start,
        (monitor, kept): (&(dyn Monitor + Sync), Option<&dyn KeptTasks>),
        settle: impl FnOnce(&mut Connection),
    ) -> Result<(), Error> {
        let world = &*self.world;
        let enabled = monitor.is_enabled().then_some(monitor);
        let trace = start.agreed.observed.then(|| Trace::new(enabled, job.shared_table(), world.rank));
        let execution = Execution::new(job, self.options.keep_going, trace);
        if let Some(watch) = execution.trace().and_then(Trace::watch) {
            ignore(|| watch.run_started(Backend::Mpi, world.ranks as usize * self.threads));
        }
        let crowded = world.is_crowded(self.threads);
        let idle = Idle::new(crowded, world.is_crowded(self.threads + 1));
        let context = Context {
            job,
            view: job.view(),
            codecs,
            prepared: &start.prepared,
            pins: &start.plan_key.pins,
            needs: start.needs.as_ref(),
            rank: world.rank,
            ranks: world.ranks,
            options: Options {
                keep_going: self.options.keep_going,
                dynamic: start.plan_key.dynamic,
                can_stop: start.agreed.stops,
            },
            kept,
            monitor,
            start: Instant::now(),
        };
        let inside = inside::enter();
        let mut ending = match &start.pool {
            None => RankRun::work(context, connection, Workers::alone(&execution), idle),
            Some(pool) => {
                let queue = WorkQueue::new(&execution);
                rayon::in_run_on(pool, &queue, |scope| {
                    let send = || spawn(scope);
                    let workers = Workers::beside(&queue, &send, self.threads);
                    RankRun::work(context, connection, workers, idle)
                })
            }
        };
        drop(inside);
        let lost = mem::take(&mut ending.lost);
        let verdict = Verdict::agree(connection, world.rank, world.ranks, ending, crowded);
        if let (Some(_), Some(finished)) = (&verdict, job.finished()) {
            for task in lost_anywhere(connection, world.rank, lost, crowded) {
                finished.remove(task);
            }
        }
        settle(connection);
        if let Some(trace) = execution.into_trace() {
            self.tell_end(trace, connection, verdict.as_ref(), &start.prepared.plan, crowded);
        }
        self.conclude(job, verdict)
    }

    /// Tells the other ranks that a run of this graph cannot start here. Returns the error of all ranks.
    pub(in crate::executor) fn refuse_run(&self, graph: &'static str, error: Error) -> Error {
        let world = &*self.world;
        if world.ranks == 1 {
            return error;
        }
        let Ok(mut link) = world.link.try_borrow_mut() else {
            return Error::setup(inside::NESTED.into(), None);
        };
        let Link { connection, starts } = &mut *link;
        let crowded = world.is_crowded(self.threads);
        let me = (world.rank, world.ranks);
        handshake::refuse((connection, starts), me, (graph, None), &error.into(), crowded)
    }

    /// Agrees with the other ranks on what to run, and how. `keeps` says whether outputs are kept.
    pub(super) fn start(
        &self,
        job: &dyn Job,
        codecs: &[Option<Codec>],
        connection: &mut Connection,
        starts: &mut Starts,
        keeps: bool,
    ) -> Result<Start, Error> {
        let (world, threads) = (&*self.world, self.threads);
        let (me, crowded) = ((world.rank, world.ranks), world.is_crowded(threads));
        let (mut plan_key, pool, needs) = match self.means(job) {
            Ok(means) => means,
            Err(refusal) => {
                let graph = (job.table().graph(), Some(job.table()));
                return Err(handshake::refuse((connection, starts), me, graph, &refusal, crowded));
            }
        };
        let given =
            self.overrides.for_graph(job.shared_table()).map(|measured| Arc::clone(measured.figures()));
        let mut prepared = world.prepare(job.shared_table(), codecs, &plan_key);
        let purpose = handshake::Purpose {
            table: job.table(),
            program: prepared.program,
            plan: prepared.plan.hash,
            options: self.options(plan_key.dynamic),
            partial: job.finished().is_some(),
            observed: self.options.monitor.is_enabled(),
            stops: self.options.monitor.may_stop(),
            keeps,
            costs: costs::hash(given.as_deref()),
        };
        let agreed = handshake::agree((connection, starts), me, &purpose, crowded)?;
        let figures = costs::share(connection, me, &agreed, given, job.view().len());
        if figures.is_some() {
            plan_key.dynamic = self.schedule == Some(Schedule::Dynamic);
            plan_key.figures = figures;
            prepared = world.prepare(job.shared_table(), codecs, &plan_key);
        }
        let pool = pool.filter(|_| plan_key.dynamic || threads != 1);
        if let Err(error) = check(job, codecs, &prepared.plan) {
            collective::settle(connection);
            return Err(error.told_by(0, self.rank()));
        }
        if let Some(bytes) = self.most_in_piece {
            connection.transport.limit_pieces(bytes);
        }
        // Beside the threads for tasks, the rank's own one may run a short task.
        let needs = needs.and_then(|needs| needs.binding(threads + usize::from(pool.is_some())));
        Ok(Start { plan_key, prepared, agreed, pool, needs })
    }

    /// What this rank brings to a run.
    fn means(&self, job: &dyn Job) -> Result<Means, Refusal> {
        self.check_root()?;
        let needs = Needs::of(job)?;
        let mut states_ranks = job.pins_are_fixed();
        let pins = self.world.pins(job.shared_table(), states_ranks, || {
            let pins = self.find_pins(job)?;
            states_ranks |= !pins.is_empty();
            placed_together(job, self.world.ranks, pins)
        })?;
        let plan_key = self.plan_key(job, pins, states_ranks);
        let wants_pool = plan_key.dynamic || self.threads != 1;
        let pool = wants_pool.then(|| self.world.pool(self.threads)).transpose()?;
        Ok((plan_key, pool, needs))
    }

    /// The ranks that the graph gives to its tasks.
    fn find_pins(&self, job: &dyn Job) -> Result<Vec<u32>, Refusal> {
        let task = Cell::new(0);
        catch(|| Ok(job.pins(self.ranks(), &task))).map_err(|failure| {
            let name = job.table().task(task.get() as usize).map(|task| task.name().to_string());
            let reason = format!("its `on` panicked: {failure}");
            match name {
                Some(name) => Refusal::Task(name, reason),
                None => Refusal::Other(reason),
            }
        })
    }

    /// Checks that the rank that is to get the results exists.
    pub(super) fn check_root(&self) -> Result<(), Error> {
        match self.results {
            Results::Root(root) if root >= self.ranks() => {
                let ranks = self.ranks();
                let reason = format!("there is no rank {root} to give results to: the ranks are 0..{ranks}");
                Err(Error::setup(reason, None))
            }
            _ => Ok(()),
        }
    }

    /// The result of a run on this rank.
    fn conclude(&self, job: &dyn Job, verdict: Option<Verdict>) -> Result<(), Error> {
        let elsewhere = match self.results {
            Results::Root(root) => Some(root).filter(|&root| root != self.rank()),
            Results::Everywhere => None,
        };
        if let (Some(_), Some(finished)) = (elsewhere, job.finished()) {
            finished.clear();
        }
        if let Some(verdict) = verdict {
            outcome::release_all(job, &[]);
            return Err(verdict.error(job).told_by(0, self.rank()));
        }
        match elsewhere {
            Some(root) => {
                outcome::release_all(job, &[]);
                Err(Error::elsewhere(job.table().graph(), root))
            }
            None => Ok(()),
        }
    }

    /// Tells the observer how the run has ended. That of rank 0 also hears of all that happened on other ranks.
    fn tell_end(
        &self,
        trace: Trace<'_>,
        connection: &mut Connection,
        verdict: Option<&Verdict>,
        plan: &Plan,
        crowded: bool,
    ) {
        let me = self.world.rank;
        trace.gather(connection, crowded);
        let Some(watch) = trace.watch() else { return };
        let (failed, skipped) = verdict.map_or((0, Vec::new()), Verdict::tally);
        if let (0, Some(verdict)) = (me, verdict) {
            verdict.tell_elsewhere(me, |rank, node, element, failure| {
                ignore(|| watch.failed_on(rank as usize, node, element, failure));
            });
        }
        for &node in &skipped {
            let home = plan.homes[node as usize];
            if me == 0 || home == me {
                ignore(|| watch.skipped_on(home as usize, node));
            }
        }
        ignore(|| watch.run_ended(failed, skipped.len()));
    }

    /// Runs all tasks of a job if there is only one rank.
    pub(super) fn run_alone(
        &self,
        job: &(dyn Job + Sync),
        monitor: &(impl Monitor + Sync),
    ) -> Result<(), Error> {
        if self.threads == 1 {
            serial::check_limits(job)?;
            return serial::run(&job, monitor, Backend::Mpi, 0, self.options.keep_going);
        }
        let pool = self.world.pool(self.threads)?;
        let place = rayon::RunPlace::Inside(&pool);
        if job.table().limits().is_some() {
            return rayon::run_limited(place, job, monitor, self.options.keep_going, &self.overrides);
        }
        rayon::run(place, &job, monitor, self.options.keep_going, &self.overrides)
    }

    /// What the placement depends on, apart from the table and the given costs.
    fn plan_key(&self, job: &dyn Job, pins: Pins, states_ranks: bool) -> PlanKey {
        let states_costs = job.table().lines().iter().any(|line| line.cost != 1);
        let schedule = self.schedule.unwrap_or(if states_costs || states_ranks {
            Schedule::Static
        } else {
            Schedule::Dynamic
        });
        let receivers = match self.results {
            Results::Everywhere => Receivers::All,
            Results::Root(rank) => Receivers::One(rank as u32),
        };
        PlanKey { receivers, dynamic: schedule == Schedule::Dynamic, pins, figures: None }
    }

    /// A hash of the options that have to be the same on all ranks.
    fn options(&self, dynamic: bool) -> u64 {
        let mut hash = Hash::new();
        hash.add(dynamic.into());
        hash.add(self.options.keep_going.into());
        hash.add(self.most_in_piece.map_or(0, |bytes| bytes as u64));
        hash.add(match self.results {
            Results::Everywhere => 0,
            Results::Root(rank) => 1 + rank as u64,
        });
        hash.finish()
    }
}

/// These ranks, and those of tasks that use inputs in place.
fn placed_together(job: &dyn Job, ranks: u32, pins: Vec<u32>) -> Result<Vec<u32>, Refusal> {
    together(job.table(), ranks, pins).map_err(|apart| {
        let [(first, rank), (second, other)] = apart.tasks;
        let name = |task| job.table().task(task as usize).map(|task| task.name().to_string());
        let first = name(first).unwrap_or_default();
        let reason = format!(
            "its `on` says rank {other}, and that of `{first}` rank {rank}: what uses the input `{}` in place, and what uses other inputs together with that, has to run on one rank",
            apart.input
        );
        Refusal::Task(name(second).unwrap_or_default(), reason)
    })
}

/// Checks that all outputs that have to cross ranks can do so.
fn check(job: &dyn Job, codecs: &[Option<Codec>], plan: &Plan) -> Result<(), Error> {
    let lines = job.table().lines();
    for &line in &plan.crossing {
        let codec = codecs.get(line as usize).and_then(Option::as_ref);
        let needs = match codec {
            Some(codec) if !codec.borrows() => continue,
            Some(_) => "must own its parts, as a `String` does and a `&str` does not",
            None => "has to be plain numbers or `Serialize + DeserializeOwned`",
        };
        let (task, graph) = (lines[line as usize].name, job.table().graph());
        let reason =
            format!("the output of task `{task}` of graph `{graph}` cannot cross ranks: its type {needs}");
        return Err(Error::setup(reason, None));
    }
    Ok(())
}
