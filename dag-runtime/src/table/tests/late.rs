//! Tables that are computed at the first use.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::cell::RefCell;

use proptest::prelude::*;

use super::plan::{Plan, plans};
use crate::table::lazy::Lazy;
use crate::table::mutable::Mutable;
use crate::table::{Built, Expand, Table};

std::thread_local! {
    /// The graph that [`expand`] reports.
    static PLAN: RefCell<Plan> = const { RefCell::new(Plan { lines: Vec::new() }) };
}

fn expand(x: &mut Expand<'_>) {
    PLAN.with_borrow(|plan| plan.expand(x));
}

proptest! {
    #[test]
    fn a_table_made_late_is_as_one_made_at_once(plan in plans()) {
        let table = Table::leak("Graph", plan.nodes(), plan.edges().0);
        let (rows, built) = (plan.rows().0.leak(), Mutable::new(Box::leak(Box::new(Built::new()))));
        PLAN.set(plan);
        let lazy = Lazy { nodes: table.lines(), rows, expand, built, in_place: None };
        let view = lazy.view();
        prop_assert_eq!(format!("{:?}", table.view()), format!("{view:?}"));
        prop_assert!(core::ptr::eq(view, lazy.view()));
        for task in table.tasks() {
            let place = view.place(task.index() as u32);
            prop_assert_eq!(place.line.first + place.position, task.index() as u32);
            prop_assert_eq!(place.position, table.place(task.index() as u32).position);
            prop_assert!(core::ptr::eq(place.line, table.place(task.index() as u32).line));
        }
    }
}
