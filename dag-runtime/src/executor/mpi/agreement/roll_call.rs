//! Which ranks have not come to a run: what the ranks that wait ask and report.
//!
//! A run starts with a collective, which does not say which ranks are missing. So a rank that has waited for some time
//! asks all others. Those that wait too answer, and the rank tells the user which ones do not. If several ranks ask,
//! the lowest one tells the user.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, Write as _};

use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::protocol::message::Call;

/// How long a rank waits before it asks. This doubles each time it tells the user.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much later each rank asks than the one before it, so that usually only one asks.
const STAGGER: Duration = Duration::from_millis(20);
/// Ranks from this one on ask at the same time.
const MOST_STAGGERED: u32 = 64;
/// How long answers may take.
const ANSWER: Duration = Duration::from_secs(1);
/// A rank that has waited for less does not look for calls, so that the run starts without delay.
const ATTENTIVE: Duration = Duration::from_millis(1);
/// At most this many ranks are named.
const MOST_NAMED: usize = 8;

/// Counts the starts of runs that a rank has come to. Its last start is that at which it leaves.
pub(crate) struct Starts {
    count: u32,
    /// How long the rank waits for the others before it asks who is there.
    patience: Duration,
}

impl Starts {
    pub(crate) const NONE: Starts = Starts { count: 0, patience: PATIENCE };

    /// This rank has come to another start.
    pub(super) fn begin(&mut self) {
        self.count = self.count.wrapping_add(1);
    }
}

/// What a rank knows about the others while it waits for them.
pub(super) struct RollCall<'a> {
    rank: u32,
    /// The graph that is to be run. `None` if this rank is about to leave: then it does not report for whom it waits.
    graph: Option<&'a str>,
    state: State,
    /// The ranks that have answered.
    here: Vec<bool>,
}

#[derive(PartialEq)]
enum State {
    Waits,
    Asked,
    /// Has told the user, or leaves that to another rank.
    Silent,
}

impl<'a> RollCall<'a> {
    pub(super) fn new(rank: u32, ranks: u32, graph: Option<&'a str>) -> Self {
        let state = if graph.is_some() { State::Waits } else { State::Silent };
        let mut here = vec![false; ranks as usize];
        here[rank as usize] = true;
        RollCall { rank, graph, state, here }
    }

    /// Answers, asks and tells the user, when it is time to.
    pub(super) fn attend(&mut self, connection: &mut Connection, starts: &mut Starts, idle: &Idle) {
        let waited = idle.waited();
        if waited < ATTENTIVE {
            return;
        }
        let mut done = Vec::new();
        connection.transport.progress(&mut done);
        while let Some((source, call, start)) = connection.receive_call() {
            if start != starts.count {
                continue;
            }
            match call {
                Call::Here => self.here[source as usize] = true,
                Call::Ask => {
                    self.here[source as usize] = true;
                    connection.call(source, Call::Here, starts.count);
                    if source < self.rank {
                        self.state = State::Silent;
                    }
                }
            }
        }
        let Some(graph) = self.graph else { return };
        let asks = starts.patience + STAGGER * self.rank.min(MOST_STAGGERED);
        if self.state == State::Waits && waited >= asks {
            self.state = State::Asked;
            for to in (0..self.here.len() as u32).filter(|&to| to != self.rank) {
                connection.call(to, Call::Ask, starts.count);
            }
        }
        if self.state == State::Asked && waited >= asks + ANSWER {
            self.state = State::Silent;
            let missing: Vec<usize> = (0..self.here.len()).filter(|&rank| !self.here[rank]).collect();
            if missing.is_empty() {
                return;
            }
            let text = waits(self.rank, graph, &missing, starts.patience);
            starts.patience *= 2;
            // If nobody reads stderr, there is nobody to tell.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }
}

/// Says for which ranks a rank waits.
fn waits(rank: u32, graph: &str, missing: &[usize], patience: Duration) -> String {
    let named: Vec<String> = missing.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    let more = missing.len() - named.len();
    let who = match (&named[..], more) {
        ([one], 0) => format!("rank {one} has"),
        ([before @ .., last], 0) => format!("ranks {} and {last} have", before.join(", ")),
        _ => format!("ranks {} and {more} more have", named.join(", ")),
    };
    format!(
        "dag-runtime: rank {rank} has waited {} s for graph `{graph}` to start: {who} not come to its `run`",
        patience.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_those_who_are_missing() {
        let text = |missing: &[usize]| waits(0, "Stats", missing, PATIENCE);
        let start = "dag-runtime: rank 0 has waited 5 s for graph `Stats` to start:";
        assert_eq!(text(&[2]), format!("{start} rank 2 has not come to its `run`"));
        assert_eq!(text(&[1, 2, 5]), format!("{start} ranks 1, 2 and 5 have not come to its `run`"));
        let many: Vec<usize> = (1..100).collect();
        assert_eq!(
            text(&many),
            format!("{start} ranks 1, 2, 3, 4, 5, 6, 7, 8 and 91 more have not come to its `run`")
        );
    }
}
