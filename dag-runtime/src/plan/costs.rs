//! Costs that are given by name.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::{error, fmt};

use crate::table::Table;

/// A cost was given for a task that the graph has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTask {
    graph: &'static str,
    name: String,
}

impl UnknownTask {
    /// The name that was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The graph in which there is no such task.
    #[must_use]
    pub fn graph(&self) -> &'static str {
        self.graph
    }
}

impl fmt::Display for UnknownTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "graph `{}` has no task `{}` to give a cost to", self.graph, self.name)
    }
}

impl error::Error for UnknownTask {}

/// Writes the costs that are given by name over those in `costs`.
pub(super) fn assign<S: AsRef<str>>(
    table: &'static Table,
    costs: &mut [u64],
    given: impl IntoIterator<Item = (S, u64)>,
) -> Result<(), UnknownTask> {
    let lines = table.lines();
    let mut by_name: Vec<usize> = (0..lines.len()).collect();
    by_name.sort_by_key(|&line| lines[line].name);
    let mut members = Vec::new();
    for (name, cost) in given {
        let name = name.as_ref();
        let unknown = || UnknownTask { graph: table.graph(), name: name.to_string() };
        let base = name.split_once('[').map_or(name, |(family, _)| family);
        let from = by_name.partition_point(|&line| lines[line].name < base);
        let mut named = by_name[from..].iter().map(|&i| &lines[i]).take_while(|line| line.name == base);
        if let Some(task) = named.clone().find_map(|line| table.find_in(line, name)) {
            members.push((task.index(), cost));
        } else {
            let line = named.next().filter(|_| base == name).ok_or_else(unknown)?;
            costs[line.first as usize..][..line.len()].fill(cost);
        }
    }
    for (task, cost) in members {
        costs[task] = cost;
    }
    Ok(())
}
