//! Costs that override those of the table in the runs of an executor.

use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

use crate::costs::Costs;
use crate::plan::{Figures, Measured};
use crate::table::{SharedTable, TableId, WeakTable};

/// Costs of one or several graphs; later costs of a graph replace earlier ones. All clones share what was computed from them.
#[derive(Clone, Debug, Default)]
pub(crate) struct CostOverrides(Vec<Arc<GraphCosts>>);

#[derive(Debug)]
struct GraphCosts {
    costs: Costs,
    /// What was computed from them, by table: two graphs may have the same name. What belongs to a table that is gone goes
    /// when another one comes.
    resolved: Mutex<Vec<(TableId, WeakTable, Arc<Measured>)>>,
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
    pub(crate) fn for_graph(&self, table: &SharedTable) -> Option<Arc<Measured>> {
        let entry = self.0.iter().find(|entry| entry.costs.graph() == table.graph())?;
        let mut resolved = entry.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, measured)) = resolved.iter().find(|(id, ..)| *id == table.id()) {
            return Some(Arc::clone(measured));
        }
        resolved.retain(|(_, table, _)| !table.is_gone());
        let measured = Arc::new(Measured::new(table.view(), Arc::new(Figures::of(table, &entry.costs))));
        resolved.push((table.id(), table.downgrade(), Arc::clone(&measured)));
        Some(measured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Line, Table};

    fn lines() -> Vec<Line<'static>> {
        (0..3).map(|i| Line { name: ["t0", "t1", "t2"][i], cost: 1, ..Line::EMPTY }).collect()
    }

    fn table(graph: &'static str) -> SharedTable {
        Arc::new(Table::from_lines(graph, "", lines(), &[])).into()
    }

    #[test]
    fn costs_override_those_of_their_graph_only() {
        let (a, other_a, b) = (table("A"), table("A"), table("B"));
        let first = |overrides: &CostOverrides, table: &SharedTable| {
            overrides.for_graph(table).map(|measured| measured.urgency(table.view()).task(0))
        };
        let overrides = CostOverrides::NONE.with(&Costs::new("A", [("t2", 5), ("t1", 1), ("t0", 1)]));
        assert_eq!(
            (first(&overrides, &a), first(&overrides, &other_a), first(&overrides, &b)),
            (Some(2), Some(2), None)
        );
        let overrides = overrides.with(&Costs::new("B", [("t0", 1), ("t1", 9), ("t2", 1)]));
        assert_eq!((first(&overrides, &a), first(&overrides, &b)), (Some(2), Some(1)));
        let again = overrides.clone().with(&Costs::new("A", [("t0", 1), ("t1", 9), ("t2", 1)]));
        assert_eq!((first(&again, &a), first(&overrides, &a)), (Some(1), Some(2)));
        assert!(Arc::ptr_eq(&overrides.for_graph(&a).unwrap(), &overrides.clone().for_graph(&a).unwrap()));
    }

    #[test]
    fn what_belongs_to_a_table_goes_after_it() {
        let overrides = CostOverrides::NONE.with(&Costs::new("A", [("t2", 5)]));
        let kept = table("A");
        let of_kept = overrides.for_graph(&kept).unwrap();
        for _ in 0..100 {
            let (one, other) = (table("A"), table("A"));
            let of_one = overrides.for_graph(&one).unwrap();
            assert!(Arc::ptr_eq(&of_one, &overrides.for_graph(&one.clone()).unwrap()));
            assert!(!Arc::ptr_eq(&of_one, &overrides.for_graph(&other).unwrap()));
            let resolved = overrides.0[0].resolved.lock().unwrap();
            // Those that are there, and the last ones that are gone.
            assert!(resolved.len() <= 4, "{} tables are remembered", resolved.len());
        }
        assert!(Arc::ptr_eq(&of_kept, &overrides.for_graph(&kept).unwrap()));
    }
}
