//! Searches upstream against a closure of all paths.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Sketch, acyclic_sketch};
use crate::table::ancestors::{Ancestors, SCRATCH};
use crate::table::order::{EDGE_WORDS, TASK_WORDS, TopologicalOrder};

/// For each task, the tasks upstream of it.
pub(super) fn closure(sketch: &Sketch, order: &[u32]) -> Vec<Vec<bool>> {
    let mut all = vec![vec![false; sketch.len()]; sketch.len()];
    for &task in order {
        for dependency in sketch.dependencies(task) {
            let above = all[dependency as usize].clone();
            all[task as usize].iter_mut().zip(above).for_each(|(task, above)| *task |= above);
            all[task as usize][dependency as usize] = true;
        }
    }
    all
}

proptest! {
    #[test]
    fn searches_agree_with_a_closure(
        sketch in acyclic_sketch(12, 2),
        searches in proptest::collection::vec((0..12_u32, proptest::collection::vec(0..12_u32, 0..5)), 1..6),
    ) {
        prop_assume!(sketch.len() > 0);
        let (rows, tasks) = (sketch.rows(), sketch.len());
        let (mut words, mut edge_words) = (vec![0; TASK_WORDS * tasks], vec![0; EDGE_WORDS * rows.len()]);
        let (order, totals) = TopologicalOrder::new(&rows, tasks, &mut words, &mut edge_words);
        prop_assert!(totals.acyclic);
        let upstream = closure(&sketch, order.order);
        let mut scratch = vec![0; SCRATCH * tasks];
        let mut ancestors = Ancestors::new(order.dependencies, order.depths, &mut scratch);
        for (task, wanted) in searches {
            let task = task % tasks as u32;
            let mut wanted: Vec<u32> = wanted.iter().map(|wanted| wanted % tasks as u32).collect();
            wanted.iter().for_each(|&wanted| ancestors.want(wanted));
            let missing = ancestors.missing_upstream_of(task);
            wanted.sort_unstable();
            wanted.dedup();
            let is_upstream = |wanted: u32| upstream[task as usize][wanted as usize];
            prop_assert_eq!(missing, wanted.iter().filter(|&&wanted| !is_upstream(wanted)).count());
            for wanted in wanted {
                prop_assert_eq!(ancestors.has_met(wanted), is_upstream(wanted));
            }
        }
    }
}
