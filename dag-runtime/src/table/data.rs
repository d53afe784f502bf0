//! The computed columns of a graph, owned.

use crate::table::build::{SCRATCH, build};
use crate::table::columns::ColumnsMut;
use crate::table::slices::flatten;
use crate::table::{Rows, Totals};

/// The columns of a graph's table, for a static: `NODES` tasks, and as many words as [`words`](crate::table::words)
/// returns.
#[derive(Debug)]
pub struct Data<const NODES: usize, const WORDS: usize> {
    pub(crate) words: [u32; WORDS],
    pub(crate) bottom_levels: [u64; NODES],
    pub(crate) totals: Totals,
}

impl<const NODES: usize, const WORDS: usize> Data<NODES, WORDS> {
    /// The columns of a graph with these rows.
    #[must_use]
    pub const fn new<const EDGES: usize>(rows: &Rows<NODES, EDGES>) -> Self {
        let mut data = Data { words: [0; WORDS], bottom_levels: [0; NODES], totals: Totals::NONE };
        let mut scratch = [[0; NODES]; SCRATCH];
        let mut columns = ColumnsMut::split(&mut data.words, NODES, EDGES);
        data.totals =
            build(&rows.nodes, &rows.edges, &mut columns, &mut data.bottom_levels, flatten(&mut scratch));
        data
    }
}
