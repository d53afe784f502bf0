//! Which tasks run on rank 0, since that is where files and stdin are most likely to be.
//!
//! That is the task that depends on nothing, where there is one. Two or three of them run there as well where a later step
//! of the graph is much wider, so that it costs little that they do not run side by side. More, or the members of a
//! family, are the work that is to be shared.

use alloc::vec;
use alloc::vec::Vec;

use super::uses::Uses;
use crate::graph::ANYWHERE;
use crate::table::View;

/// This many tasks may have to run on rank 0.
const MOST: usize = 3;
/// How much wider a later step is, where there is more than one of them.
const WIDER: usize = 4;

/// The tasks that have to run on rank 0; `pins` says the rank of some others.
pub(super) fn on_rank_0(view: &View, uses: &Uses<'_>, pins: &[u32]) -> Vec<u32> {
    let is_source = |&task: &u32| {
        uses.of(task).is_empty()
            && view.place(task).line.shape.is_none()
            && pins.get(task as usize).is_none_or(|&pin| pin == ANYWHERE)
    };
    let sources: Vec<u32> = (0..view.len() as u32).filter(is_source).take(MOST + 1).collect();
    let is_few = match sources.len() {
        1 => true,
        count => count <= MOST && WIDER * count <= widest_later(view.depths()),
    };
    if is_few { sources } else { Vec::new() }
}

/// How many tasks there are in the widest level but the first one.
fn widest_later(depths: &[u32]) -> usize {
    let mut widths = vec![0_usize; depths.iter().max().map_or(0, |&depth| depth as usize + 1)];
    depths.iter().for_each(|&depth| widths[depth as usize] += 1);
    widths.iter().skip(1).copied().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    /// Which tasks run on rank 0, of a graph of this many tasks that depend on nothing, and this many that depend on all of these.
    fn of(sources: u32, users: u32, pins: &[u32]) -> Vec<u32> {
        let nodes = (0..sources + users).map(|_| Line { cost: 1, ..Line::EMPTY }).collect();
        let edges = (sources..sources + users).flat_map(|node| {
            (0..sources).map(move |to| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY })
        });
        let view = Table::leak("Sources", nodes, edges.collect()).view();
        on_rank_0(view, &Uses::new(view), pins)
    }

    #[test]
    fn few_tasks_are_where_files_are() {
        assert_eq!(of(1, 0, &[]), [0]);
        assert_eq!(of(1, 60, &[]), [0]);
        assert_eq!(of(3, 12, &[]), [0, 1, 2]);
    }

    #[test]
    fn many_are_shared() {
        assert!(of(2, 0, &[]).is_empty());
        assert!(of(2, 7, &[]).is_empty());
        assert!(of(4, 100, &[]).is_empty());
    }

    #[test]
    fn what_has_a_rank_keeps_it() {
        assert_eq!(of(2, 1, &[1, ANYWHERE, ANYWHERE]), [1]);
        assert!(of(1, 1, &[3, ANYWHERE]).is_empty());
    }
}
