//! Expands the families of a graph: the edges of their members, one line after the other.
//!
//! The same function counts and records the edges, in constant evaluation and natively. Edges of whole lines are in the
//! rows already; the function reports the others.

use crate::table::checked::Miscalculation;
use crate::table::compact::{CompactEdges, kind};
use crate::table::cursor::Cursor;
use crate::table::edges::Use;
use crate::table::expansion_result::{ExpansionResult, OutOfRange};
use crate::table::shape::{MAX_INDICES, Shape};
use crate::table::site::LINE_SITE;
use crate::table::{Line, RawEdge, Rows, slices};

/// A pass through the members of a graph that counts or records their edges.
#[derive(Debug)]
pub struct Expand<'x> {
    nodes: &'x [Line<'x>],
    rows: &'x [RawEdge],
    mode: Mode,
    /// The recorded edges. Edges for which there is no room are dropped.
    edges: &'x mut [RawEdge],
    room: usize,
    /// The recorded edges of a native pass.
    compact: CompactEdges<'x>,
    found: ExpansionResult,
    /// Receives `found` at the end.
    result: Option<&'x mut ExpansionResult>,
    /// The current or next line, and whether it is current.
    line: u32,
    open: bool,
    /// The range of this line's rows. The rows of its own uses begin at `uses`.
    start: usize,
    uses: usize,
    end: usize,
    /// Whether one of these rows is of a whole line, and the next row to expand.
    whole: bool,
    /// Whether none is, in a native pass.
    simple: bool,
    next: usize,
    member: Cursor<'x>,
    /// The current task, and the number of the next one.
    task: u32,
    next_task: u32,
}

/// What a pass does with edges.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// It counts them, and uses out of range too.
    Count,
    /// It records them as written.
    Record,
    /// It records them in few bytes.
    Compact,
}

impl<'x> Expand<'x> {
    /// A pass through the graph with these rows that only counts.
    #[must_use]
    pub const fn counting<const NODES: usize, const EDGES: usize>(rows: &'x Rows<NODES, EDGES>) -> Self {
        Expand::new(&rows.nodes, &rows.edges, true, &mut [], None)
    }

    /// A pass through the graph with these lines and rows that counts, or records.
    pub(super) const fn new(
        nodes: &'x [Line<'x>],
        rows: &'x [RawEdge],
        counting: bool,
        edges: &'x mut [RawEdge],
        result: Option<&'x mut ExpansionResult>,
    ) -> Self {
        let mode = if counting { Mode::Count } else { Mode::Record };
        let compact = CompactEdges::none();
        Expand::with(nodes, rows, mode, edges, compact, result)
    }

    /// A native pass through the graph with these lines and rows. It records as many edges as there is room for, and
    /// counts all.
    pub(super) const fn compact(nodes: &'x [Line<'x>], rows: &'x [RawEdge], edges: CompactEdges<'x>) -> Self {
        Expand::with(nodes, rows, Mode::Compact, &mut [], edges, None)
    }

    const fn with(
        nodes: &'x [Line<'x>],
        rows: &'x [RawEdge],
        mode: Mode,
        edges: &'x mut [RawEdge],
        compact: CompactEdges<'x>,
        result: Option<&'x mut ExpansionResult>,
    ) -> Self {
        Expand {
            nodes,
            rows,
            mode,
            room: edges.len(),
            edges,
            compact,
            found: ExpansionResult::NOTHING,
            result,
            line: 0,
            open: false,
            start: 0,
            uses: 0,
            end: 0,
            whole: false,
            simple: false,
            next: 0,
            member: Cursor::new(&[]),
            task: 0,
            next_task: 0,
        }
    }

    /// The number of edges so far. If this only counts, it is at least the number of recorded edges.
    #[must_use]
    pub const fn edge_count(&self) -> usize {
        self.found.edges
    }

    /// What was found so far.
    pub(super) const fn result(&self) -> ExpansionResult {
        self.found
    }

    /// The bits of all kinds of edges that a native pass found.
    pub(super) const fn kinds_seen(&self) -> u8 {
        self.compact.seen
    }

    /// Expands the remaining lines before `line`, which have only edges of whole lines.
    pub const fn lines(&mut self, line: u32) {
        while self.line < line {
            let next = self.line;
            while self.member(next) {}
        }
        if let (Some(result), true) = (&mut self.result, line as usize == self.nodes.len()) {
            **result = self.found;
        }
    }

    /// Advances to the next member of `line`, if there is one. A line that is not a family has one.
    ///
    /// # Panics
    ///
    /// Panics if another line is next.
    pub const fn member(&mut self, line: u32) -> bool {
        if self.simple && self.member.step() {
            self.begin_task();
            return true;
        }
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
            self.begin_task();
            if self.whole {
                self.next = self.start;
                self.whole_lines(self.uses);
            }
        } else {
            self.line += 1;
            self.simple = false;
        }
        self.open
    }

    #[inline(always)]
    const fn begin_task(&mut self) {
        self.task = self.next_task;
        self.next_task += 1;
        if matches!(self.mode, Mode::Compact) {
            self.compact.starts[self.task as usize] = self.found.edges as u32;
        }
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
        self.simple = !self.whole && matches!(self.mode, Mode::Compact);
    }

    /// An index of the member.
    #[must_use]
    pub const fn index(&self, k: usize) -> isize {
        self.member.index(k)
    }

    /// Whether the indices or conditions of the use of the line `to` are calculated wrong. Then the graph is, and the pass ends.
    pub const fn fails(&mut self, to: u32, fault: Miscalculation) -> bool {
        if fault.happened() {
            self.found.miscalculation = Some((self.task, to, fault));
        }
        fault.happened()
    }

    /// The use number `k` depends on the member of the family `to` with these indices.
    // Calls are slow in constant evaluation, so there are few for each edge.
    pub const fn one(&mut self, k: usize, to: u32, how: Use, indices: &[isize]) {
        if self.simple {
            return self.compact_one(k, to, how, indices);
        }
        if self.whole {
            self.whole_lines(self.uses + k);
        }
        match self.mode {
            Mode::Record => {}
            Mode::Count => {
                self.found.edges += 1;
                return;
            }
            Mode::Compact => return self.compact_one(k, to, how, indices),
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

    #[inline(never)]
    const fn compact_one(&mut self, k: usize, to: u32, how: Use, indices: &[isize]) {
        let (shape, first) = self.family(to);
        match shape.find(indices) {
            Some(position) => {
                self.compact.set(self.found.edges, first + position, kind(how, false));
                self.found.edges += 1;
            }
            None => self.out_of_range(k, to, indices, None),
        }
    }

    /// The use number `k` depends on the members of the family `to` with these first indices, whose last index is in
    /// `lo..hi`.
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

    /// The use number `k` depends on the whole line `to`.
    pub const fn all(&mut self, k: usize, to: u32, how: Use) {
        if self.whole {
            self.whole_lines(self.uses + k);
        }
        let line = &self.nodes[to as usize];
        self.record(self.edge(k, line.first, how), line.len());
    }

    const fn family(&self, to: u32) -> (&'x Shape<'x>, u32) {
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

    /// Records `count` edges, to this task and the following ones.
    const fn record(&mut self, mut edge: RawEdge, count: usize) {
        let start = self.found.edges;
        if !matches!(self.mode, Mode::Record) {
            if matches!(self.mode, Mode::Compact) {
                self.compact.fill(start, edge.to, count, kind(edge.how, edge.indirect));
            }
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

    /// Records the edges of whole lines from the rows before `end`.
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

/// The edges between the `MEMBERS` tasks of a graph, for a static.
#[derive(Debug)]
pub struct Expanded<const MEMBERS: usize, const EDGES: usize> {
    edges: [RawEdge; EDGES],
    pub(super) found: ExpansionResult,
}

impl<const MEMBERS: usize, const EDGES: usize> Expanded<MEMBERS, EDGES> {
    /// No edges yet.
    pub const EMPTY: Self = Expanded { edges: [RawEdge::EMPTY; EDGES], found: ExpansionResult::NOTHING };

    /// The recorded edges.
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
