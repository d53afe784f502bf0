//! Why a rank cannot start a run.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::error::{Causes, Error, Failure};
use crate::executor::mpi::agreement::difference::Details;
use crate::executor::outcome::names;
use crate::table::Table;

/// Why a rank cannot start a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A task is at fault, for this reason.
    Task(String, String),
    /// The graph is wrong for its sizes, as this text tells.
    Sizes(String),
    Other(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error.of_sizes() {
            Some(text) => Refusal::Sizes(text.into()),
            None => Refusal::Other(error.to_string()),
        }
    }
}

impl Refusal {
    pub(super) fn encode(&self) -> Vec<u8> {
        let (task, is_of_sizes, text) = match self {
            Refusal::Task(task, reason) => (Some(task), false, reason),
            Refusal::Sizes(text) => (None, true, text),
            Refusal::Other(reason) => (None, false, reason),
        };
        postcard::to_allocvec(&(task, is_of_sizes, text)).unwrap_or_default()
    }

    pub(super) fn decode(bytes: &[u8]) -> Self {
        match postcard::from_bytes(bytes).unwrap_or_default() {
            (Some(task), _, reason) => Refusal::Task(task, reason),
            (None, true, text) => Refusal::Sizes(text),
            (None, false, reason) => Refusal::Other(reason),
        }
    }

    /// The error of all ranks, where these have told this. It is the refusal of the lowest one that refuses.
    pub(super) fn error(self, all: &[Details], (graph, table): (&'static str, Option<&Table>)) -> Error {
        let refusing = all.iter().position(Details::refuses).unwrap_or_default();
        match self {
            Refusal::Task(task, reason) => {
                let causes = Causes::of_task(&task, Failure::error(reason.into()));
                let skipped = table.map_or_else(Vec::new, |table| names(table, |_| true));
                Error::tasks(graph, causes, skipped).on_rank(refusing)
            }
            Refusal::Sizes(text) if Details::all_refuse_alike(all) => Error::sizes(graph, text),
            Refusal::Other(reason) if all.iter().all(Details::refuses) => Error::setup(reason, None),
            Refusal::Sizes(reason) | Refusal::Other(reason) => {
                let graph = all[refusing].graph();
                Error::setup(format!("graph `{graph}` cannot start on rank {refusing}: {reason}"), None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_cross_ranks() {
        let refusals = [
            Refusal::Task("cell[3]".into(), "its `on` panicked".into()),
            Refusal::Sizes("with n = 0: `x` is missing".into()),
            Refusal::Other("no threads".into()),
        ];
        for refusal in refusals {
            assert_eq!(Refusal::decode(&refusal.encode()), refusal);
        }
    }

    #[test]
    fn what_is_wrong_on_all_ranks_is_the_error_of_one_process() {
        let refusal = Refusal::Sizes("with n = 0: `x` is missing".into());
        let told = |graph| Details::of_refusal(graph, &refusal.encode());
        let text = |all: &[Details]| refusal.clone().error(all, ("Heat", None)).to_string();
        assert_eq!(text(&[told("Heat"); 2]), "graph `Heat` with n = 0: `x` is missing");
        let runs = Details::of_run([1, 1, 1], "Heat", b"n = 2");
        assert_eq!(
            text(&[runs, told("Heat")]),
            "graph `Heat` cannot start on rank 1: with n = 0: `x` is missing"
        );
    }
}
