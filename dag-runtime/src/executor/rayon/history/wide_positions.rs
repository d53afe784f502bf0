//! Positions of the serial order at which another task is ready as well.

use alloc::boxed::Box;
use alloc::vec;

use crate::table::View;

/// The *wide* positions of a graph's serial order: those at which another task is ready as well, and those of tasks that run
/// once for each element of an output. Elsewhere no other thread can help.
#[derive(Debug)]
pub(super) struct WidePositions {
    /// A bit for each position.
    bits: Box<[u64]>,
    /// For each line.
    lines: Box<[WideLine]>,
}

/// The wide positions of the tasks of one line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WideLine {
    /// The first one; `u32::MAX` if there is none.
    pub(super) first: u32,
    pub(super) count: u32,
}

impl WidePositions {
    pub(super) fn new(view: &View, lines: usize) -> Self {
        let mut bits = vec![0; view.len().div_ceil(64)];
        let mut of_lines = vec![WideLine { first: u32::MAX, count: 0 }; lines];
        let mut left: Box<[u32]> = (0..view.len() as u32).map(|task| view.in_degree(task)).collect();
        let mut ready = left.iter().filter(|&&left| left == 0).count();
        for (position, &task) in (0..).zip(view.serial_order()) {
            if ready > 1 || view.place(task).line.each {
                bits[position as usize / 64] |= 1_u64 << (position % 64);
                let line = &mut of_lines[view.line(task) as usize];
                line.first = line.first.min(position);
                line.count += 1;
            }
            ready -= 1;
            for &successor in view.successors_of(task) {
                left[successor as usize] -= 1;
                ready += usize::from(left[successor as usize] == 0);
            }
        }
        WidePositions { bits: bits.into(), lines: of_lines.into() }
    }

    /// Those of each line.
    pub(super) fn lines(&self) -> &[WideLine] {
        &self.lines
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.bits.iter().all(|&bits| bits == 0)
    }

    pub(super) fn contains(&self, position: u32) -> bool {
        self.bits.get(position as usize / 64).is_some_and(|bits| bits >> (position % 64) & 1 != 0)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    fn wide(len: usize, edges: &[(u32, u32)], each: Option<usize>) -> (Vec<u32>, Vec<WideLine>) {
        let mut nodes = vec![Line { cost: 1, ..Line::EMPTY }; len];
        each.into_iter().for_each(|each| nodes[each].each = true);
        let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY });
        let table = Table::leak("Wide", nodes, edges.collect());
        let wide = WidePositions::new(table.view(), len);
        let positions: Vec<_> = (0..len as u32).filter(|&position| wide.contains(position)).collect();
        assert_eq!(wide.is_empty(), positions.is_empty());
        (positions, wide.lines().to_vec())
    }

    #[test]
    fn a_chain_is_narrow_everywhere() {
        let edges: Vec<_> = (1..100).map(|i| (i, i - 1)).collect();
        assert!(wide(100, &edges, None).0.is_empty());
        assert!(wide(0, &[], None).0.is_empty());
    }

    #[test]
    fn the_last_of_several_ready_tasks_is_alone() {
        assert_eq!(wide(70, &[], None).0, (0..69).collect::<Vec<_>>());
        // A diamond: after the first of the two in the middle, the second one is alone.
        let (positions, lines) = wide(4, &[(1, 0), (2, 0), (3, 1), (3, 2)], None);
        assert_eq!(positions, [1]);
        assert_eq!(lines[1], WideLine { first: 1, count: 1 });
        assert_eq!(lines[3], WideLine { first: u32::MAX, count: 0 });
    }

    #[test]
    fn elements_can_be_shared() {
        assert_eq!(wide(3, &[(1, 0), (2, 1)], Some(1)).0, [1]);
    }
}
