//! Costs and other figures by name.

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;
use core::{error, fmt};

use crate::table::{Line, Table};

/// The error for a name that no task of the graph has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTask {
    graph: &'static str,
    name: String,
}

impl UnknownTask {
    /// The unknown name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the graph.
    #[must_use]
    pub fn graph(&self) -> &'static str {
        self.graph
    }
}

impl fmt::Display for UnknownTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "graph `{}` has no task `{}`", self.graph, self.name)
    }
}

impl error::Error for UnknownTask {}

/// The tasks of a graph by name.
pub(super) struct Names<'table> {
    table: &'table Table,
    /// The lines, sorted by name.
    lines: Vec<&'table Line<'table>>,
}

/// What a name stands for.
pub(super) enum Named {
    Task(usize),
    /// All tasks of a line.
    Line(Range<usize>),
}

impl<'table> Names<'table> {
    pub(super) fn of(table: &'table Table) -> Self {
        let mut lines: Vec<&'table Line<'table>> = table.lines().iter().collect();
        lines.sort_unstable_by_key(|line| (line.name, line.first));
        Names { table, lines }
    }

    /// What the name stands for.
    pub(super) fn get(&self, name: &str) -> Result<Named, UnknownTask> {
        let unknown = || UnknownTask { graph: self.table.graph(), name: name.to_string() };
        self.find(name).ok_or_else(unknown)
    }

    fn find(&self, name: &str) -> Option<Named> {
        let base = name.split_once('[').map_or(name, |(family, _)| family);
        let from = self.lines.partition_point(|line| line.name < base);
        let mut named = self.lines[from..].iter().take_while(|line| line.name == base);
        if let Some(task) = named.clone().find_map(|line| self.table.find_in(line, name)) {
            return Some(Named::Task(task.index()));
        }
        let line = named.next().filter(|_| base == name)?;
        let first = line.first as usize;
        Some(Named::Line(first..first + line.len()))
    }

    /// Looks up values by name. The name of a family stands for those of its members that are not named. If a name
    /// occurs twice, the last value counts.
    pub(super) fn resolve<S: AsRef<str>>(&self, given: impl IntoIterator<Item = (S, u64)>) -> Resolved {
        let mut resolved = Resolved { values: vec![None; self.table.len()], unknown: None };
        let mut members = Vec::new();
        for (name, value) in given {
            match self.get(name.as_ref()) {
                Ok(Named::Task(task)) => members.push((task, value)),
                Ok(Named::Line(tasks)) => resolved.values[tasks].fill(Some(value)),
                Err(unknown) => drop(resolved.unknown.get_or_insert(unknown)),
            }
        }
        for (task, value) in members {
            resolved.values[task] = Some(value);
        }
        resolved
    }
}

/// Values that were looked up by name.
pub(super) struct Resolved {
    /// The value of each task.
    pub(super) values: Vec<Option<u64>>,
    /// The first unknown name.
    unknown: Option<UnknownTask>,
}

impl Resolved {
    /// Overwrites those in `values`.
    pub(super) fn write_over(self, values: &mut [u64]) -> Result<(), UnknownTask> {
        for (value, given) in values.iter_mut().zip(self.values) {
            *value = given.unwrap_or(*value);
        }
        self.unknown.map_or(Ok(()), Err)
    }
}
