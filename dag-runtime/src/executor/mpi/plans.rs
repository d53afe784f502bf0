//! The plans that a rank keeps from run to run.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;

use crate::executor::mpi::placement::PlanKey;
use crate::executor::mpi::prepared::Prepared;
use crate::table::{SharedTable, TableId, WeakTable};

/// This many plans are kept: placements that depend on the inputs may differ from run to run.
const MOST: usize = 64;

/// What was prepared for the runs of each table. It does not keep the table, and goes when another one comes after the
/// table is gone.
#[derive(Default)]
pub(crate) struct Plans(BTreeMap<(TableId, PlanKey), (WeakTable, Rc<Prepared>)>);

impl Plans {
    /// What was prepared for runs of a table, or what `prepare` gives.
    pub(crate) fn get(
        &mut self,
        table: &SharedTable,
        plan_key: &PlanKey,
        prepare: impl FnOnce() -> Prepared,
    ) -> Rc<Prepared> {
        let key = (table.id(), plan_key.clone());
        if let Some((_, prepared)) = self.0.get(&key) {
            return Rc::clone(prepared);
        }
        self.0.retain(|_, (table, _)| !table.is_gone());
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let prepared = Rc::new(prepare());
        self.0.insert(key, (table.downgrade(), Rc::clone(&prepared)));
        prepared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::mpi::placement::Receivers;
    use crate::table::{Line, Table};
    use alloc::collections::VecDeque;
    use alloc::sync::Arc;
    use alloc::vec::Vec;

    #[test]
    fn plans_go_with_their_tables() {
        let plan_key = PlanKey { receivers: Receivers::All, dynamic: true, pins: Vec::new(), figures: None };
        let mut plans = Plans::default();
        let mut get = |table: &SharedTable| {
            let prepared = plans.get(table, &plan_key, || Prepared::new(table, &[], 2, 0, &plan_key));
            (prepared, plans.0.len())
        };
        let mut tables = VecDeque::new();
        let mut all = Vec::new();
        for len in 1..=4000 {
            let lines = (0..1 + len % 7).map(|_| Line { cost: 1, ..Line::EMPTY }).collect();
            let table = SharedTable::from(Arc::new(Table::from_lines("Made", "", lines, &[])));
            let (prepared, _) = get(&table);
            let (again, kept) = get(&table);
            assert!(Rc::ptr_eq(&prepared, &again));
            assert!(kept <= 5, "{kept} plans are kept for {} tables", tables.len());
            all.push(Rc::downgrade(&prepared));
            tables.push_front(table);
            tables.truncate(4);
        }
        assert!(all.iter().filter(|plan| plan.strong_count() > 0).count() <= 5);
    }

    #[test]
    fn few_plans_are_kept_of_one_table() {
        let table = SharedTable::from(Arc::new(Table::from_lines("Made", "", [Line::EMPTY].into(), &[])));
        let mut plans = Plans::default();
        for rank in 0..1000 {
            let receivers = Receivers::One(rank);
            let plan_key = PlanKey { receivers, dynamic: true, pins: Vec::new(), figures: None };
            plans.get(&table, &plan_key, || Prepared::new(&table, &[], 2, 0, &plan_key));
            assert!(plans.0.len() <= MOST);
        }
    }
}
