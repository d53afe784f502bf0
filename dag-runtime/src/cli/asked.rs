//! What a command line asks of a graph in place of a run.

use alloc::format;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::graph::KeptGraph;
use crate::keep::Explanation;
use crate::store::Store;

/// Asks what a run of a graph would do.
#[derive(Debug)]
pub(super) struct Asked {
    graph: &'static str,
    store: Store,
    answer: Mutex<Option<Explanation>>,
}

impl Asked {
    pub(super) fn new(graph: &'static str, store: Store) -> Self {
        Asked { graph, store, answer: Mutex::new(None) }
    }

    /// Explains what a run of `graph` would do. Returns the error by which the run ends.
    pub(super) fn ask(&self, graph: &dyn KeptGraph) -> Error {
        let (asked, other) = (self.graph, graph.table().graph());
        if other != asked {
            let reason = format!(
                "what graph `{asked}` would do depends on a run of graph `{other}`, and nothing runs now"
            );
            return Error::setup(reason, None);
        }
        let explanation = self.store.explain_job(graph);
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(explanation);
        Error::setup(format!("graph `{asked}` was not run, only explained"), None)
    }

    /// The explanation, if the graph was run so far as to be asked.
    pub(super) fn answer(&self) -> Option<Explanation> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
