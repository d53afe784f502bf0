//! What a process holds of MPI: the library, a communicator of its own, and what it has learned.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::num::NonZero;
use core::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, available_parallelism};

use ::rayon::ThreadPool;

use super::agreement::handshake;
use super::inside;
use super::library::{
    self, Threading, environment::Universe, topology::SimpleCommunicator, traits::Communicator,
};
use crate::error::Error;
use crate::executor::mpi::agreement::Starts;
use crate::executor::mpi::placement::{Pins, PlanKey};
use crate::executor::mpi::plans::Plans;
use crate::executor::mpi::prepared::Prepared;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::wire::{Wire, may_call};
use crate::executor::rayon::start_pool;
use crate::slot::Codec;
use crate::table::SharedTable;

/// What a rank has of the others, for all runs.
pub(crate) struct Link {
    pub(crate) connection: Connection,
    pub(crate) starts: Starts,
}

/// See [`Mpi`](super::Mpi).
pub(crate) struct World {
    pub(crate) rank: u32,
    pub(crate) ranks: u32,
    /// How many ranks there are on this machine.
    ranks_here: usize,
    /// How many cores this process may use, asked once, since the answer is in files; 0 where it is not known.
    cores: usize,
    threads_allowed: bool,
    plans: RefCell<Plans>,
    pools: RefCell<BTreeMap<usize, Rc<ThreadPool>>>,
    // Dropped in this order: see `wire`.
    pub(crate) link: RefCell<Link>,
    communicator: Option<SimpleCommunicator>,
    _universe: Option<Universe>,
}

/// Whether it was this crate that has started MPI.
static OURS: AtomicBool = AtomicBool::new(false);

std::thread_local! {
    /// The world of this thread's first `init`, while there is one.
    static WORLD: RefCell<Weak<World>> = const { RefCell::new(Weak::new()) };
}

impl World {
    /// All ranks. Starts MPI, or finds the world that was started on this thread.
    pub(crate) fn init() -> Result<Rc<World>, Error> {
        if let Some(world) = WORLD.with_borrow(Weak::upgrade) {
            return Ok(world);
        }
        let Some((universe, threading)) = library::initialize_with_threading(Threading::Funneled) else {
            let reason = if inside::is_inside() || inside::is_any() {
                inside::NESTED
            } else if library::is_finalized() {
                "MPI cannot be started again after it has ended: keep the `Mpi` for as long as there are runs"
            } else if OURS.load(Ordering::Relaxed) {
                "MPI was started by `Mpi::init` on another thread: graphs run on MPI on that thread only"
            } else {
                "MPI was started already by other code: hand over its communicator to `Mpi::on`"
            };
            return Err(Error::setup(reason.into(), None));
        };
        OURS.store(true, Ordering::Relaxed);
        let world = World::new(&universe.world(), threading, Some(universe))?;
        let world = Rc::new(world);
        WORLD.set(Rc::downgrade(&world));
        Ok(world)
    }

    /// The ranks of a communicator, in a MPI that others have started.
    pub(crate) fn on(communicator: &impl Communicator) -> Result<Rc<World>, Error> {
        // All ranks would have to do so, and a task runs on one.
        if inside::is_inside() {
            return Err(Error::setup(inside::NESTED.into(), None));
        }
        if !may_call(library::environment::threading_support()) {
            let reason = if inside::is_any() {
                inside::NESTED
            } else {
                "this MPI was started for one thread, and this is another one: start it with `Threading::Multiple`, or \
                 run graphs on that thread"
            };
            return Err(Error::setup(reason.into(), None));
        }
        Ok(Rc::new(World::new(communicator, library::environment::threading_support(), None)?))
    }

    fn new(
        communicator: &impl Communicator,
        threading: Threading,
        universe: Option<Universe>,
    ) -> Result<World, Error> {
        let own = communicator.duplicate();
        let ranks_here = own.split_shared(0).size() as usize;
        let connection = Connection::new(Box::new(Wire::new(&own)), own.size() as usize);
        Ok(World {
            rank: own.rank() as u32,
            ranks: own.size() as u32,
            ranks_here,
            cores: available_parallelism().map_or(0, NonZero::get),
            threads_allowed: threading >= Threading::Funneled,
            plans: RefCell::default(),
            pools: RefCell::default(),
            link: RefCell::new(Link { connection, starts: Starts::NONE }),
            communicator: Some(own),
            _universe: universe,
        })
    }

    /// Whether the ranks of this machine, with this many threads each, are more than its cores.
    pub(crate) fn is_crowded(&self, threads: usize) -> bool {
        self.ranks_here * threads > self.cores
    }

    /// A pool of this many threads, the same each time.
    pub(crate) fn pool(&self, threads: usize) -> Result<Rc<ThreadPool>, Error> {
        if !self.threads_allowed {
            let reason = "this MPI does not support threads: it was started with `MPI_THREAD_SINGLE`, which is \
                          enough for `Schedule::Static` and one thread only: start it with `Threading::Funneled`";
            return Err(Error::setup(reason.into(), None));
        }
        if let Some(pool) = self.pools.borrow().get(&threads) {
            return Ok(Rc::clone(pool));
        }
        let pool = start_pool(threads)?;
        pool.broadcast(|_| inside::mark());
        let pool = Rc::new(pool);
        self.pools.borrow_mut().insert(threads, Rc::clone(&pool));
        Ok(pool)
    }

    /// The ranks that runs of a graph give to tasks: what `find` gives, once for each table if they are fixed.
    pub(crate) fn pins<E>(
        &self,
        table: &SharedTable,
        are_fixed: bool,
        find: impl FnOnce() -> Result<Vec<u32>, E>,
    ) -> Result<Pins, E> {
        if let Some(pins) = are_fixed.then(|| self.plans.borrow().fixed(table)).flatten() {
            return Ok(pins);
        }
        let pins = Pins::from(find()?);
        if are_fixed {
            self.plans.borrow_mut().fix(table, pins.clone());
        }
        Ok(pins)
    }

    /// The plan of this rank for the runs of a graph.
    pub(crate) fn prepare(
        &self,
        table: &SharedTable,
        codecs: &[Option<Codec>],
        plan_key: &PlanKey,
    ) -> Rc<Prepared> {
        let prepare = || Prepared::new(table, codecs, self.ranks, self.rank, plan_key);
        self.plans.borrow_mut().get(table, plan_key, prepare)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if library::is_finalized() {
            // All that was MPI's went with it.
            self.link.get_mut().connection.transport.leave();
            core::mem::forget(self.communicator.take());
            return;
        }
        if self.ranks == 1 {
            return;
        }
        let Link { connection, starts } = self.link.get_mut();
        if thread::panicking() {
            // The others would wait for this rank.
            connection.transport.abort();
        }
        handshake::leave(connection, starts, self.rank, self.ranks);
    }
}
