//! The depths of tasks, which no executor within a process needs: computed at the first use.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use crate::table::columns::Adjacency;

/// For each task, the number of tasks in the longest chain that ends with it.
#[derive(Debug, Default)]
pub(super) struct LateDepths(OnceBox<(Vec<u32>, u32)>);

impl LateDepths {
    /// The depths, and the highest one. `order` has each task after its dependencies.
    pub(super) fn get(&self, order: &[u32], dependencies: Adjacency<'_>) -> (&[u32], u32) {
        let (depths, deepest) = self.0.get_or_init(|| {
            let (mut depths, mut deepest) = (vec![0; order.len()], 0);
            for &task in order {
                let below = dependencies.of(task).iter().map(|&dependency| depths[dependency as usize]);
                let depth = below.max().unwrap_or(0) + 1;
                depths[task as usize] = depth;
                deepest = deepest.max(depth);
            }
            Box::new((depths, deepest))
        });
        (depths, *deepest)
    }
}
