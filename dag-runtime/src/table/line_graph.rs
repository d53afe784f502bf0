//! Which lines of a graph depend on each other, and whether that makes a cycle of members.

use crate::table::forms::Forms;
use crate::table::shape::MAX_INDICES;
use crate::table::ways::Ways;
use crate::table::{Line, RawEdge};

/// The lines of a graph, and which of them depend on each other.
pub(super) struct LineGraph<'a> {
    rows: &'a [RawEdge],
    /// The rows that are removed.
    pub(super) gone: &'a mut [bool],
    /// The range of each line's rows.
    starts: &'a mut [u32],
    ends: &'a mut [u32],
    /// For each line, a representative of its strongly connected component.
    component: &'a mut [u32],
    /// The number of a line in the order of the search, from 1. `CLOSED` if its component is known.
    number: &'a mut [u32],
    /// The lines without a component so far, and the lines on the current path.
    stack: &'a mut [u32],
    path: &'a mut [u32],
}

const CLOSED: u32 = u32::MAX;

impl<'a> LineGraph<'a> {
    pub(super) const fn new(
        nodes: &[Line<'_>],
        rows: &'a [RawEdge],
        gone: &'a mut [bool],
        scratch: &'a mut [u32],
    ) -> Self {
        let count = nodes.len();
        let (starts, rest) = scratch.split_at_mut(count);
        let (ends, rest) = rest.split_at_mut(count);
        let (component, rest) = rest.split_at_mut(count);
        let (number, rest) = rest.split_at_mut(count);
        let (stack, path) = rest.split_at_mut(count);
        let (mut line, mut row) = (0, 0);
        while line < count {
            starts[line] = row as u32;
            while row < rows.len() && rows[row].node as usize == line {
                row += 1;
            }
            ends[line] = row as u32;
            line += 1;
        }
        LineGraph { rows, gone, starts, ends, component, number, stack, path }
    }

    /// Removes the rows that order nothing, whatever the members are.
    pub(super) const fn leave_out_what_orders_nothing(&mut self, nodes: &[Line<'_>], forms: &Forms<'_>) {
        let mut row = 0;
        while row < self.rows.len() {
            let RawEdge { node, to, indirect, .. } = self.rows[row];
            self.gone[row] = indirect || forms.is_empty(nodes, node) || forms.is_empty(nodes, to);
            row += 1;
        }
    }

    /// Finds the strongly connected components.
    ///
    /// While a line is open, `component` holds the number of the earliest line known to be in its component, and
    /// `starts` the next of its rows.
    pub(super) const fn find_components(&mut self) {
        let count = self.starts.len();
        let (mut met, mut waiting, mut root) = (0, 0, 0);
        while root < count {
            self.number[root] = 0;
            root += 1;
        }
        root = 0;
        while root < count {
            let mut height = 0;
            let mut next = root;
            loop {
                if self.number[next] == 0 {
                    met += 1;
                    self.number[next] = met;
                    self.component[next] = met;
                    self.stack[waiting] = next as u32;
                    waiting += 1;
                    self.path[height] = next as u32;
                    height += 1;
                }
                if height == 0 {
                    break;
                }
                let line = self.path[height - 1] as usize;
                let row = self.starts[line];
                if row < self.ends[line] {
                    self.starts[line] = row + 1;
                    if self.gone[row as usize] {
                        continue;
                    }
                    next = self.rows[row as usize].to as usize;
                    if self.number[next] != 0 && self.number[next] < self.component[line] {
                        self.component[line] = self.number[next];
                    }
                    continue;
                }
                height -= 1;
                let earliest = self.component[line];
                if earliest == self.number[line] {
                    loop {
                        waiting -= 1;
                        let other = self.stack[waiting] as usize;
                        self.number[other] = CLOSED;
                        self.component[other] = line as u32;
                        if other == line {
                            break;
                        }
                    }
                } else {
                    let parent = self.path[height - 1] as usize;
                    if earliest < self.component[parent] {
                        self.component[parent] = earliest;
                    }
                }
            }
            root += 1;
        }
        // The rows of a line begin where those of the previous line end.
        let (mut line, mut start) = (0, 0);
        while line < count {
            self.starts[line] = start;
            start = self.ends[line];
            line += 1;
        }
    }

    /// Whether the row is part of a cycle of lines.
    const fn is_inside(&self, row: usize) -> bool {
        let RawEdge { node, to, .. } = self.rows[row];
        !self.gone[row] && self.component[node as usize] == self.component[to as usize]
    }

    /// A representative of the component of a row's line; `None` if the row is removed.
    pub(super) const fn component(&self, row: usize) -> Option<u32> {
        if self.gone[row] { None } else { Some(self.component[self.rows[row].node as usize]) }
    }

    pub(super) const fn has_cycle(&self) -> bool {
        let mut row = 0;
        while row < self.rows.len() {
            if self.is_inside(row) {
                return true;
            }
            row += 1;
        }
        false
    }

    /// Whether the remaining rows make no cycle of members. If not, the rows that are left are those that stand in the
    /// way.
    pub(super) const fn is_acyclic(&mut self, forms: &mut Forms<'_>, signs: &mut [u32]) -> bool {
        loop {
            self.find_components();
            let mut any = false;
            let mut row = 0;
            while row < self.rows.len() {
                if self.is_inside(row) {
                    any = true;
                } else {
                    self.gone[row] = true;
                }
                row += 1;
            }
            if !any {
                return true;
            }
            let mut position = 0;
            while !self.remove_strict(forms, position, signs) {
                position += 1;
                if position == MAX_INDICES {
                    return false;
                }
            }
        }
    }

    /// Removes the uses that always change the index at this position, among lines where no use changes it the other
    /// way. Returns whether there were any.
    const fn remove_strict(&mut self, forms: &mut Forms<'_>, position: usize, signs: &mut [u32]) -> bool {
        let mut line = 0;
        while line < signs.len() {
            signs[line] = 0;
            line += 1;
        }
        let mut row = 0;
        while row < self.rows.len() {
            if !self.gone[row] {
                let Ways { down, up, .. } = forms.ways(self.rows, row, position);
                let all = &mut signs[self.component[self.rows[row].node as usize] as usize];
                *all |= down as u32 | (up as u32) << 1;
            }
            row += 1;
        }
        let mut any = false;
        while row > 0 {
            row -= 1;
            if !self.gone[row] {
                let all = signs[self.component[self.rows[row].node as usize] as usize];
                let Ways { down, same, up } = forms.ways(self.rows, row, position);
                // A use that goes no way at all is made by no member.
                if !same && (all != 0b11 || !down && !up) {
                    self.gone[row] = true;
                    any = true;
                }
            }
        }
        any
    }
}
