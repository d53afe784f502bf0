//! Tables of graphs that tests make at run time.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::table::lazy::Owned;
use crate::table::mutable::Mutable;
use crate::table::problems::{self, Problems};
use crate::table::{Line, RawEdge, Source, Table};

impl Table {
    /// The table of a graph with these lines and these edges between tasks, which are grouped by task. It is never
    /// freed.
    pub(crate) fn leak(graph: &'static str, mut nodes: Vec<Line>, edges: Vec<RawEdge>) -> &'static Table {
        let mut len = 0;
        for node in &mut nodes {
            node.first = len as u32;
            len += node.len();
        }
        let columns: &'static Owned = Box::leak(Box::new(Owned::new(&nodes, &edges)));
        let lines: &'static [Line] = nodes.leak();
        let source = Source::Plain(columns.view(lines));
        let memory = Mutable::new(Box::leak(Box::default()));
        Box::leak(Box::new(Table { graph, description: "", lines, len, source, memory }))
    }

    /// The problems of the graph, which has these edges and no families.
    pub(crate) fn problems(&'static self, edges: Vec<RawEdge>) -> Problems {
        let mut scratch = vec![0; problems::SCRATCH * self.len()];
        let mut masks = vec![0; problems::MASKS * self.len()];
        let mut problems = Problems::none(self.lines, edges.leak(), false);
        let view = self.view();
        let (dependencies, order) = (view.columns.dependencies, view.columns.order);
        problems.search(dependencies, order, &view.totals, &mut scratch, &mut masks);
        problems
    }
}
