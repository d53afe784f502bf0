//! The forms of the rows of a graph, and which ways they change indices.

use crate::table::delta::{Delta, Form};
use crate::table::symbolic::{Question, Ranges};
use crate::table::ways::Ways;
use crate::table::{Line, RawEdge};

/// The forms of the rows of a graph.
#[derive(Debug)]
pub(crate) struct Forms<'a> {
    pub(crate) forms: &'a [Form],
    /// For each family of a sized graph, its ranges.
    pub(crate) ranges: &'a [Option<&'static Ranges>],
    /// For each row, what is known already: four bits for each index, the first of which says so.
    pub(crate) known: &'a mut [u32],
}

const KNOWN: u32 = 0b1000;

impl Forms<'_> {
    /// Whether a line has no members. A family of a sized graph may have some.
    pub(crate) const fn is_empty(&self, nodes: &[Line<'_>], line: u32) -> bool {
        self.ranges[line as usize].is_none() && nodes[line as usize].len() == 0
    }

    /// Which ways the index at this position goes in a row.
    pub(crate) const fn ways(&mut self, rows: &[RawEdge], row: usize, position: usize) -> Ways {
        let Form::Sized(form) = self.forms[row] else {
            let Form::Deltas(deltas) = self.forms[row] else { return Ways::ALL };
            return ways(deltas, position);
        };
        let bits = self.known[row] >> (4 * position);
        if bits & KNOWN != 0 {
            return Ways::of(bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
        }
        let RawEdge { node, to, .. } = rows[row];
        let Some(target) = self.ranges[to as usize] else { return Ways::ALL };
        let ways = Question { own: self.ranges[node as usize], form, target }.ways(position);
        let bits = KNOWN | ways.down as u32 | (ways.same as u32) << 1 | (ways.up as u32) << 2;
        self.known[row] |= bits << (4 * position);
        ways
    }
}

/// Which ways the index at this position goes in a form.
const fn ways(deltas: &[Delta], position: usize) -> Ways {
    if position >= deltas.len() {
        return Ways::ALL;
    }
    match deltas[position] {
        Delta::By(0) => Ways::of(false, true, false),
        Delta::By(..0) | Delta::Down => Ways::of(true, false, false),
        Delta::By(_) | Delta::Up => Ways::of(false, false, true),
        Delta::DownOrSame => Ways::of(true, true, false),
        Delta::SameOrUp => Ways::of(false, true, true),
        Delta::Unknown => Ways::ALL,
    }
}
