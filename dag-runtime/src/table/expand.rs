//! How an expansion tells the members of its families and their edges, one line after the other.
//!
//! The same function is called to count the edges and to record them, in constant evaluation and
//! natively. Edges of whole lines are in the rows already; it tells the others.

use crate::table::cursor::Cursor;
use crate::table::edges::Use;
use crate::table::expansion_result::{ExpansionResult, OutOfRange};
use crate::table::shape::{MAX_INDICES, Shape};
use crate::table::site::LINE_SITE;
use crate::table::{Line, RawEdge, Rows, slices};

/// A pass through the members of a graph, which counts or records their edges.
#[derive(Debug)]
pub struct Expand<'x> {
    nodes: &'x [Line],
    rows: &'x [RawEdge],
    /// Whether it only counts. A use outside of its family counts as well then.
    counting: bool,
    /// Where edges are recorded; those for which there is no room are left out.
    edges: &'x mut [RawEdge],
    room: usize,
    found: ExpansionResult,
    /// Where to leave that at the end.
    result: Option<&'x mut ExpansionResult>,
    /// The line that is told, or comes next, and whether its members are being told.
    line: u32,
    open: bool,
    /// The rows of that line begin and end here, those of its own uses begin at `uses`.
    start: usize,
    uses: usize,
    end: usize,
    /// Whether one of them is of a whole line, and which comes next.
    whole: bool,
    next: usize,
    member: Cursor,
    /// The task that is told, and the number of the one after it.
    task: u32,
    next_task: u32,
}

impl<'x> Expand<'x> {
    /// A pass through the graph with these rows that counts only.
    #[must_use]
    pub const fn counting<const NODES: usize, const EDGES: usize>(rows: &'x Rows<NODES, EDGES>) -> Self {
        Expand::new(&rows.nodes, &rows.edges, true, &mut [], None)
    }

    /// A pass through the graph with these lines and rows that counts, or records.
    pub(super) const fn new(
        nodes: &'x [Line],
        rows: &'x [RawEdge],
        counting: bool,
        edges: &'x mut [RawEdge],
        result: Option<&'x mut ExpansionResult>,
    ) -> Self {
        Expand {
            nodes,
            rows,
            counting,
            room: edges.len(),
            edges,
            found: ExpansionResult::NOTHING,
            result,
            line: 0,
            open: false,
            start: 0,
            uses: 0,
            end: 0,
            whole: false,
            next: 0,
            member: Cursor::new(&[]),
            task: 0,
            next_task: 0,
        }
    }

    /// How many edges were told. Where it only counts, this is at least as many as are recorded.
    #[must_use]
    pub const fn edge_count(&self) -> usize {
        self.found.edges
    }

    /// Tells the lines before `line` that were not told yet: all their edges are of whole lines.
    pub const fn lines(&mut self, line: u32) {
        while self.line < line {
            let next = self.line;
            while self.member(next) {}
        }
        if let (Some(result), true) = (&mut self.result, line as usize == self.nodes.len()) {
            **result = self.found;
        }
    }

    /// Goes on to the next member of `line`, if there is one: a line that is no family has one.
    ///
    /// # Panics
    ///
    /// Panics where this is not the line that comes next.
    pub const fn member(&mut self, line: u32) -> bool {
        if self.open {
            if self.whole {
                self.whole_lines(self.end);
            }
        } else {
            assert!(self.line == line, "lines are found in their order");
            self.begin();
        }
        self.open = self.member.next();
        if self.open {
            self.task = self.next_task;
            self.next_task += 1;
            if self.whole {
                self.next = self.start;
                self.whole_lines(self.uses);
            }
        } else {
            self.line += 1;
        }
        self.open
    }

    const fn begin(&mut self) {
        let node = &self.nodes[self.line as usize];
        self.member = Cursor::new(match node.shape {
            Some(shape) => shape.dims,
            None => &[],
        });
        self.start = self.end;
        self.uses = self.start + node.edges.len();
        self.whole = false;
        while self.end < self.rows.len() && self.rows[self.end].node == self.line {
            self.whole |= !self.rows[self.end].part;
            self.end += 1;
        }
    }

    /// An index of the member.
    #[must_use]
    pub const fn index(&self, k: usize) -> isize {
        self.member.index(k)
    }

    /// By its use number `k`, the member depends on the one of the family `to` with these indices.
    // Constant evaluation takes long over calls, so there are few for an edge.
    pub const fn one(&mut self, k: usize, to: u32, how: Use, indices: &[isize]) {
        if self.whole {
            self.whole_lines(self.uses + k);
        }
        if self.counting {
            self.found.edges += 1;
            return;
        }
        let line = &self.nodes[to as usize];
        let Some(shape) = line.shape else { panic!("only a family has members") };
        match shape.combination(indices) {
            Ok(position) => {
                if self.found.edges < self.room {
                    let (node, to, site) = (self.task, line.first + position, LINE_SITE + k as u32);
                    self.edges[self.found.edges] =
                        RawEdge { node, to, how, indirect: false, part: false, site };
                    self.found.edges += 1;
                }
            }
            Err(_) => self.out_of_range(k, to, indices, None),
        }
    }

    /// By its use number `k`, the member depends on those of the family `to` whose last index is
    /// inside of `lo..hi`, and the others are these.
    pub const fn some(&mut self, k: usize, to: u32, how: Use, indices: &[isize], lo: isize, hi: isize) {
        if self.whole {
            self.whole_lines(self.uses + k);
        }
        let (shape, first) = self.family(to);
        match shape.slice(indices, lo, hi) {
            Some((start, end)) => self.record(self.edge(k, first + start, how), (end - start) as usize),
            None => self.out_of_range(k, to, indices, Some((lo, hi))),
        }
    }

    /// By its use number `k`, the member depends on the whole line `to`.
    pub const fn all(&mut self, k: usize, to: u32, how: Use) {
        if self.whole {
            self.whole_lines(self.uses + k);
        }
        let line = &self.nodes[to as usize];
        self.record(self.edge(k, line.first, how), line.len());
    }

    const fn family(&self, to: u32) -> (&'x Shape, u32) {
        let node = &self.nodes[to as usize];
        match node.shape {
            Some(shape) => (shape, node.first),
            None => panic!("only a family has members"),
        }
    }

    const fn edge(&self, k: usize, to: u32, how: Use) -> RawEdge {
        let site = LINE_SITE + k as u32;
        RawEdge { node: self.task, to, how, indirect: false, part: false, site }
    }

    /// Records an edge, and those like it on the following tasks: so many in all.
    const fn record(&mut self, mut edge: RawEdge, count: usize) {
        let start = self.found.edges;
        if self.counting {
            self.found.edges = start + count;
            return;
        }
        let room = self.room - start;
        self.found.edges += if count < room { count } else { room };
        let mut i = start;
        while i < self.found.edges {
            self.edges[i] = edge;
            edge.to += 1;
            i += 1;
        }
    }

    #[cold]
    const fn out_of_range(&mut self, k: usize, to: u32, indices: &[isize], slice: Option<(isize, isize)>) {
        let mut copy = [0; MAX_INDICES];
        slices::copy(indices, copy.split_at_mut(indices.len()).0);
        self.found.push_out_of_range(OutOfRange {
            task: self.task,
            line: self.line,
            site: LINE_SITE + k as u32,
            to,
            indices: copy,
            len: indices.len(),
            slice,
        });
    }

    /// Tells the edges of the rows up to `end` that are of whole lines and were not told yet.
    const fn whole_lines(&mut self, end: usize) {
        while self.next < end {
            let row = self.rows[self.next];
            if !row.part {
                let line = &self.nodes[row.to as usize];
                self.record(RawEdge { node: self.task, to: line.first, ..row }, line.len());
            }
            self.next += 1;
        }
    }
}

/// The edges of a graph's tasks, of which there are `MEMBERS`, to stand in a static.
#[derive(Debug)]
pub struct Expanded<const MEMBERS: usize, const EDGES: usize> {
    edges: [RawEdge; EDGES],
    pub(super) found: ExpansionResult,
}

impl<const MEMBERS: usize, const EDGES: usize> Expanded<MEMBERS, EDGES> {
    /// Nothing told yet.
    pub const EMPTY: Self = Expanded { edges: [RawEdge::EMPTY; EDGES], found: ExpansionResult::NOTHING };

    /// The edges, without the room that was left.
    pub(super) const fn edges(&self) -> &[RawEdge] {
        self.edges.split_at(self.found.edges).0
    }

    /// A pass through the graph with these rows that records.
    pub const fn expand<'x, const NODES: usize, const ROWS: usize>(
        &'x mut self,
        rows: &'x Rows<NODES, ROWS>,
    ) -> Expand<'x> {
        Expand::new(&rows.nodes, &rows.edges, false, &mut self.edges, Some(&mut self.found))
    }
}
