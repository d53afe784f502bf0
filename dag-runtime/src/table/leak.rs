//! Tables of graphs that are made at run time, for tests.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::table::build::{SCRATCH, build};
use crate::table::columns::{Columns, Lists, words};
use crate::table::problems::{self, Problems};
use crate::table::{Node, RawEdge, Table};

impl Table {
    /// The table of a graph with these nodes and edges, which are grouped by node. It is never
    /// freed.
    pub(crate) fn leak(graph: &'static str, nodes: Vec<Node>, edges: Vec<RawEdge>) -> &'static Table {
        let mut data = vec![0; words(nodes.len(), edges.len())];
        let mut bottom_levels = vec![0; nodes.len()];
        let mut scratch = vec![0; SCRATCH * nodes.len()];
        let mut columns = Columns::split(&mut data, nodes.len(), edges.len());
        let totals = build(&nodes, &edges, &mut columns, &mut bottom_levels, &mut scratch);
        Box::leak(Box::new(Table {
            graph,
            description: "",
            lists: Lists::split(data.leak(), nodes.len(), edges.len()),
            nodes: nodes.leak(),
            bottom_levels: bottom_levels.leak(),
            totals,
        }))
    }

    /// The problems of the graph, which has these edges.
    pub(crate) fn problems(&self, edges: Vec<RawEdge>) -> Problems {
        let mut scratch = vec![0; problems::SCRATCH * self.len()];
        let mut masks = vec![0; problems::MASKS * self.len()];
        let rows = (self.nodes, &*edges.leak());
        Problems::search(rows, &self.lists, &self.totals, &mut scratch, &mut masks)
    }
}
