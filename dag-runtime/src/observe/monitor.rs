//! What a run reports to, and what may stop it.

use alloc::vec::Vec;
use core::time::Duration;

use super::{Observer, RunEvent, RunSummary, TaskEvent, forward, tell};
use crate::error::{Failure, StopReason};
use crate::stop::Stop;
#[cfg(feature = "store")]
use crate::store::Store;

/// An observer that may also stop a run.
pub trait Monitor: Observer {
    /// Whether this may stop a run. Asked when a run starts.
    fn may_stop(&self) -> bool;

    /// Why no further task is to start; `None` if one may. Asked before and after each task, if this may stop a run. `now`
    /// tells the time since the start of the run.
    fn stop_reason(&self, now: &dyn Fn() -> Duration) -> Option<StopReason<'_>>;

    /// Where the runs keep outputs, if anywhere.
    #[cfg(feature = "store")]
    #[doc(hidden)]
    #[inline]
    fn store(&self) -> Option<&Store> {
        None
    }
}

/// Of an executor that has no observer, no [`Stop`] and no deadline.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Unobserved;

impl Observer for Unobserved {
    #[inline]
    fn is_enabled(&self) -> bool {
        false
    }
}

impl Monitor for Unobserved {
    #[inline]
    fn may_stop(&self) -> bool {
        false
    }

    fn stop_reason(&self, _: &dyn Fn() -> Duration) -> Option<StopReason<'_>> {
        None
    }
}

/// Of an executor with an observer, a [`Stop`], a deadline or a store, or with several of them.
#[derive(Clone, Debug, Default)]
pub struct Observed<O = ()> {
    observer: O,
    stops: Vec<Stop>,
    deadline: Option<Duration>,
    #[cfg(feature = "store")]
    store: Option<Store>,
}

impl<O> Observed<O> {
    pub(crate) const fn new(observer: O) -> Self {
        Observed {
            observer,
            stops: Vec::new(),
            deadline: None,
            #[cfg(feature = "store")]
            store: None,
        }
    }

    /// Adds an observer.
    pub(crate) fn and<P>(self, observer: P) -> Observed<(O, P)> {
        Observed {
            observer: (self.observer, observer),
            stops: self.stops,
            deadline: self.deadline,
            #[cfg(feature = "store")]
            store: self.store,
        }
    }

    /// Keeps outputs in this store, and in no other one.
    #[cfg(feature = "store")]
    pub(crate) fn keeping_in(mut self, store: &Store) -> Self {
        self.store = Some(store.clone());
        self
    }

    /// Adds a stop.
    pub(crate) fn stopped_by(mut self, stop: &Stop) -> Self {
        self.stops.push(stop.clone());
        self
    }

    /// Adds a deadline, since the start of a run. The earliest one counts.
    #[cfg(feature = "std")]
    pub(crate) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |other| other.min(deadline)));
        self
    }
}

impl<O: Observer> Monitor for Observed<O> {
    fn may_stop(&self) -> bool {
        !self.stops.is_empty() || self.deadline.is_some()
    }

    fn stop_reason(&self, now: &dyn Fn() -> Duration) -> Option<StopReason<'_>> {
        if let Some(stop) = self.stops.iter().find(|stop| stop.is_stopped()) {
            return Some(StopReason::Stop(stop.reason()));
        }
        self.deadline.filter(|&deadline| now() >= deadline).map(StopReason::Deadline)
    }

    #[cfg(feature = "store")]
    fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }
}

impl<M: Monitor + ?Sized> Monitor for &M {
    #[inline]
    fn may_stop(&self) -> bool {
        (**self).may_stop()
    }

    fn stop_reason(&self, now: &dyn Fn() -> Duration) -> Option<StopReason<'_>> {
        (**self).stop_reason(now)
    }

    #[cfg(feature = "store")]
    #[inline]
    fn store(&self) -> Option<&Store> {
        (**self).store()
    }
}

impl<O: Observer> Observer for Observed<O> {
    forward! { self => tell([&self.observer]) }
}
