//! Edges as written, and whether outputs that are moved have other uses that may come later.

use alloc::vec;
use alloc::vec::Vec;

use super::lists::List;
use super::{HeapColumns, Recorded};
use crate::table::ancestors::{self, Ancestors};
use crate::table::expansion_result::ExpansionResult;
use crate::table::{Expand, Line, RawEdge};

/// The edges between tasks that `expand` reports for these lines and rows, as written, with the uses for which there are none.
pub(in crate::table) fn record(
    lines: &[Line<'_>],
    rows: &[RawEdge],
    expand: &dyn Fn(&mut Expand<'_>),
) -> (Vec<RawEdge>, ExpansionResult) {
    let mut count = Expand::new(lines, rows, true, &mut [], None);
    expand(&mut count);
    let mut edges = vec![RawEdge::EMPTY; count.edge_count()];
    let mut record = Expand::new(lines, rows, false, &mut edges, None);
    expand(&mut record);
    let result = record.result();
    edges.truncate(result.edges);
    (edges, result)
}

/// How the output of a task is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Used {
    Not,
    Read,
    Moved,
}

/// The moves in a graph whose outputs have more uses.
#[derive(Debug)]
pub(in crate::table) enum SharedMoves {
    /// There are none.
    None,
    /// For each task, the task that takes its output, or [`NOBODY`]. It uses that once, others only read it, and it is no
    /// output of the graph.
    Read(Vec<u32>),
    /// One of these does not hold.
    Wrong,
}

/// No task: for an output that is not moved.
const NOBODY: u32 = u32::MAX;

impl SharedMoves {
    /// Those of a graph with these lines and edges.
    pub(in crate::table) fn of(lines: &[Line<'_>], edges: &Recorded) -> Self {
        if !edges.moves() || !is_any_shared(lines, edges) {
            return SharedMoves::None;
        }
        match takers(lines, edges) {
            Some(takers) => SharedMoves::Read(takers),
            None => SharedMoves::Wrong,
        }
    }

    /// Whether all tasks that read an output come before the one that takes it, in an acyclic graph with these columns.
    pub(in crate::table) fn are_ordered(&self, columns: &HeapColumns) -> bool {
        let takers = match self {
            SharedMoves::None => return true,
            SharedMoves::Read(takers) => takers,
            SharedMoves::Wrong => return false,
        };
        let len = takers.len();
        let mut readers = List { starts: vec![0; len + 1], items: Vec::new() };
        let read_before_move = |found: &mut dyn FnMut(u32, u32)| {
            for task in 0..len as u32 {
                for &output in columns.reads().of(task as usize) {
                    let taker = takers[output as usize];
                    if taker != NOBODY && taker != task {
                        found(output, task);
                    }
                }
            }
        };
        let mut count = 0;
        read_before_move(&mut |output, _| {
            readers.starts[output as usize] += 1;
            count += 1;
        });
        readers.make_room(count);
        read_before_move(&mut |output, reader| readers.push_front(output, reader));
        let mut scratch = vec![0; ancestors::SCRATCH * len];
        let mut ancestors = Ancestors::new(columns.dependencies(), columns.depths(), &mut scratch);
        takers.iter().zip(0..).filter(|&(&taker, _)| taker != NOBODY).all(|(&taker, output)| {
            readers.of(output).iter().for_each(|&reader| ancestors.want(reader));
            ancestors.missing_upstream_of(taker) == 0
        })
    }
}

/// Whether an output is moved and used once more.
fn is_any_shared(lines: &[Line<'_>], edges: &Recorded) -> bool {
    let mut uses = vec![Used::Not; edges.len()];
    for line in lines.iter().filter(|line| line.output) {
        let first = line.first as usize;
        uses[first..first + line.len()].fill(Used::Read);
    }
    edges.all().any(|(to, is_read, is_move)| {
        let before = uses[to as usize];
        if is_move {
            uses[to as usize] = Used::Moved;
            before != Used::Not
        } else {
            if is_read {
                uses[to as usize] = Used::Read;
            }
            is_read && before == Used::Moved
        }
    })
}

/// For each task, the task that takes its output. `None` if that uses it once more, if there are two of them, or if it is
/// an output of the graph.
fn takers(lines: &[Line<'_>], edges: &Recorded) -> Option<Vec<u32>> {
    let mut takers = vec![NOBODY; edges.len()];
    for (task, (to, _, is_move)) in edges.by_task() {
        if is_move && core::mem::replace(&mut takers[to as usize], task) != NOBODY {
            return None;
        }
    }
    let mut outputs = lines.iter().filter(|line| line.output);
    if outputs.any(|line| takers[line.first as usize..][..line.len()].iter().any(|&taker| taker != NOBODY)) {
        return None;
    }
    let mut is_used = vec![false; edges.len()];
    let mut own = edges.by_task().filter(|&(task, (to, is_read, _))| is_read && takers[to as usize] == task);
    let is_once = own.all(|(_, (to, ..))| !core::mem::replace(&mut is_used[to as usize], true));
    is_once.then_some(takers)
}
