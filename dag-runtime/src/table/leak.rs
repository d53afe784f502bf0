//! Tables of graphs that tests make at run time.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::table::order::TopologicalOrder;
use crate::table::problems::{self, Problems};
use crate::table::{Line, RawEdge, Table};

impl Table {
    /// As [`Table::from_lines`]. It is never freed.
    pub(crate) fn leak(
        graph: &'static str,
        lines: Vec<Line<'static>>,
        edges: Vec<RawEdge>,
    ) -> &'static Table {
        Box::leak(Box::new(Table::from_lines(graph, "", lines, &edges)))
    }

    /// The problems of the graph, which has these edges and no families.
    pub(crate) fn problems(&'static self, edges: Vec<RawEdge>) -> Problems<'static> {
        let mut scratch = vec![0; problems::SCRATCH * self.len()];
        let mut masks = vec![0; problems::MASKS * self.len()];
        let mut links = vec![0; edges.len()];
        let mut problems = Problems::none(self.lines(), edges.leak(), false);
        let view = self.view();
        let (dependencies, order) = (view.columns().dependencies, view.columns().order);
        let order = TopologicalOrder { dependencies, order, depths: view.depths() };
        problems.search(&order, view.totals(), &mut scratch, &mut links, &mut masks);
        problems
    }
}
