//! How an expansion tells its tasks and edges: a walk through the nodes, in listing order.

use crate::slot::{Release, Store, release_of};
use crate::table::edges::{Edge, Use};
use crate::task::Info;

/// No site: what a phase that reports nothing asks for.
pub const NO_SITE: u32 = u32::MAX;

/// Site numbers: the `k`-th dependency of an attribute has site `k`, the parameter that takes its
/// output by value `MOVE_SITE + k`, and the `k`-th use in the node's own line `LINE_SITE + k`.
pub const MOVE_SITE: u32 = 1 << 16;
/// See [`MOVE_SITE`].
pub const LINE_SITE: u32 = 1 << 17;

/// What a table holds of a task beside its edges.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is called in the graph.
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) cost: u64,
    /// Whether its output is one of the graph's.
    pub(crate) output: bool,
    /// Where its slot lies in the graph's slots, in bytes.
    pub(crate) offset: usize,
    /// How its output is dropped; none where that does nothing.
    pub(crate) release: Option<Release>,
    /// The dependencies of its attribute, by which the expansion of its function reads.
    pub(crate) edges: &'static [Edge],
}

impl Node {
    pub(crate) const EMPTY: Node =
        Node { name: "", description: "", cost: 0, output: false, offset: 0, release: None, edges: &[] };
}

/// One edge as it was written: several may lead from one task to another.
#[derive(Clone, Copy, Debug)]
pub struct RawEdge {
    /// The task that depends.
    pub(crate) node: u32,
    /// The task that it depends on.
    pub(crate) to: u32,
    pub(crate) how: Use,
    /// Whether this reads a task that has to be upstream by other edges: it orders nothing.
    pub(crate) indirect: bool,
    /// Where the name that makes the edge stands.
    pub(crate) site: u32,
    /// Where an output is taken by value, if it is.
    pub(crate) move_site: u32,
}

impl RawEdge {
    pub(crate) const EMPTY: RawEdge =
        RawEdge { node: 0, to: 0, how: Use::Order, indirect: false, site: NO_SITE, move_site: NO_SITE };
}

/// A walk through the nodes of a graph, in listing order, that counts or records.
#[derive(Debug)]
pub struct Walk<'rows> {
    recording: bool,
    nodes: &'rows mut [Node],
    edges: &'rows mut [RawEdge],
    node_count: u32,
    edge_count: usize,
    line_site: u32,
    /// Where the next slot may begin, in bytes.
    end: usize,
    /// The largest alignment of a slot so far.
    align: usize,
}

impl Walk<'_> {
    /// A walk that counts only.
    pub const fn counting() -> Walk<'static> {
        Walk {
            recording: false,
            nodes: &mut [],
            edges: &mut [],
            node_count: 0,
            edge_count: 0,
            line_site: LINE_SITE,
            end: 0,
            align: 1,
        }
    }

    /// How many edges were met.
    pub const fn edge_count(&self) -> usize {
        self.edge_count
    }

    /// The next node: an instance, called `name`, of the task with these facts and edges, with its
    /// output of type `O`, in the slot that a `repr(C)` struct of all slots has for it.
    pub const fn node<O>(&mut self, name: &'static str, description: Option<&'static str>, info: Info) {
        let align = align_of::<Store<O>>();
        let offset = self.end.next_multiple_of(align);
        self.end = offset + size_of::<Store<O>>();
        if align > self.align {
            self.align = align;
        }
        if !self.recording {
            self.edge_count += info.edges.len();
            return;
        }
        self.nodes[self.node_count as usize] = Node {
            name,
            description: match description {
                Some(text) => text,
                None => info.description,
            },
            cost: info.cost,
            output: false,
            offset,
            release: release_of::<O>(),
            edges: info.edges,
        };
        self.node_count += 1;
        self.line_site = LINE_SITE;
        let (mut edges, mut copies, mut k) = (info.edges, info.copies, 0);
        while let &[Edge { to, mut how, indirect }, ref rest @ ..] = edges {
            if let (Use::Value, &[copy, ref rest @ ..]) = (how, copies) {
                how = how.of(copy);
                copies = rest;
            }
            self.record(to, how, indirect, k, MOVE_SITE + k);
            edges = rest;
            k += 1;
        }
    }

    /// A dependency of the last node that its own line makes, by taking an output by value. Whether that is
    /// `Copy`, `copy` says.
    pub const fn value(&mut self, to: u32, copy: bool) {
        self.line(to, Use::Value.of(copy));
    }

    /// A dependency of the last node that its own line makes.
    pub const fn line(&mut self, to: u32, how: Use) {
        if self.recording {
            let site = self.line_site;
            self.line_site = site + 1;
            self.record(to, how, false, site, site);
        } else {
            self.edge_count += 1;
        }
    }

    /// Records an edge of the last node.
    const fn record(&mut self, to: u32, how: Use, indirect: bool, site: u32, move_site: u32) {
        let node = self.node_count - 1;
        self.edges[self.edge_count] = RawEdge { node, to, how, indirect, site, move_site };
        self.edge_count += 1;
    }

    /// The end of the walk, in a graph that keeps its outputs in `S`.
    ///
    /// # Panics
    ///
    /// Panics where `S` is no `repr(C)` struct of the slots of the nodes, in their order: offsets
    /// in the table would be wrong.
    pub const fn end<S>(&self) {
        assert!(self.end.next_multiple_of(self.align) == size_of::<S>(), "slots lie where the table says");
    }

    /// The output of a node is one of the graph's.
    pub const fn output(&mut self, node: u32) {
        if self.recording {
            self.nodes[node as usize].output = true;
        }
    }
}

/// The nodes of a graph and the edges between them, as written.
#[derive(Debug)]
pub struct Rows<const NODES: usize, const EDGES: usize> {
    /// In listing order.
    pub(crate) nodes: [Node; NODES],
    /// By node, in listing order.
    pub(crate) edges: [RawEdge; EDGES],
}

impl<const NODES: usize, const EDGES: usize> Rows<NODES, EDGES> {
    /// Rows to be recorded by [`Rows::walk`].
    pub const EMPTY: Self = Rows { nodes: [Node::EMPTY; NODES], edges: [RawEdge::EMPTY; EDGES] };

    /// A walk that records.
    pub const fn walk(&mut self) -> Walk<'_> {
        Walk {
            recording: true,
            nodes: &mut self.nodes,
            edges: &mut self.edges,
            node_count: 0,
            edge_count: 0,
            line_site: LINE_SITE,
            end: 0,
            align: 1,
        }
    }
}
