//! Tasks on the ranks of an MPI job.

mod agreement;
mod collective;
mod execute;
mod hash;
mod idle;
mod inside;
#[cfg(feature = "store")]
mod kept;
mod library;
mod placement;
mod plans;
mod prepared;
mod protocol;
mod rank;
mod report;
#[allow(unsafe_code, reason = "requests of MPI, see there")]
mod wire;
mod world;

use alloc::rc::Rc;

use super::cost_overrides::CostOverrides;
use super::options::{Options, options};
use crate::costs::Costs;
use crate::error::Error;
use crate::graph::{Execute, Executor, Frame, Graph, PartialFrame, RawGraph};
use crate::observe::{Monitor, Unobserved};
use crate::slot::{Codecs, Crossing};
use library::traits::Communicator;
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
pub struct Mpi<M = Unobserved> {
    world: Rc<World>,
    schedule: Option<Schedule>,
    results: Results,
    threads: usize,
    most_in_piece: Option<usize>,
    options: Options<M>,
    overrides: CostOverrides,
}

options!(Mpi { world, schedule, results, threads, most_in_piece, overrides });

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
    /// dropped, which waits for the other ranks; it cannot be started again.
    ///
    /// # Errors
    ///
    /// Fails where MPI was started by other code (see [`Mpi::on`]), or has ended.
    pub fn init() -> Result<Self, Error> {
        World::init().map(Mpi::new)
    }

    /// The ranks of a [communicator][Communicator] of the crate `mpi` (rsmpi), which it duplicates. All of its ranks have to
    /// call this. To drop the `Mpi` waits for the other ranks to drop theirs: where there are several communicators,
    /// in the same order everywhere. It has to be dropped before MPI ends.
    ///
    /// # Errors
    ///
    /// None at present.
    ///
    /// [Communicator]: https://docs.rs/mpi/0.8/mpi/topology/trait.Communicator.html
    pub fn on(communicator: &impl Communicator) -> Result<Self, Error> {
        World::on(communicator).map(Mpi::new)
    }

    fn new(world: Rc<World>) -> Self {
        Mpi {
            world,
            schedule: None,
            results: Results::Everywhere,
            threads: 1,
            most_in_piece: None,
            options: Options::DEFAULT,
            overrides: CostOverrides::NONE,
        }
    }
}

impl<M> Mpi<M> {
    /// The number of this rank, from 0.
    pub fn rank(&self) -> usize {
        self.world.rank as usize
    }

    /// How many ranks there are.
    pub fn ranks(&self) -> usize {
        self.world.ranks as usize
    }

    /// How many threads run tasks on each rank.
    pub(crate) fn threads_of_rank(&self) -> usize {
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

    /// Runs a rank's tasks on this many threads of a rayon pool, beside the one that sends and receives. By default there
    /// is one, for which a static schedule needs no pool.
    pub fn threads(self, threads: usize) -> Self {
        Mpi { threads, ..self }
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
        Mpi { overrides: self.overrides.with(costs), ..self }
    }

    /// With these options and costs.
    pub(crate) fn with<N>(self, options: Options<N>, overrides: CostOverrides) -> Mpi<N> {
        let Mpi { world, schedule, results, threads, most_in_piece, .. } = self;
        Mpi { world, schedule, results, threads, most_in_piece, options, overrides }
    }

    /// Sends what is larger in pieces of this many bytes; by default, and at most, these are 2^30.
    #[doc(hidden)]
    pub fn most_in_piece(self, bytes: usize) -> Self {
        Mpi { most_in_piece: Some(bytes.clamp(1, 1 << 30)), ..self }
    }
}

impl<M> core::fmt::Debug for Mpi<M> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Mpi")
            .field("rank", &self.world.rank)
            .field("ranks", &self.world.ranks)
            .field("schedule", &self.schedule)
            .field("results", &self.results)
            .field("threads", &self.threads)
            .field("keep_going", &self.options.keep_going)
            .finish_non_exhaustive()
    }
}

impl<G: Graph, M: Monitor + Sync> Executor<G> for Mpi<M>
where
    for<'run> Frame<'run, G>: Sync,
    G::Slots: Crossing<()>,
{
}

impl<G: RawGraph, M: Monitor + Sync> Execute<G> for Mpi<M>
where
    for<'run> Frame<'run, G>: Sync,
    G::Slots: Crossing<()>,
{
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(store) = self.options.monitor.store() {
                return self.run_kept(frame, <G::Slots as Codecs>::CODECS, store);
            }
        }
        self.run(frame, <G::Slots as Codecs>::CODECS)
    }

    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if const { G::KEEPS } {
            if let Some(store) = self.options.monitor.store() {
                return self.run_kept(frame, <G::Slots as Codecs>::CODECS, store);
            }
        }
        self.run(frame, <G::Slots as Codecs>::CODECS)
    }

    fn refuse(&self, error: Error) -> Error {
        self.refuse_run(G::RAW_TABLE.graph(), error)
    }
}
