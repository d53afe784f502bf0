//! What ranks tell each other at the end of a run that has failed, so that all return the same error.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::error::Error as StdError;
use core::{fmt, mem};

use crate::error::{Causes, Error, Failure};
use crate::executor::mpi::collective::{exchange, tell};
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::report::first_failures::{FirstFailures, MOST_FAILURES, RankFailure};
use crate::executor::mpi::report::stopping::{RankStop, ToldStop, stopping};
use crate::executor::outcome::{Failed, FailedNames};
use crate::graph::Job;
use crate::unwind::ignore;

/// At most this many errors of a chain of sources are sent: an error may be its own source.
const MOST_TEXTS: usize = 64;

/// A failure as text: the task and the element, whether the task had finished, whether it was a panic, and the error
/// with its sources.
type Told = (u32, Option<usize>, bool, bool, Vec<String>);

/// The first failures of a rank, how many more there are, of which tasks, its tasks that did not run, and how it has stopped the
/// run.
type Report = (Vec<Told>, usize, Vec<u32>, Vec<u32>, ToldStop);

/// How a run has ended on this rank.
#[derive(Default)]
pub(crate) struct Ending {
    pub(crate) failures: FirstFailures,
    /// Its own tasks that did not run.
    pub(crate) unrun: Vec<u32>,
    /// Outputs of the graph that could not be sent, received or dropped here, though their tasks have finished.
    pub(crate) lost: Vec<u32>,
    pub(crate) stop: RankStop,
}

/// How a run has ended on all ranks.
pub(crate) struct Verdict {
    /// The first failures of the job, in order.
    failures: Vec<RankFailure>,
    /// How many more there are.
    more: usize,
    /// The ranks and tasks of these, each once.
    others: Vec<(u32, u32)>,
    unrun: Vec<u32>,
    /// Of each rank.
    stops: Vec<RankStop>,
}

impl Verdict {
    /// Tells the others how the run has ended on this rank, and returns how it has ended on all. `None` if all tasks
    /// have run and nothing has failed.
    pub(crate) fn agree(
        connection: &mut Connection,
        rank: u32,
        ranks: u32,
        ending: Ending,
        crowded: bool,
    ) -> Option<Self> {
        let Ending { mut failures, mut unrun, mut stop, lost: _ } = ending;
        let is_empty = failures.is_empty() && unrun.is_empty() && stop.is_empty();
        let (own, more, others) = failures.take();
        let others: Vec<u32> = others.into_iter().map(|(_, node)| node).collect();
        let report = if is_empty { Vec::new() } else { encode(&own, more, &others, &unrun, &stop) };
        let lens = tell(connection, &[report.len() as u64], crowded);
        if lens.iter().all(|&len| len == 0) {
            return None;
        }
        let mut reports = exchange(connection, rank, &lens, report, Receivers::All);
        let mut stops = Vec::new();
        let mut all = FirstFailures::default();
        all.add_others(more, others.into_iter().map(|node| (rank, node)));
        own.into_iter().for_each(|failed| all.push(RankFailure { rank, failed }));
        for other in 0..ranks {
            if other == rank {
                stops.push(mem::take(&mut stop));
            } else if let Some(bytes) = reports[other as usize].take() {
                let (told, more, others, told_unrun, stop): Report =
                    postcard::from_bytes(&bytes).unwrap_or_default();
                told.into_iter().for_each(|told| all.push(RankFailure { rank: other, failed: failed(told) }));
                all.add_others(more, others.into_iter().map(|node| (other, node)));
                unrun.extend(told_unrun);
                stops.push(RankStop::told(stop));
            } else {
                stops.push(RankStop::default());
            }
        }
        if all.is_empty() && unrun.is_empty() {
            // All tasks had started before the run was stopped.
            return None;
        }
        let (failures, more, others) = all.take();
        Some(Verdict { failures, more, others, unrun, stops })
    }

    /// How many tasks have failed, and which ones did not run, in the order of the graph's list.
    pub(crate) fn tally(&self) -> (usize, Vec<u32>) {
        let kept = self.failures.iter().map(|known| known.failed.node);
        let mut failed: Vec<u32> = kept.chain(self.others.iter().map(|&(_, node)| node)).collect();
        failed.sort_unstable();
        failed.dedup();
        let mut skipped = self.unrun.clone();
        skipped.sort_unstable();
        skipped.dedup();
        (failed.len(), skipped)
    }

    /// Calls `tell` with each failure of another rank, also with those whose errors are not here. If elements of one task have
    /// failed on several ranks, that is one failure, and none if some have failed here.
    pub(crate) fn tell_elsewhere(&self, rank: u32, mut tell: impl FnMut(u32, u32, Option<usize>, &Failure)) {
        let failed = |known: &RankFailure| (!known.failed.finished).then_some(known.failed.node);
        let here = self.failures.iter().filter(|known| known.rank == rank).filter_map(failed);
        let others_here = self.others.iter().filter(|other| other.0 == rank).map(|other| other.1);
        let mut told: BTreeSet<u32> = here.chain(others_here).collect();
        for known in self.failures.iter().filter(|known| known.rank != rank) {
            if failed(known).is_none_or(|node| told.insert(node)) {
                let Failed { node, element, failure, .. } = &known.failed;
                tell(known.rank, *node, *element, failure);
            }
        }
        for &(other, node) in self.others.iter().filter(|other| other.0 != rank) {
            if told.insert(node) {
                let text =
                    format!("its error was not sent, as the job has more than {MOST_FAILURES} failures");
                tell(other, node, None, &Failure::error(text.into()));
            }
        }
    }

    /// The error with the failures in the order of the graph's list. If there are none, the run was stopped.
    pub(crate) fn error(self, job: &dyn Job) -> Error {
        let (_, skipped) = self.tally();
        let table = job.table();
        let name = |node: u32| table.task(node as usize).expect("a task of the table").name().to_string();
        let skipped = skipped.into_iter().map(name).collect();
        let Some(rank) = self.failures.first().map(|known| known.rank) else {
            return Error::stopped(table.graph(), stopping(self.stops, table), skipped);
        };
        let mut names = FailedNames::new(table);
        let causes = Causes::new(self.failures, |RankFailure { rank, failed }, text| {
            names.write(&failed, text);
            (failed.failure, Some(rank))
        })
        .and_more(self.more);
        Error::tasks(table.graph(), causes, skipped).on_rank(rank as usize)
    }
}

fn encode(failures: &[Failed], more: usize, others: &[u32], unrun: &[u32], stop: &RankStop) -> Vec<u8> {
    let tell = |Failed { node, element, failure, finished }: &Failed| {
        (*node, *element, *finished, failure.is_panic(), texts(failure))
    };
    let told: Vec<Told> = failures.iter().map(tell).collect();
    postcard::to_allocvec(&(told, more, others, unrun, stop.tell())).unwrap_or_default()
}

/// The texts of an error and its sources. They come from code of the program, which may panic.
fn texts(failure: &Failure) -> Vec<String> {
    let mut texts = Vec::new();
    ignore(|| {
        texts.push(failure.full_text());
        let mut cause = failure.source().and_then(StdError::source);
        while let Some(error) = cause.filter(|_| texts.len() < MOST_TEXTS) {
            texts.push(error.to_string());
            cause = error.source();
        }
    });
    if texts.is_empty() {
        texts.push("an error whose `Display` panicked".into());
    }
    texts
}

fn failed((node, element, finished, is_panic, texts): Told) -> Failed {
    let failure = if is_panic {
        Failure::panic(Box::new(texts.into_iter().next().unwrap_or_default()))
    } else {
        let chain =
            texts.into_iter().rev().fold(None, |source, text| Some(Box::new(Remote { text, source })));
        Failure::error(chain.unwrap_or_default())
    };
    Failed { node, element, failure, finished }
}

/// An error of another rank, as text.
#[derive(Default)]
struct Remote {
    text: String,
    source: Option<Box<Remote>>,
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Remote {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec};
    use core::time::Duration;

    use crate::error::Reason;

    #[test]
    fn errors_that_panic_or_never_end_are_reported() {
        #[derive(Debug)]
        struct Silent;
        impl fmt::Display for Silent {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                std::panic::resume_unwind(Box::new("no words"))
            }
        }
        impl StdError for Silent {}
        #[derive(Debug)]
        struct Ring;
        impl fmt::Display for Ring {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("round")
            }
        }
        impl StdError for Ring {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(self)
            }
        }
        assert_eq!(texts(&Failure::error(Box::new(Silent))), ["an error whose `Display` panicked"]);
        assert_eq!(texts(&Failure::error(Box::new(Ring))), ["round"; MOST_TEXTS]);
    }

    #[test]
    fn a_failure_is_reported_with_its_sources() {
        #[derive(Debug)]
        struct Outer(core::num::ParseIntError);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("line 3 is wrong")
            }
        }
        impl StdError for Outer {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.0)
            }
        }
        let error = Outer("x".parse::<i32>().unwrap_err());
        let failures = [
            Failed { node: 4, failure: Failure::error(Box::new(error)), finished: false, element: Some(17) },
            Failed { node: 2, failure: Failure::panic(Box::new("no")), finished: true, element: None },
        ];
        let running = vec![(4, Some(17..19)), (5, None)];
        let stop = RankStop { reason: Some(Reason::Deadline(Duration::MAX)), running: running.clone() };
        let bytes = encode(&failures, 5, &[3], &[7, 9], &stop);
        let (told, more, others, unrun, stop): Report = postcard::from_bytes(&bytes).unwrap();
        assert_eq!((more, &*others), (5, &[3][..]));
        assert_eq!(unrun, [7, 9]);
        let stop = RankStop::told(stop);
        assert!(matches!(stop.reason, Some(Reason::Deadline(Duration::MAX))));
        assert_eq!(stop.running, running);
        let mut told = told.into_iter().map(failed);
        let first = told.next().unwrap();
        assert_eq!((first.node, first.element, first.finished), (4, Some(17), false));
        assert!(!first.failure.is_panic());
        let source = first.failure.source().unwrap();
        assert_eq!(source.to_string(), "line 3 is wrong");
        assert_eq!(source.source().unwrap().to_string(), "invalid digit found in string");
        let second = told.next().unwrap();
        assert_eq!((second.node, second.element, second.finished), (2, None, true));
        assert!(second.failure.is_panic());
        assert_eq!(format!("{}", second.failure), "no");
    }
}
