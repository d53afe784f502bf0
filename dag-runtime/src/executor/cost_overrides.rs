//! Costs that override those of the table in the runs of an executor.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

use crate::costs::Costs;
use crate::plan::{Figures, Measured};
use crate::table::Table;

/// Costs of one or several graphs; later costs of a graph replace earlier ones. All clones share what was computed from them.
#[derive(Clone, Debug, Default)]
pub(crate) struct CostOverrides(Vec<Arc<GraphCosts>>);

#[derive(Debug)]
struct GraphCosts {
    costs: Costs,
    /// What was computed from them, by the address of the graph's table: two graphs may have the same name.
    resolved: Mutex<BTreeMap<usize, Arc<Measured>>>,
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl CostOverrides {
    pub(crate) const NONE: Self = CostOverrides(Vec::new());

    /// The same with `costs`.
    pub(crate) fn with(mut self, costs: &Costs) -> Self {
        self.0.retain(|entry| entry.costs.graph() != costs.graph());
        self.0.push(Arc::new(GraphCosts { costs: costs.clone(), resolved: Mutex::default() }));
        self
    }

    /// The costs of the tasks of a graph, if they are overridden.
    pub(crate) fn for_graph(&self, table: &'static Table) -> Option<Arc<Measured>> {
        let entry = self.0.iter().find(|entry| entry.costs.graph() == table.graph())?;
        let mut resolved = entry.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = || Arc::new(Measured::new(table.view(), Arc::new(Figures::of(table, &entry.costs))));
        Some(Arc::clone(resolved.entry(core::ptr::from_ref(table).addr()).or_insert_with(measured)))
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
    fn costs_override_those_of_their_graph_only() {
        let (a, other_a, b) = (table("A"), table("A"), table("B"));
        let first = |overrides: &CostOverrides, table: &'static Table| {
            overrides.for_graph(table).map(|measured| measured.urgency(table.view()).task(0))
        };
        let overrides = CostOverrides::NONE.with(&Costs::new("A", [("t2", 5), ("t1", 1), ("t0", 1)]));
        assert_eq!(
            (first(&overrides, a), first(&overrides, other_a), first(&overrides, b)),
            (Some(2), Some(2), None)
        );
        let overrides = overrides.with(&Costs::new("B", [("t0", 1), ("t1", 9), ("t2", 1)]));
        assert_eq!((first(&overrides, a), first(&overrides, b)), (Some(2), Some(1)));
        let again = overrides.clone().with(&Costs::new("A", [("t0", 1), ("t1", 9), ("t2", 1)]));
        assert_eq!((first(&again, a), first(&overrides, a)), (Some(1), Some(2)));
        assert!(Arc::ptr_eq(&overrides.for_graph(a).unwrap(), &overrides.clone().for_graph(a).unwrap()));
    }
}
