//! Costs from a recording.

use alloc::string::ToString as _;

use crate::costs::Costs;
use crate::record::{Entry, Recording};
use crate::state::TaskState;

impl Recording {
    /// The measured costs of the tasks that have finished, for the next run or a plan.
    ///
    /// A task that was not wanted has none: in a plan it costs as much as other members of its family do, or as the table
    /// says. Of a task with `retry`, the last call counts, since the next run need not fail; elements count with all their
    /// calls.
    #[must_use]
    pub fn costs(&self) -> Costs {
        let mut costs = Costs { graph: self.table.graph().to_string(), ..Costs::default() };
        for run in self.runs().filter(|run| run.state == TaskState::Finished) {
            let name = run.task.name().to_string();
            if let Some(elements) = run.elements {
                costs.elements.insert(name.clone(), elements as u64);
            }
            let work = match self.entries[run.task.index()] {
                Some(Entry { retried: 1.., elements: None, last_call, .. }) => {
                    run.end.saturating_sub(last_call)
                }
                _ => run.work,
            };
            costs.nanoseconds.insert(name, work.as_nanos() as u64);
        }
        for message in self.messages() {
            let bytes = costs.bytes.entry(message.task.name().to_string()).or_default();
            *bytes = message.bytes.max(*bytes);
        }
        costs
    }
}
