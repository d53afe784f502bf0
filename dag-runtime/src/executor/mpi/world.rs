//! What a process holds of MPI: the library, a communicator of its own, and what it has learned.

use alloc::collections::BTreeMap;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::num::NonZero;
use core::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, available_parallelism};

use ::mpi::environment::Universe;
use ::mpi::traits::Communicator;
use ::mpi::{Threading, topology::SimpleCommunicator};
use ::rayon::ThreadPool;

use super::agreement::handshake;
use super::inside;
use crate::error::Error;
use crate::executor::mpi::hash::Hash;
use crate::executor::mpi::placement::{Plan, Wishes};
use crate::executor::mpi::protocol::connection::Post;
use crate::executor::mpi::wire::{Wire, may_call};
use crate::executor::rayon::start_pool;
use crate::plan::Measured;
use crate::slot::Codec;
use crate::table::{Dim, Table};

/// A run of a graph, prepared.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) plan: Plan,
    /// A hash of the graph and the types of its outputs.
    pub(crate) program: u64,
    /// Whether no output has to be dropped, so that all stay where they are.
    pub(crate) keeps_all: bool,
    /// For each line, how long one of its tasks takes on this rank.
    pub(crate) times: Vec<Cell<Time>>,
}

/// How long tasks of a line take, in nanoseconds: an average in which the last ones count most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Time(u32);

impl Time {
    /// What took this long is over before anybody waits for it.
    const SHORT: u32 = 20_000;
    /// What took this long took no longer than a message.
    const BRIEF: u32 = 1_000;

    /// Whether it is known that they are short.
    #[inline]
    pub(crate) fn is_short(self) -> bool {
        self.0.wrapping_sub(1) < Time::SHORT
    }

    /// Whether it is known that they are brief.
    #[inline]
    pub(crate) fn is_brief(self) -> bool {
        self.0.wrapping_sub(1) < Time::BRIEF
    }

    /// The average; 0 where it is not known.
    #[inline]
    pub(crate) fn nanos(self) -> u64 {
        self.0.into()
    }

    /// One more.
    #[inline]
    pub(crate) fn and(self, nanos: u64) -> Self {
        let nanos = nanos.clamp(1, 1 << 30) as u32;
        Time(if self.0 == 0 { nanos } else { (3 * u64::from(self.0) + u64::from(nanos)).div_ceil(4) as u32 })
    }
}

type Plans = BTreeMap<(usize, Wishes), Rc<Prepared>>;

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
    pub(crate) post: RefCell<Post>,
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
        let Some((universe, threading)) = ::mpi::initialize_with_threading(Threading::Funneled) else {
            let reason = if inside::is_inside() || inside::is_any() {
                inside::NESTED
            } else if ::mpi::is_finalized() {
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
        if !may_call(::mpi::environment::threading_support()) {
            let reason = if inside::is_any() {
                inside::NESTED
            } else {
                "this MPI was started for one thread, and this is another one: start it with `Threading::Multiple`, or \
                 run graphs on that thread"
            };
            return Err(Error::setup(reason.into(), None));
        }
        Ok(Rc::new(World::new(communicator, ::mpi::environment::threading_support(), None)?))
    }

    fn new(
        communicator: &impl Communicator,
        threading: Threading,
        universe: Option<Universe>,
    ) -> Result<World, Error> {
        let own = communicator.duplicate();
        let ranks_here = own.split_shared(0).size() as usize;
        let wire = Wire::new(&own);
        Ok(World {
            rank: own.rank() as u32,
            ranks: own.size() as u32,
            ranks_here,
            cores: available_parallelism().map_or(0, NonZero::get),
            threads_allowed: threading >= Threading::Funneled,
            plans: RefCell::default(),
            pools: RefCell::default(),
            post: RefCell::new(Post::new(wire, own.size() as usize)),
            communicator: Some(own),
            _universe: universe,
        })
    }

    /// Whether the ranks of this machine, with so many threads each, are more than its cores.
    pub(crate) fn is_crowded(&self, threads: usize) -> bool {
        self.ranks_here * threads > self.cores
    }

    /// A pool of so many threads, the same each time.
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

    /// The plan of this rank for the runs of a graph.
    pub(crate) fn prepare(
        &self,
        table: &'static Table,
        codecs: &[Option<Codec>],
        wishes: &Wishes,
    ) -> Rc<Prepared> {
        let key = (core::ptr::from_ref(table).addr(), wishes.clone());
        if let Some(prepared) = self.plans.borrow().get(&key) {
            return Rc::clone(prepared);
        }
        let view = table.view();
        let measured = wishes.figures.clone().map(|figures| Measured::new(view, figures));
        let program = hash(table, codecs);
        let plan = Plan::new(view, measured.as_ref(), self.ranks, self.rank, wishes, program);
        let times = table.lines().iter().map(|_| Cell::default()).collect();
        let keeps_all = table.lines().iter().all(|line| line.release.is_none());
        let prepared = Rc::new(Prepared { plan, program, keeps_all, times });
        let mut plans = self.plans.borrow_mut();
        // Placements that depend on the inputs may differ from run to run.
        if plans.len() >= 64 {
            plans.clear();
        }
        plans.insert(key, Rc::clone(&prepared));
        prepared
    }
}

/// A hash of all that a run depends on.
fn hash(table: &'static Table, codecs: &[Option<Codec>]) -> u64 {
    let mut hash = Hash::new();
    hash.add_text(env!("CARGO_PKG_VERSION"));
    hash.add(usize::BITS.into());
    hash.add(u16::from_ne_bytes([1, 2]).into());
    hash.add_text(table.graph());
    let view = table.view();
    for line in table.lines() {
        hash.add_text(line.name);
        hash.add(line.cost);
        hash.add(line.first.into());
        hash.add(u64::from(line.output) << 1 | u64::from(line.each));
        for dim in line.shape.map_or(&[][..], |shape| shape.dims) {
            match *dim {
                Dim::Fixed { lo, len } => [lo as u64, len.into()].iter().for_each(|&word| hash.add(word)),
                Dim::Varying(spans) => {
                    spans
                        .iter()
                        .flat_map(|span| [span.lo as u64, span.len.into()])
                        .for_each(|word| hash.add(word));
                }
            }
        }
    }
    for codec in codecs {
        hash.add(codec.is_some().into());
        let Some(codec) = codec else { continue };
        let (name, size, align) = codec.layout();
        hash.add_text(name);
        hash.add(size as u64);
        hash.add(align as u64);
    }
    for task in 0..view.len() as u32 {
        hash.add(view.in_degree(task).into());
        view.dependencies_of(task).iter().for_each(|&k| hash.add(k.into()));
        hash.add(view.reads_of(task).len() as u64);
        view.reads_of(task).iter().for_each(|&k| hash.add(k.into()));
    }
    hash.finish()
}

impl Drop for World {
    fn drop(&mut self) {
        if ::mpi::is_finalized() {
            // All that was MPI's went with it.
            self.post.get_mut().wire.leave();
            core::mem::forget(self.communicator.take());
            return;
        }
        if self.ranks == 1 {
            return;
        }
        let post = self.post.get_mut();
        if thread::panicking() {
            // The others would wait for this rank.
            post.wire.abort_soon();
        }
        handshake::leave(post, self.rank, self.ranks);
    }
}
