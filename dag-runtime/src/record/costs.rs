//! Costs from a recording.

use alloc::string::ToString as _;

use crate::costs::Costs;
use crate::record::Recording;
use crate::state::TaskState;

impl Recording {
    /// The measured costs of the tasks that have finished, for the next run or a plan.
    #[must_use]
    pub fn costs(&self) -> Costs {
        let mut costs = Costs { graph: self.table.graph().to_string(), ..Costs::default() };
        for run in self.runs().filter(|run| run.state == TaskState::Finished) {
            let name = run.task.name().to_string();
            if let Some(elements) = run.elements {
                costs.elements.insert(name.clone(), elements as u64);
            }
            costs.nanoseconds.insert(name, run.work.as_nanos() as u64);
        }
        for message in self.messages() {
            let bytes = costs.bytes.entry(message.task.name().to_string()).or_default();
            *bytes = message.bytes.max(*bytes);
        }
        costs
    }
}
