//! The plans that a rank keeps from run to run.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;

use crate::executor::mpi::placement::{Pins, PlanKey};
use crate::executor::mpi::prepared::Prepared;
use crate::table::{SharedTable, TableId, WeakTable};

/// This many plans are kept: placements that depend on the inputs may differ from run to run.
const MOST: usize = 64;

/// What was prepared for the runs of each table, and the ranks that a graph gives to its tasks where they are the same in each
/// run. It does not keep the tables, and goes when other ones come after they are gone.
#[derive(Default)]
pub(crate) struct Plans {
    prepared: BTreeMap<(TableId, PlanKey), (WeakTable, Rc<Prepared>)>,
    fixed: BTreeMap<TableId, (WeakTable, Pins)>,
}

impl Plans {
    /// What was prepared for runs of a table, or what `prepare` gives.
    pub(crate) fn get(
        &mut self,
        table: &SharedTable,
        plan_key: &PlanKey,
        prepare: impl FnOnce() -> Prepared,
    ) -> Rc<Prepared> {
        let key = (table.id(), plan_key.clone());
        if let Some((_, prepared)) = self.prepared.get(&key) {
            return Rc::clone(prepared);
        }
        make_room(&mut self.prepared);
        let prepared = Rc::new(prepare());
        self.prepared.insert(key, (table.downgrade(), Rc::clone(&prepared)));
        prepared
    }

    /// The ranks that the runs of a table give to tasks, if they were kept.
    pub(crate) fn fixed(&self, table: &SharedTable) -> Option<Pins> {
        self.fixed.get(&table.id()).map(|(_, pins)| pins.clone())
    }

    /// Keeps these, which are the same in all runs.
    pub(crate) fn fix(&mut self, table: &SharedTable, pins: Pins) {
        make_room(&mut self.fixed);
        self.fixed.insert(table.id(), (table.downgrade(), pins));
    }
}

/// Drops what is of tables that are gone, and all where that does not suffice.
fn make_room<K: Ord, V>(kept: &mut BTreeMap<K, (WeakTable, V)>) {
    kept.retain(|_, (table, _)| !table.is_gone());
    if kept.len() >= MOST {
        kept.clear();
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
        let plan_key =
            PlanKey { receivers: Receivers::All, dynamic: true, pins: Pins::default(), figures: None };
        let mut plans = Plans::default();
        let mut get = |table: &SharedTable| {
            let prepared = plans.get(table, &plan_key, || Prepared::new(table, &[], 2, 0, &plan_key));
            (prepared, plans.prepared.len())
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
            let plan_key = PlanKey { receivers, dynamic: true, pins: Pins::default(), figures: None };
            plans.get(&table, &plan_key, || Prepared::new(&table, &[], 2, 0, &plan_key));
            assert!(plans.prepared.len() <= MOST);
        }
    }

    #[test]
    fn ranks_that_are_fixed_go_with_their_tables() {
        let made = || SharedTable::from(Arc::new(Table::from_lines("Made", "", [Line::EMPTY].into(), &[])));
        let mut plans = Plans::default();
        let first = made();
        plans.fix(&first, alloc::vec![1].into());
        for rank in 2..1000 {
            let table = made();
            assert!(plans.fixed(&table).is_none());
            plans.fix(&table, alloc::vec![rank].into());
            assert_eq!(&*plans.fixed(&table).unwrap(), [rank]);
            assert!(plans.fixed.len() <= 3);
        }
        assert_eq!(&*plans.fixed(&first).unwrap(), [1]);
    }
}
