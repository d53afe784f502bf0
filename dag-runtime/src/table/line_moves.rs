//! Moves between single tasks in a graph with families: whether the lines tell if all readers come before.

use crate::table::ancestors::{self, Ancestors};
use crate::table::edges::Use;
use crate::table::order::{self, TopologicalOrder};
use crate::table::slices::{copy, flatten};
use crate::table::{Line, RawEdge, Rows};

/// Whether the edges between lines decide of each output that is moved if all other tasks that read it come before the one that
/// takes it. Only single tasks move and read such outputs, and no lines that are used as a whole form a cycle.
///
/// A path through edges of whole lines that have members orders the tasks. Where there is none, a path through other edges
/// may order them or not, and only the members tell.
pub(super) const fn are_decided<const NODES: usize, const EDGES: usize>(rows: &Rows<NODES, EDGES>) -> bool {
    let mut uses = [0; NODES];
    if !are_shared(&rows.nodes, &rows.edges, &mut uses) {
        return true;
    }
    let (mut words, mut edge_words) = ([[0; NODES]; order::TASK_WORDS], [[0; EDGES]; order::EDGE_WORDS]);
    let mut scratch = [[0; NODES]; ancestors::SCRATCH];
    let space = Space {
        edges: &mut [RawEdge::EMPTY; EDGES],
        words: flatten(&mut words),
        edge_words: flatten(&mut edge_words),
        scratch: flatten(&mut scratch),
        reached: &mut [false; NODES],
    };
    decide(&rows.nodes, &rows.edges, &uses, space)
}

/// Room for the edges, and scratch space that holds zeros.
pub(super) struct Space<'a> {
    pub(super) edges: &'a mut [RawEdge],
    pub(super) words: &'a mut [u32],
    pub(super) edge_words: &'a mut [u32],
    pub(super) scratch: &'a mut [u32],
    pub(super) reached: &'a mut [bool],
}

/// As [`are_decided`], with the number of uses of each output.
pub(super) const fn decide(nodes: &[Line<'_>], rows: &[RawEdge], uses: &[u32], space: Space<'_>) -> bool {
    let Space { edges, words, edge_words, scratch, reached } = space;
    copy(rows, edges);
    leave_out_what_may_order_nothing(nodes, edges);
    let (order, totals) = TopologicalOrder::new(edges, nodes.len(), words, edge_words);
    if !totals.acyclic {
        return true;
    }
    let mut ancestors = Ancestors::new(order.dependencies, order.depths, scratch);
    let mut row = 0;
    while row < rows.len() {
        let RawEdge { node, to, how, .. } = rows[row];
        row += 1;
        if matches!(how, Use::Value)
            && uses[to as usize] > 1
            && want_readers(rows, to, node, &mut ancestors)
            && ancestors.missing_upstream_of(node) > 0
        {
            reach(rows, node, reached);
            if is_read_by_any(rows, to, node, reached, &ancestors) {
                return false;
            }
        }
    }
    true
}

/// Whether an output that is moved has more uses, and is not an output of the graph. Counts the uses.
pub(super) const fn are_shared(nodes: &[Line<'_>], rows: &[RawEdge], uses: &mut [u32]) -> bool {
    let mut row = 0;
    let mut any = false;
    while row < rows.len() {
        if !matches!(rows[row].how, Use::Order) {
            uses[rows[row].to as usize] += 1;
        }
        any |= matches!(rows[row].how, Use::Value);
        row += 1;
    }
    let mut shared = false;
    while any && row > 0 {
        row -= 1;
        let to = rows[row].to as usize;
        shared |= matches!(rows[row].how, Use::Value) && uses[to] > 1 && !nodes[to].output;
    }
    shared
}

/// Marks edges between lines that do not make all their members depend on each other, or of which one may have no
/// members.
const fn leave_out_what_may_order_nothing(nodes: &[Line<'_>], edges: &mut [RawEdge]) {
    let mut i = 0;
    while i < edges.len() {
        let RawEdge { node, to, part, .. } = edges[i];
        edges[i].indirect |= part || may_be_empty(&nodes[node as usize]) || may_be_empty(&nodes[to as usize]);
        i += 1;
    }
}

const fn may_be_empty(line: &Line<'_>) -> bool {
    line.is_family() && (line.shape.is_none() || line.len() == 0)
}

/// Wants all other tasks that read an output. Returns whether none of them takes it, too.
const fn want_readers(rows: &[RawEdge], to: u32, taker: u32, ancestors: &mut Ancestors<'_>) -> bool {
    let mut is_taken_once = true;
    let mut row = 0;
    while row < rows.len() {
        let RawEdge { node, to: read, how, .. } = rows[row];
        if read == to && node != taker && !matches!(how, Use::Order) {
            is_taken_once &= !matches!(how, Use::Value);
        }
        row += 1;
    }
    while is_taken_once && row > 0 {
        row -= 1;
        let RawEdge { node, to: read, how, .. } = rows[row];
        if read == to && node != taker && !matches!(how, Use::Order) {
            ancestors.want(node);
        }
    }
    is_taken_once
}

/// Marks the lines that this one may depend on, by any edges.
const fn reach(rows: &[RawEdge], line: u32, reached: &mut [bool]) {
    let mut other = 0;
    while other < reached.len() {
        reached[other] = other == line as usize;
        other += 1;
    }
    let mut grows = true;
    while grows {
        grows = false;
        let mut row = rows.len();
        while row > 0 {
            row -= 1;
            let RawEdge { node, to, indirect, .. } = rows[row];
            if !indirect && reached[node as usize] && !reached[to as usize] {
                reached[to as usize] = true;
                grows = true;
            }
        }
    }
}

/// Whether any line that the taker may depend on, and is not known to, reads an output.
const fn is_read_by_any(
    rows: &[RawEdge],
    to: u32,
    taker: u32,
    reached: &[bool],
    ancestors: &Ancestors<'_>,
) -> bool {
    let mut row = rows.len();
    while row > 0 {
        row -= 1;
        let RawEdge { node, to: read, how, .. } = rows[row];
        if read == to
            && node != taker
            && !matches!(how, Use::Order)
            && reached[node as usize]
            && !ancestors.has_met(node)
        {
            return true;
        }
    }
    false
}
