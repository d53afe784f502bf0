//! Costs that an executor was given for its runs.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

use crate::costs::Costs;
use crate::plan::{Figures, Measured};
use crate::table::Table;

/// Costs of one graph or several; those that were given last count. All clones share what was found out of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(Vec<Arc<Entry>>);

#[derive(Debug)]
struct Entry {
    costs: Costs,
    /// What follows from them, by the address of the graph's table: two graphs may have the same name.
    known: Mutex<BTreeMap<usize, Arc<Measured>>>,
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl Given {
    pub(crate) const NONE: Self = Given(Vec::new());

    /// These, and those of `costs`.
    pub(crate) fn and(mut self, costs: &Costs) -> Self {
        self.0.retain(|entry| entry.costs.graph() != costs.graph());
        self.0.push(Arc::new(Entry { costs: costs.clone(), known: Mutex::default() }));
        self
    }

    /// What they say of the tasks of a graph, if they are of this graph.
    pub(crate) fn of(&self, table: &'static Table) -> Option<Arc<Measured>> {
        let entry = self.0.iter().find(|entry| entry.costs.graph() == table.graph())?;
        let mut known = entry.known.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = || Arc::new(Measured::new(table.view(), Arc::new(Figures::of(table, &entry.costs))));
        Some(Arc::clone(known.entry(core::ptr::from_ref(table).addr()).or_insert_with(measured)))
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::table::Line;

    fn table(graph: &'static str) -> &'static Table {
        let node = |i: u32| Line { name: format!("t{i}").leak(), cost: 1, ..Line::EMPTY };
        Table::leak(graph, (0..3).map(node).collect(), alloc::vec![])
    }

    #[test]
    fn costs_are_for_the_runs_of_their_graph() {
        let (a, other_a, b) = (table("A"), table("A"), table("B"));
        let first = |given: &Given, table: &'static Table| {
            given.of(table).map(|measured| measured.urgency(table.view()).task(0))
        };
        let given = Given::NONE.and(&Costs::new("A", [("t2", 5), ("t1", 1), ("t0", 1)]));
        assert_eq!((first(&given, a), first(&given, other_a), first(&given, b)), (Some(2), Some(2), None));
        let given = given.and(&Costs::new("B", [("t0", 1), ("t1", 9), ("t2", 1)]));
        assert_eq!((first(&given, a), first(&given, b)), (Some(2), Some(1)));
        let again = given.clone().and(&Costs::new("A", [("t0", 1), ("t1", 9), ("t2", 1)]));
        assert_eq!((first(&again, a), first(&given, a)), (Some(1), Some(2)));
        assert!(Arc::ptr_eq(&given.of(a).unwrap(), &given.clone().of(a).unwrap()));
    }
}
