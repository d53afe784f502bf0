//! The systems that are measured. Each is given a shape and a payload and makes what runs it.

pub(crate) mod bevy;
pub(crate) mod dagrs;
pub(crate) mod dagx;
pub(crate) mod native;
pub(crate) mod ours;
pub(crate) mod scope;

use std::sync::Arc;

use bench_graphs::bodies;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::runtime::{Builder, Runtime};

use crate::Result;
use crate::measure::Contender;

/// From what the numbers are computed.
pub(crate) const SEED: u64 = 7;

/// Where runs are made.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Place {
    /// On the calling thread, one task after the other.
    Serial,
    /// On this many threads, from one of them.
    Inside(usize),
    /// On this many threads, each run from a thread that is none of them.
    Outside(usize),
}

impl Place {
    pub(crate) fn name(self) -> String {
        match self {
            Place::Serial => "on the calling thread".into(),
            Place::Inside(1) => "1 thread, from inside the pool".into(),
            Place::Inside(threads) => format!("{threads} threads, from inside the pool"),
            Place::Outside(1) => "1 thread, from outside the pool".into(),
            Place::Outside(threads) => format!("{threads} threads, from outside the pool"),
        }
    }
}

/// A system, and where it runs.
pub(crate) type Id = (&'static str, Place);

/// What tasks pass to each other: nothing, or numbers.
pub(crate) trait Payload: Copy + Default + Send + Sync + 'static {
    /// Runs a task.
    fn run(this: u32, inputs: &[Self]) -> Self;
}

impl Payload for () {
    fn run(this: u32, _: &[()]) {
        bodies::unit(this);
    }
}

impl Payload for u64 {
    fn run(this: u32, inputs: &[u64]) -> u64 {
        match *inputs {
            [] => bodies::source(this, SEED),
            [a] => bodies::one(this, a),
            [a, b] => bodies::two(this, a, b),
            [a, b, c] => bodies::three(this, a, b, c),
            _ => unreachable!("no task has so many dependencies"),
        }
    }
}

/// The threads that systems run on, of 1 and of 2.
pub(crate) struct Threads {
    pub(crate) rayon: [Arc<ThreadPool>; 2],
    pub(crate) tokio: [Arc<Runtime>; 2],
}

impl Threads {
    pub(crate) fn start() -> Result<Self> {
        let tokio = |threads| Builder::new_multi_thread().worker_threads(threads).build().map(Arc::new);
        bevy::start(2);
        Ok(Threads { rayon: [rayon_pool(1)?, rayon_pool(2)?], tokio: [tokio(1)?, tokio(2)?] })
    }
}

/// A pool of this many threads.
pub(crate) fn rayon_pool(threads: usize) -> Result<Arc<ThreadPool>> {
    Ok(Arc::new(ThreadPoolBuilder::new().num_threads(threads).build()?))
}

/// All contenders of one shape and payload.
pub(crate) type Contenders = Vec<Contender<Id>>;
