//! Rows: the lines of a graph and the edges between them, as an expansion writes them.

use crate::table::delta::{Delta, Form};
use crate::table::edges::{Edge, Use};
use crate::table::info::Info;
use crate::table::line::Line;
use crate::table::scan::Scan;
use crate::table::shape::Shape;
use crate::table::site::{LINE_SITE, MOVE_SITE, NO_SITE};
use crate::table::stored::{ListRelease, Stored};
use crate::table::symbolic::{Ranges, UseForm};

/// One edge as written. There can be several from one task to another. It is an edge between lines, or between tasks,
/// with members counted.
#[derive(Clone, Copy, Debug)]
pub struct RawEdge {
    /// The dependent task or line.
    pub(crate) node: u32,
    /// The task or line that it depends on.
    pub(crate) to: u32,
    pub(crate) how: Use,
    /// Whether this reads a task that must be upstream by other edges: it orders nothing.
    pub(crate) indirect: bool,
    /// Whether this is a use of some members, or conditional: then only the expansion of members shows which tasks of
    /// the two lines depend on each other.
    pub(crate) part: bool,
    /// The site of the name that makes the edge.
    pub(crate) site: u32,
}

impl RawEdge {
    pub(crate) const EMPTY: RawEdge =
        RawEdge { node: 0, to: 0, how: Use::Order, indirect: false, part: false, site: NO_SITE };

    /// Whether the output is taken by value.
    pub(crate) const fn is_move(&self) -> bool {
        matches!(self.how, Use::Value)
    }

    /// The site at which the output is taken by value, if it is.
    pub(crate) const fn move_site(&self) -> u32 {
        if self.site < MOVE_SITE { MOVE_SITE + self.site } else { self.site }
    }
}

/// In [`Line::each_site`]: the elements are those of an input. Added to [`LINE_SITE`].
const INPUT_SITE: u32 = 1 << 30;

/// Receives the lines of a graph in listing order, and counts or records them.
#[derive(Debug)]
pub struct RowWriter<'rows> {
    recording: bool,
    nodes: &'rows mut [Line<'static>],
    edges: &'rows mut [RawEdge],
    forms: &'rows mut [Form],
    ranges: &'rows mut [Option<&'static Ranges>],
    node_count: u32,
    task_count: u32,
    edge_count: usize,
    line_site: u32,
    /// The lowest possible offset of the next slot, in bytes.
    end: usize,
    /// The largest alignment of a slot so far.
    align: usize,
    scan: Scan<'rows>,
}

impl<'rows> RowWriter<'rows> {
    /// A writer that only counts.
    pub const fn counting() -> RowWriter<'static> {
        RowWriter { recording: false, ..RowWriter::recording(&mut [], &mut [], &mut [], &mut []) }
    }

    /// A writer that counts and looks for signs of problems, with a zero for each line.
    pub const fn scanning(outputs: &'rows mut [u8]) -> Self {
        RowWriter { scan: Scan::new(outputs), ..RowWriter::counting() }
    }

    /// The number of edges, and whether the table has to be searched for problems, once all lines are scanned.
    pub const fn scanned(&self) -> (usize, bool) {
        (self.edge_count, self.scan.needs_search())
    }

    /// A writer that records.
    const fn recording(
        nodes: &'rows mut [Line<'static>],
        edges: &'rows mut [RawEdge],
        forms: &'rows mut [Form],
        ranges: &'rows mut [Option<&'static Ranges>],
    ) -> Self {
        RowWriter {
            recording: true,
            nodes,
            edges,
            forms,
            ranges,
            node_count: 0,
            task_count: 0,
            edge_count: 0,
            line_site: LINE_SITE,
            end: 0,
            align: 1,
            scan: Scan::new(&mut []),
        }
    }

    /// The number of edges so far.
    pub const fn edge_count(&self) -> usize {
        self.edge_count
    }

    /// Adds a line: a task with this attribute, or a family of this shape.
    pub(crate) const fn push(
        &mut self,
        name: &'static str,
        info: Info,
        edges: &'static [Edge],
        stored: Stored,
        shape: Option<&'static Shape<'static>>,
    ) {
        if !self.recording {
            self.edge_count += edges.len();
            self.scan.line(edges, stored.copy);
            if info.each.is_some() {
                self.scan.repeats();
            }
            return;
        }
        // This runs for each line, and a call costs more than anything else in constant evaluation.
        let offset = (self.end + stored.align - 1) & !(stored.align - 1);
        self.end = offset + stored.size;
        if stored.align > self.align {
            self.align = stored.align;
        }
        let node = Line {
            name,
            description: info.description,
            cost: info.cost,
            output: false,
            offset,
            release: stored.release,
            copy: stored.copy,
            member: stored.member,
            edges,
            first: self.task_count,
            shape,
            each: false,
            each_site: NO_SITE,
            retries: info.retries,
            catches: info.catches,
            optional: false,
            keeps: false,
        };
        let count = match shape {
            Some(shape) => self.task_count as usize + shape.len(),
            None => self.task_count as usize + 1,
        };
        // The algorithms on columns use the highest bit for their own marks.
        assert!(count <= i32::MAX as usize, "a graph has at most 2147483647 tasks");
        self.task_count = count as u32;
        self.nodes[self.node_count as usize] = match info.each {
            Some(list) => Line { each: true, release: list.release(node.is_family()), ..node },
            None => node,
        };
        self.node_count += 1;
        self.line_site = LINE_SITE;
        let (mut edges, mut k) = (edges, 0);
        while let &[Edge { to, how, indirect, .. }, ref rest @ ..] = edges {
            let node = self.node_count - 1;
            self.edges[self.edge_count] = RawEdge { node, to, how, indirect, part: false, site: k };
            self.edge_count += 1;
            edges = rest;
            k += 1;
        }
    }

    /// The last line has a doc comment of its own.
    pub const fn described(&mut self, text: &'static str) {
        if self.recording {
            self.nodes[self.node_count as usize - 1].description = text;
        }
    }

    /// The last line runs once for each element of the output that the `k`-th use in it names.
    pub const fn each(&mut self, k: u32, list: ListRelease) {
        self.scan.repeats();
        if self.recording {
            let node = &mut self.nodes[self.node_count as usize - 1];
            node.each = true;
            node.release = list.release(node.is_family());
            node.each_site = LINE_SITE + k;
        }
    }

    /// The last line runs once for each element of an input.
    pub const fn each_of_input(&mut self, list: ListRelease) {
        // No use of an output has this site, so that each of them is made again for each element.
        self.each(INPUT_SITE, list);
    }

    /// The last line has `when`. If its attribute has `each`, its output is dropped as this list.
    pub const fn when(&mut self, list: Option<ListRelease>) {
        self.scan.doubt();
        if self.recording {
            let node = &mut self.nodes[self.node_count as usize - 1];
            node.optional = true;
            if let (true, Some(list)) = (node.each, list) {
                node.release = list.release(node.is_family());
            }
        }
    }

    /// The last line has `keep`.
    pub const fn keep(&mut self) {
        if self.recording {
            self.nodes[self.node_count as usize - 1].keeps = true;
        }
    }

    /// A dependency that the last line makes by taking an output by value, which is `Copy` if `copy`.
    pub const fn value(&mut self, to: u32, copy: bool) {
        self.line(to, Use::value(copy));
    }

    /// A dependency that the last line makes.
    pub const fn line(&mut self, to: u32, how: Use) {
        self.own(to, how, false);
    }

    /// A dependency of some members of the last line, or on some members, or on a condition. For each index of the used
    /// member, `form` says how it differs from the user's own index. It is empty if a whole line is used, or if the
    /// user is not a family.
    pub const fn part(&mut self, to: u32, how: Use, form: &'static [Delta]) {
        if self.recording {
            self.forms[self.edge_count] = Form::Deltas(form);
        }
        self.own(to, how, true);
    }

    /// A dependency of some members of the last line, or on some members, in a sized graph.
    pub const fn sized_part(&mut self, to: u32, how: Use, form: &'static UseForm) {
        if self.recording {
            self.forms[self.edge_count] = Form::Sized(form);
        }
        self.own(to, how, true);
    }

    /// The ranges of the last line, which is a family of a sized graph.
    pub const fn ranges(&mut self, ranges: &'static Ranges) {
        if self.recording {
            self.ranges[self.node_count as usize - 1] = Some(ranges);
        }
    }

    const fn own(&mut self, to: u32, how: Use, part: bool) {
        if self.recording {
            let site = self.line_site;
            self.line_site = site + 1;
            let node = self.node_count - 1;
            self.edges[self.edge_count] = RawEdge { node, to, how, indirect: false, part, site };
        } else {
            self.scan.uses(to, how);
        }
        self.edge_count += 1;
    }

    /// Ends the rows of a graph that keeps its outputs in `S`. Now all lines are known, so uses by value of `Copy`
    /// outputs are marked as borrows: they move nothing.
    ///
    /// # Panics
    ///
    /// Panics if `S` is not a `repr(C)` struct of the lines' slots in their order: offsets in the table would be wrong.
    pub const fn end<S>(&mut self) {
        if !self.recording {
            return;
        }
        assert!(self.end.next_multiple_of(self.align) == size_of::<S>(), "slots lie where the table says");
        let mut edges = &mut *self.edges;
        while let [edge, rest @ ..] = edges {
            if !edge.part && matches!(edge.how, Use::Value) && self.nodes[edge.to as usize].copy {
                edge.how = Use::Borrow;
            }
            edges = rest;
        }
    }

    /// The output of this line is an output of the graph.
    pub const fn output(&mut self, node: u32) {
        if self.recording {
            self.nodes[node as usize].output = true;
        }
        self.scan.output(node);
    }
}

/// The lines of a graph and the edges between them, as written.
#[derive(Debug)]
pub struct Rows<const NODES: usize, const EDGES: usize> {
    /// In listing order.
    pub(crate) nodes: [Line<'static>; NODES],
    /// Grouped by dependent line, in listing order.
    pub(crate) edges: [RawEdge; EDGES],
    /// For each edge that is a `part`, how the indices differ: see [`RowWriter::part`].
    pub(crate) forms: [Form; EDGES],
    /// For each family of a sized graph, the ranges of its indices.
    pub(crate) ranges: [Option<&'static Ranges>; NODES],
}

impl<const NODES: usize, const EDGES: usize> Rows<NODES, EDGES> {
    /// Empty rows, to be filled by [`Rows::writer`].
    pub const EMPTY: Self = Rows {
        nodes: [Line::EMPTY; NODES],
        edges: [RawEdge::EMPTY; EDGES],
        forms: [Form::Deltas(&[]); EDGES],
        ranges: [None; NODES],
    };

    /// The number of tasks, members counted.
    pub(crate) const fn task_count(&self) -> usize {
        match self.nodes.as_slice() {
            [.., last] => last.first as usize + last.len(),
            [] => 0,
        }
    }

    /// The number of each line's first task, followed by the number of tasks: `N` is `NODES + 1`.
    #[must_use]
    pub const fn firsts<const N: usize>(&self) -> [u32; N] {
        assert!(N == NODES + 1, "each line has a first task, and the last one an end");
        let mut firsts = [self.task_count() as u32; N];
        let mut line = 0;
        while line < NODES {
            firsts[line] = self.nodes[line].first;
            line += 1;
        }
        firsts
    }

    /// A writer that records.
    pub const fn writer(&mut self) -> RowWriter<'_> {
        RowWriter::recording(&mut self.nodes, &mut self.edges, &mut self.forms, &mut self.ranges)
    }
}
