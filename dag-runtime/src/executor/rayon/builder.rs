//! Pools of an executor's own.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use std::thread::available_parallelism;

use ::rayon::{ThreadPool, ThreadPoolBuilder};

use super::Rayon;
use super::nesting::{self, record_stack_base};
use crate::error::Error;

/// Configures a [`Rayon`] with a pool of its own. Made by [`Rayon::builder`].
///
/// ```
/// use dag_runtime::{Rayon, dag, task};
///
/// /// Needs more stack than the 2 MiB that a thread usually has.
/// #[task]
/// fn depth(nested: usize) -> usize {
///     fn down(left: usize) -> usize {
///         let frame = std::hint::black_box([left; 1000]);
///         if left == 0 { 0 } else { down(frame[999] - 1) + 1 }
///     }
///     down(nested)
/// }
///
/// dag! { graph Deep(nested: usize) -> depth { depth(nested) } }
///
/// let rayon = Rayon::builder().threads(2).stack_size(64 << 20).build()?;
/// assert_eq!(Deep { nested: 1000 }.run(&rayon)?, 1000);
/// # Ok::<(), dag_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RayonBuilder {
    threads: Option<usize>,
    stack_size: Option<usize>,
}

impl RayonBuilder {
    pub(super) const fn new() -> Self {
        RayonBuilder { threads: None, stack_size: None }
    }

    /// Sets the number of threads, 1 or more. By default rayon chooses: the environment variable
    /// `RAYON_NUM_THREADS`, or else one thread for each CPU.
    pub const fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets the size of the stack of each thread, in bytes. By default the standard library chooses: the
    /// environment variable `RUST_MIN_STACK`, or else 2 MiB.
    pub const fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// Starts the pool.
    ///
    /// # Errors
    ///
    /// Fails if the number of threads is 0 or too large, as for [`Rayon::with_threads`], or if the pool cannot be started: for
    /// instance if the system has no memory for the stacks.
    pub fn build(self) -> Result<Rayon, Error> {
        let RayonBuilder { threads, stack_size } = self;
        Ok(Rayon::on_pool(Arc::new(start(threads, stack_size)?)))
    }
}

/// A pool may have this many threads on any machine, or this many for each CPU if that is more.
const MIN_LIMIT: usize = 256;
const LIMIT_PER_CPU: usize = 16;

/// The most threads of a pool. Before it sleeps, an idle thread looks for work at all others. The total time is quadratic in
/// the number of threads: on 2 CPUs, 256 threads need a second, 1,024 threads need 17 seconds.
pub(in crate::executor) fn most_threads() -> usize {
    let cpus = available_parallelism().map_or(1, usize::from);
    MIN_LIMIT.max(LIMIT_PER_CPU * cpus)
}

/// The end of a message about a number of threads above [`most_threads`].
pub(in crate::executor) fn too_many() -> String {
    let most = most_threads();
    format!(
        "too many: a pool has at most {most} threads here, {LIMIT_PER_CPU} for each CPU but no fewer than {MIN_LIMIT}"
    )
}

/// Starts a pool of this many threads.
pub(in crate::executor) fn start_pool(threads: usize) -> Result<ThreadPool, Error> {
    start(Some(threads), None)
}

fn start(threads: Option<usize>, stack_size: Option<usize>) -> Result<ThreadPool, Error> {
    if threads == Some(0) {
        return Err(Error::setup("a pool of 0 threads can run nothing: it needs 1 or more".into(), None));
    }
    if let Some(threads) = threads.filter(|&threads| threads > most_threads()) {
        return Err(Error::setup(format!("{threads} threads are {}", too_many()), None));
    }
    nesting::measure();
    let mut builder = ThreadPoolBuilder::new()
        .thread_name(|index| format!("dag-{index}"))
        .start_handler(|_| record_stack_base());
    if let Some(threads) = threads {
        builder = builder.num_threads(threads);
    }
    if let Some(bytes) = stack_size {
        builder = builder.stack_size(bytes);
    }
    builder.build().map_err(|error| {
        let threads = match threads {
            None => "one thread for each CPU".to_string(),
            Some(1) => "1 thread".to_string(),
            Some(threads) => format!("{threads} threads"),
        };
        let stacks = stack_size
            .map_or_else(Default::default, |bytes| format!(", each with a stack of {bytes} bytes,"));
        Error::setup(format!("a pool of {threads}{stacks} cannot be started"), Some(Box::new(error)))
    })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_pool_that_cannot_be_is_an_error() {
        let none = Rayon::builder().threads(0).build().unwrap_err();
        assert_eq!(none.to_string(), "a pool of 0 threads can run nothing: it needs 1 or more");
        let many = Rayon::builder().threads(100_000).build().unwrap_err().to_string();
        let most = most_threads();
        assert!(
            many.starts_with(&format!("100000 threads are too many: a pool has at most {most} threads")),
            "{many}"
        );
        assert!((256..100_000).contains(&most));
        let huge = Rayon::builder().threads(1).stack_size(usize::MAX / 4).build().unwrap_err().to_string();
        let expected =
            format!("a pool of 1 thread, each with a stack of {} bytes, cannot be started", usize::MAX / 4);
        assert!(huge.starts_with(&expected), "{huge}");
    }

    #[test]
    fn rayon_chooses_what_is_not_said() {
        let rayon = Rayon::builder().build().unwrap();
        assert!(rayon.pool.unwrap().current_num_threads() >= 1);
    }
}
