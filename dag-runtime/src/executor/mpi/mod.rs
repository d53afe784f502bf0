//! Tasks on the ranks of an MPI job.

mod costs;
mod crew;
mod each;
mod handshake;
mod hash;
mod idle;
#[allow(unsafe_code, reason = "requests of MPI, see `wire`")]
mod inbox;
mod lend;
mod order;
mod place;
mod plan;
mod post;
mod report;
mod run;
mod share;
mod sheet;
mod trace;
mod traffic;
#[allow(unsafe_code, reason = "requests of MPI, see there")]
mod wire;
mod world;

use ::mpi::traits::Communicator;
use alloc::format;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::given::Given;
use super::outcome;
use super::unwind::ignore;
use super::{Backend, Executor, serial};
use crate::error::Error;
use crate::executor::rayon;
use crate::graph::{Frame, Graph, Job};
use crate::observe::{Observer, Watch};
use crate::record::Costs;
use crate::slot::{Codec, Codecs, Crossing};
use crate::stop::Stop;
use plan::{Plan, Receivers, Wishes};
use report::Verdict;
use run::{Run, Setting};
use trace::Trace;
use world::World;

/// Runs a graph on the ranks of an MPI job: processes that were started with the same program. Needs the feature `mpi`.
///
/// Each task runs on one rank, and its output goes to the ranks that need it. An `Mpi` belongs to the thread
/// that has started MPI; a clone of it, with other options, is another handle of the same ranks.
///
/// ```no_run
/// use dag_runtime::{Mpi, dag, task};
///
/// #[task(cost = 3)]
/// fn left() -> Vec<f64> { vec![1.0; 1000] }
///
/// #[task(cost = 3)]
/// fn right() -> Vec<f64> { vec![2.0; 1000] }
///
/// #[task]
/// fn dot(left: &[f64], right: &[f64]) -> f64 { left.iter().zip(right).map(|(a, b)| a * b).sum() }
///
/// dag! { graph Product -> dot { left, right, dot(&left, &right) } }
///
/// let mpi = Mpi::init()?;
/// let product = Product.run(&mpi)?;
/// println!("rank {} of {} knows that it is {product}", mpi.rank(), mpi.ranks());
/// # Ok::<(), dag_runtime::Error>(())
/// ```
///
/// ---
#[doc = include_str!("../../../docs/mpi.md")]
#[derive(Clone)]
#[must_use = "an executor does nothing until a graph is run on it"]
pub struct Mpi<O = ()> {
    world: Rc<World>,
    schedule: Option<Schedule>,
    results: Results,
    threads: usize,
    keep_going: bool,
    most_in_piece: Option<usize>,
    given: Given,
    observer: O,
}

/// How tasks come to ranks: see [`Mpi::schedule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Schedule {
    /// Each task runs on the rank that follows from the table, its costs and `on`.
    Static,
    /// As [`Static`](Schedule::Static), but a rank that has nothing to do is given ready tasks of others.
    Dynamic,
}

/// Which ranks get the outputs of a graph: see [`Mpi::results`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Results {
    /// All of them.
    #[default]
    Everywhere,
    /// This one. On all others a run that succeeds gives an [`Error`] of which
    /// [`is_elsewhere`](Error::is_elsewhere) is true.
    Root(usize),
}

impl Mpi {
    /// All ranks of the job, after starting MPI, or of the `Mpi` that this thread has started already.
    ///
    /// A program that was not started by `mpiexec` is a job of one rank. MPI ends when the last `Mpi` is
    /// dropped, which waits for the other ranks; it can not be started again.
    ///
    /// # Errors
    ///
    /// Fails where MPI was started by other code (see [`Mpi::on`]), or has ended.
    pub fn init() -> Result<Self, Error> {
        World::init().map(Mpi::new)
    }

    /// The ranks of a communicator of the crate `mpi` (rsmpi), which it duplicates. All of its ranks have to
    /// call this. The `Mpi` has to be dropped before MPI ends.
    ///
    /// # Errors
    ///
    /// None at present.
    pub fn on(communicator: &impl Communicator) -> Result<Self, Error> {
        World::on(communicator).map(Mpi::new)
    }

    fn new(world: Rc<World>) -> Self {
        Mpi {
            world,
            schedule: None,
            results: Results::Everywhere,
            threads: 1,
            keep_going: false,
            most_in_piece: None,
            given: Given::NONE,
            observer: (),
        }
    }
}

impl<O: Observer> Mpi<O> {
    /// The number of this rank, from 0.
    pub fn rank(&self) -> usize {
        self.world.rank as usize
    }

    /// How many ranks there are.
    pub fn ranks(&self) -> usize {
        self.world.ranks as usize
    }

    /// How many threads run tasks on each rank.
    pub(super) fn threads_of_rank(&self) -> usize {
        self.threads
    }

    /// How tasks come to ranks. By default this is static where the graph states a cost or `on` or
    /// [costs](Mpi::costs) were given, and dynamic otherwise.
    pub fn schedule(self, schedule: Schedule) -> Self {
        Mpi { schedule: Some(schedule), ..self }
    }

    /// Which ranks get the outputs of a graph. By default all do.
    pub fn results(self, results: Results) -> Self {
        Mpi { results, ..self }
    }

    /// Runs a rank's tasks on so many threads of a rayon pool, beside the one that speaks MPI. By default there
    /// is one, for which a static schedule needs no pool.
    pub fn threads(self, threads: usize) -> Self {
        Mpi { threads, ..self }
    }

    /// After a failure, goes on with all that does not depend on the failed task.
    pub fn keep_going(self) -> Self {
        Mpi { keep_going: true, ..self }
    }

    /// Places and prefers tasks by costs that were measured, in place of those that the graph states.
    ///
    /// They count in runs of the graph that they are of; given once more, those of another graph are added. Those that
    /// rank 0 was given count on all ranks, whatever these were given: so a run may go by what the run before it has
    /// measured, of which rank 0 alone knows all. Names that the graph has not say nothing. A task of which there is none
    /// costs as much as those of its family, or else what the graph states, in the scale of those that were measured.
    ///
    /// A message is taken to need 10 µs, and a nanosecond for each byte where it is known how large an output is.
    pub fn costs(self, costs: &Costs) -> Self {
        Mpi { given: self.given.and(costs), ..self }
    }

    /// With these costs alone.
    pub(super) fn given(self, given: Given) -> Self {
        Mpi { given, ..self }
    }

    /// Sends what is larger in pieces of so many bytes; by default, and at most, these are 2^30.
    #[doc(hidden)]
    pub fn most_in_piece(self, bytes: usize) -> Self {
        Mpi { most_in_piece: Some(bytes.clamp(1, 1 << 30)), ..self }
    }

    /// Tells `observer` what the runs do, beside those that are told already.
    pub fn observe<P: Observer>(self, observer: P) -> Mpi<(O, P)> {
        Mpi {
            world: self.world,
            schedule: self.schedule,
            results: self.results,
            threads: self.threads,
            keep_going: self.keep_going,
            most_in_piece: self.most_in_piece,
            given: self.given,
            observer: (self.observer, observer),
        }
    }

    /// Stops the runs once `stop` says so: no further task starts then.
    pub fn stop_when(self, stop: &Stop) -> Mpi<(O, Stop)> {
        self.observe(stop.clone())
    }
}

impl<O> core::fmt::Debug for Mpi<O> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Mpi")
            .field("rank", &self.world.rank)
            .field("ranks", &self.world.ranks)
            .field("schedule", &self.schedule)
            .field("results", &self.results)
            .field("threads", &self.threads)
            .field("keep_going", &self.keep_going)
            .finish_non_exhaustive()
    }
}

impl<G: Graph, O: Observer + Sync> Executor<G> for Mpi<O>
where
    for<'run> Frame<'run, G>: Sync,
    G::Slots: Crossing<()>,
{
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        self.run(frame, <G::Slots as Codecs>::CODECS)
    }
}

impl<O: Observer + Sync> Mpi<O> {
    /// Runs all tasks of a job.
    pub(super) fn run(&self, job: &(dyn Job + Sync), codecs: &'static [Option<Codec>]) -> Result<(), Error> {
        let world = &*self.world;
        if let Results::Root(root) = self.results
            && root >= self.ranks()
        {
            let reason =
                format!("there is no rank {root} to give results to: the ranks are 0..{}", self.ranks());
            return Err(Error::setup(reason, None));
        }
        if world.ranks == 1 {
            return self.run_alone(job).map_err(|error| error.on_rank(0));
        }
        let Ok(mut post) = world.post.try_borrow_mut() else {
            let reason =
                "a task of a run on MPI can not run a graph on MPI: the other ranks do not take part";
            return Err(Error::setup(reason.into(), None));
        };
        let mut wishes = self.wishes(job);
        let given = self.given.of(job.table()).map(|measured| Arc::clone(measured.figures()));
        let mut prepared = world.prepare(job.table(), &wishes);
        let threads = self.threads;
        let apart = wishes.dynamic || threads != 1;
        let crowded = world.is_crowded(threads);
        let purpose = handshake::Purpose {
            table: job.table(),
            plan: prepared.plan.hash,
            options: self.options(wishes.dynamic),
            observed: self.observer.is_enabled(),
            stops: self.observer.stops().is_some(),
            costs: costs::hash(given.as_deref()),
        };
        let pool = if apart { Some(world.pool(threads)?) } else { None };
        let agreed = handshake::agree(&post.wire, world.rank, world.ranks, purpose, crowded)?;
        let figures = costs::share(&mut post, (world.rank, world.ranks), &agreed, given, job.view().len());
        if figures.is_some() {
            wishes.dynamic = self.schedule == Some(Schedule::Dynamic);
            wishes.figures = figures;
            prepared = world.prepare(job.table(), &wishes);
        }
        let dynamic = wishes.dynamic;
        let pool = pool.filter(|_| dynamic || threads != 1);
        check(job, codecs, &prepared.plan)?;
        if let Some(bytes) = self.most_in_piece {
            post.wire.most_in_piece = bytes;
        }

        let observer = self.observer.is_enabled().then_some(&self.observer as _);
        let trace = agreed.observed.then(|| Trace::new(observer, job.table(), world.rank));
        let bench = crew::Bench::new(job, self.keep_going, trace);
        if let Some(watch) = bench.trace.as_ref().and_then(Trace::watch) {
            ignore(|| watch.run_started(Backend::Mpi, world.ranks as usize * threads));
        }
        let setting = Setting {
            job,
            codecs,
            prepared: &prepared,
            pins: &wishes.pins,
            rank: world.rank,
            ranks: world.ranks,
            keep_going: self.keep_going,
            dynamic,
            stops: agreed.stops,
            observer: &self.observer,
            crowded,
            crowded_apart: world.is_crowded(threads + 1),
        };
        let ending = match &pool {
            None => Run::new(setting, &mut post, crew::Crew::alone(&bench)).work(),
            Some(pool) => pool.in_place_scope(|scope| {
                let start = |work| crew::spawn(scope, &bench, work);
                Run::new(setting, &mut post, crew::Crew::beside(&bench, &start, threads)).work()
            }),
        };
        let verdict = Verdict::agree(&mut post, world.rank, world.ranks, ending, crowded);
        if let Some(trace) = bench.trace {
            self.tell_end(trace, &mut post, verdict.as_ref(), &prepared.plan, crowded);
        }
        if let Some(verdict) = verdict {
            outcome::release_all(job);
            return Err(verdict.error(job));
        }
        match self.results {
            Results::Root(root) if root != self.rank() => {
                outcome::release_all(job);
                Err(Error::elsewhere(job.table().graph(), root))
            }
            _ => Ok(()),
        }
    }

    /// Tells the observer how the run has ended, and that of rank 0 all that happened elsewhere.
    fn tell_end(
        &self,
        trace: Trace<'_>,
        post: &mut post::Post,
        verdict: Option<&Verdict>,
        plan: &Plan,
        crowded: bool,
    ) {
        let (me, ranks) = (self.world.rank, self.world.ranks);
        trace.gather(post, ranks, crowded);
        let Some(watch) = trace.watch() else { return };
        let (failed, skipped) = verdict.map_or((0, Vec::new()), Verdict::tally);
        if let (0, Some(verdict)) = (me, verdict) {
            for (rank, failed) in verdict.elsewhere(me) {
                ignore(|| watch.failed_on(rank as usize, failed.node, failed.element, &failed.failure));
            }
        }
        for &node in &skipped {
            let home = plan.homes[node as usize];
            if me == 0 || home == me {
                ignore(|| watch.skipped_on(home as usize, node));
            }
        }
        ignore(|| watch.run_ended(failed, skipped.len()));
    }

    /// Runs all tasks of a job where there is one rank.
    fn run_alone(&self, job: &(dyn Job + Sync)) -> Result<(), Error> {
        if self.threads == 1 {
            let watch = Watch::of(&self.observer, job.table());
            return serial::run(&job, watch, Backend::Mpi, 0, self.keep_going);
        }
        let pool = self.world.pool(self.threads)?;
        rayon::run(Some(&pool), false, &job, &self.observer, self.keep_going, &self.given)
    }

    /// What the placement depends on, beside the table and costs that were given.
    fn wishes(&self, job: &(dyn Job + Sync)) -> Wishes {
        let pins = job.pins(self.ranks());
        let states_costs = job.table().lines().iter().any(|line| line.cost != 1);
        let schedule = self.schedule.unwrap_or(if states_costs || !pins.is_empty() {
            Schedule::Static
        } else {
            Schedule::Dynamic
        });
        let receivers = match self.results {
            Results::Everywhere => Receivers::All,
            Results::Root(rank) => Receivers::One(rank as u32),
        };
        Wishes { receivers, dynamic: schedule == Schedule::Dynamic, pins, figures: None }
    }

    /// The options that all ranks have to have in common.
    fn options(&self, dynamic: bool) -> u64 {
        let mut hash = hash::Hash::new();
        hash.add(dynamic.into());
        hash.add(self.keep_going.into());
        hash.add(self.most_in_piece.map_or(0, |bytes| bytes as u64));
        hash.add(match self.results {
            Results::Everywhere => 0,
            Results::Root(rank) => 1 + rank as u64,
        });
        hash.finish()
    }
}

/// Whether all outputs can cross that have to.
fn check(job: &dyn Job, codecs: &[Option<Codec>], plan: &Plan) -> Result<(), Error> {
    let lines = job.table().lines();
    for &line in &plan.crossing {
        let codec = codecs.get(line as usize).and_then(Option::as_ref);
        let needs = match codec {
            Some(codec) if !codec.borrows() => continue,
            Some(_) => "has to own its parts, as a `String` does and a `&str` does not",
            None => "has to be plain numbers or `Serialize + DeserializeOwned`",
        };
        let (task, graph) = (lines[line as usize].name, job.table().graph());
        let reason =
            format!("the output of task `{task}` of graph `{graph}` can not cross ranks: its type {needs}");
        return Err(Error::setup(reason, None));
    }
    Ok(())
}
