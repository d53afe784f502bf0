//! The options that all executors have.

#[cfg(feature = "std")]
use core::time::Duration;

use crate::observe::{Observed, Observer, Unobserved};
use crate::stop::Stop;
#[cfg(feature = "store")]
use crate::store::Store;

/// Options of an executor, with what its runs report to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options<M> {
    pub(super) keep_going: bool,
    pub(super) monitor: M,
}

impl Options<Unobserved> {
    pub(super) const DEFAULT: Self = Options { keep_going: false, monitor: Unobserved };
}

impl<M> Options<M> {
    /// The same with another monitor.
    pub(super) fn map<N>(self, change: impl FnOnce(M) -> N) -> Options<N> {
        Options { keep_going: self.keep_going, monitor: change(self.monitor) }
    }
}

/// What an observer is added to: nothing, or others.
pub(super) fn observe<O: Observer>(observer: O) -> impl FnOnce(Unobserved) -> Observed<O> {
    |_| Observed::new(observer)
}

pub(super) fn stop_when(stop: &Stop) -> impl FnOnce(Unobserved) -> Observed {
    |_| Observed::new(()).stopped_by(stop)
}

#[cfg(feature = "std")]
pub(super) fn deadline(deadline: Duration) -> impl FnOnce(Unobserved) -> Observed {
    move |_| Observed::new(()).with_deadline(deadline)
}

#[cfg(feature = "store")]
pub(super) fn store(store: &Store) -> impl FnOnce(Unobserved) -> Observed {
    |_| Observed::new(()).keeping_in(store)
}

/// The methods of an executor `$executor` that set options: its field `options`, beside all its other fields `$field`.
macro_rules! options {
    ($executor:ident { $($(#[$cfg:meta])? $field:ident),* }) => {
        impl<M> $executor<M> {
            /// After a failure, still runs every task that does not depend on the failed one.
            pub fn keep_going(mut self) -> Self {
                self.options.keep_going = true;
                self
            }

            /// The same with another monitor.
            fn map_monitor<N>(self, change: impl FnOnce(M) -> N) -> $executor<N> {
                let $executor { options, $($(#[$cfg])? $field),* } = self;
                $executor { options: options.map(change), $($(#[$cfg])? $field),* }
            }
        }

        impl $executor {
            /// Reports the runs to `observer`.
            pub fn observe<O: $crate::observe::Observer>(
                self,
                observer: O,
            ) -> $executor<$crate::observe::Observed<O>> {
                self.map_monitor($crate::executor::options::observe(observer))
            }

            /// Stops the runs when `stop` says so: from then on no task starts.
            pub fn stop_when(self, stop: &$crate::stop::Stop) -> $executor<$crate::observe::Observed> {
                self.map_monitor($crate::executor::options::stop_when(stop))
            }

            /// Stops each run when this time has passed since its start, as a [`Stop`]($crate::Stop) does: running tasks are
            /// allowed to finish, and no new task starts. A run whose tasks have all started by then ends normally. After
            /// a deadline of zero, no task starts. If there are several deadlines, the earliest one counts.
            ///
            /// The error says so: see [`Error::stop_reason`]($crate::Error::stop_reason) and
            /// [`Error::running`]($crate::Error::running). On MPI the first rank that reaches the deadline stops all ranks, and
            /// it need not be set on every rank.
            ///
            /// A run with a deadline is observed: for each task it reads the clock.
            #[cfg(feature = "std")]
            #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
            pub fn deadline(
                self,
                deadline: core::time::Duration,
            ) -> $executor<$crate::observe::Observed> {
                self.map_monitor($crate::executor::options::deadline(deadline))
            }

            /// Keeps the outputs of tasks with `keep` in `store`, and takes those that are there already. Graphs without `keep`
            /// run as ever.
            #[cfg(feature = "store")]
            #[cfg_attr(docsrs, doc(cfg(feature = "store")))]
            pub fn store(self, store: &$crate::store::Store) -> $executor<$crate::observe::Observed> {
                self.map_monitor($crate::executor::options::store(store))
            }
        }

        impl<O> $executor<$crate::observe::Observed<O>> {
            /// Reports the runs to `observer` too.
            pub fn observe<P: $crate::observe::Observer>(
                self,
                observer: P,
            ) -> $executor<$crate::observe::Observed<(O, P)>> {
                self.map_monitor(|observed| observed.and(observer))
            }

            /// Stops the runs when `stop` says so: from then on no task starts.
            pub fn stop_when(self, stop: &$crate::stop::Stop) -> Self {
                self.map_monitor(|observed| observed.stopped_by(stop))
            }

            /// Stops each run when this time has passed since its start: see [`Serial::deadline`]($crate::Serial::deadline).
            #[cfg(feature = "std")]
            #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
            pub fn deadline(self, deadline: core::time::Duration) -> Self {
                self.map_monitor(|observed| observed.with_deadline(deadline))
            }

            /// Keeps the outputs of tasks with `keep` in `store`: see [`Serial::store`]($crate::Serial::store).
            #[cfg(feature = "store")]
            #[cfg_attr(docsrs, doc(cfg(feature = "store")))]
            pub fn store(self, store: &$crate::store::Store) -> Self {
                self.map_monitor(|observed| observed.keeping_in(store))
            }
        }
    };
}

pub(super) use options;
