//! Tables of graphs with sizes. They are made when sizes are new, and a few of them are kept.
//!
//! The rows of such a graph are a constant, as those of any other: names, edges of attributes, offsets of slots. Only the
//! members of families depend on sizes. So a table is made of the rows with the [ranges](RangeWriter) for these sizes and
//! the edges that a function tells of the members.

mod checks;
mod countable;
mod fault;
mod given;
mod kept;
mod proven;
mod sizes;
#[cfg(test)]
mod tests;
mod writer;

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hint::black_box;

use crate::error::{Error, Failure};
use crate::table::in_place::{InPlaceTable, TellUsers};
use crate::table::native::{HeapColumns, Recorded, SharedMoves, TOO_MANY_EDGES, record};
use crate::table::owned::{OwnedLines, OwnedSource};
use crate::table::symbolic::Ranges;
use crate::table::told::{NOT_THE_SAME, ToldUses};
use crate::table::{Expand, InPlaceUses, Limits, Line, Proof, RawEdge, Rows, SharedTable, Table};
use crate::unwind::catch;

use checks::problem;
use fault::Fault;
pub(crate) use given::GivenSizes;
pub use kept::KeptTables;
pub use proven::Proven;
pub use sizes::Sizes;
pub use writer::RangeWriter;

/// This many bytes for each task are asked for at once before a large table is made: what does not fit fails there.
const BYTES_OF_A_TASK: usize = 96;

/// From this many tasks on a table is large.
const LARGE: usize = 1 << 20;

/// Whether there may be memory for a table with these lines.
fn may_fit(lines: &[Line<'_>]) -> bool {
    let tasks: usize = lines.iter().map(Line::len).sum();
    let bytes = tasks.saturating_mul(BYTES_OF_A_TASK);
    let mut memory = Vec::<u8>::new();
    tasks < LARGE || black_box(&mut memory).try_reserve_exact(bytes).is_ok()
}

/// The largest size.
const MAX_SIZE: usize = i32::MAX as usize;

/// What the tables of a graph with sizes are made from, for a static.
#[derive(Debug)]
pub struct Template {
    graph: &'static str,
    description: &'static str,
    /// The names of the sizes.
    sizes: &'static [&'static str],
    nodes: &'static [Line<'static>],
    rows: &'static [RawEdge],
    /// The ranges of each line's indices, by their forms.
    forms: &'static [Option<&'static Ranges>],
    ranges: fn(&[isize], &mut RangeWriter),
    expand: fn(&[isize], &mut Expand<'_>),
    /// What the compiler has proven for all sizes.
    proof: Proof,
    /// Whether uses call functions, so that what they choose is kept.
    tells: bool,
    in_place: Option<InPlaceTable>,
    limits: Option<&'static Limits>,
}

impl Template {
    /// For a graph with these rows. `ranges` tells the ranges of all families, and `expand` the edges of all members,
    /// both for given sizes.
    #[must_use]
    pub const fn new<const NODES: usize, const EDGES: usize>(
        (graph, description): (&'static str, &'static str),
        sizes: &'static [&'static str],
        rows: &'static Rows<NODES, EDGES>,
        ranges: fn(&[isize], &mut RangeWriter),
        expand: fn(&[isize], &mut Expand<'_>),
        proof: Proof,
        tells: bool,
    ) -> Self {
        Template {
            graph,
            description,
            sizes,
            nodes: &rows.nodes,
            rows: &rows.edges,
            forms: &rows.ranges,
            ranges,
            expand,
            proof,
            tells,
            in_place: None,
            limits: None,
        }
    }

    /// The same, with inputs that tasks change in place.
    #[must_use]
    pub const fn in_place(mut self, uses: &'static InPlaceUses, tell: TellUsers) -> Self {
        self.in_place = Some(InPlaceTable::new(uses, tell));
        self
    }

    /// The same, of a graph with limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: &'static Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// The table for these sizes: one of those that are kept, or a new one.
    ///
    /// # Errors
    ///
    /// Fails if the graph is wrong for these sizes, or too large.
    pub fn table(&self, kept: &KeptTables, sizes: &[usize]) -> Result<SharedTable, Error> {
        kept.get(sizes, || self.make(sizes).map(Arc::new)).map(SharedTable::from)
    }

    /// A new table for these sizes.
    #[cold]
    fn make(&self, sizes: &[usize]) -> Result<Table, Error> {
        // Ranges, indices and conditions may call functions of the user.
        let made = catch(|| self.try_make(sizes)).unwrap_or_else(|payload| {
            let panic = Failure::panic(payload);
            Err(Fault::Wrong(format!("a range, an index or a condition panicked: {panic}")))
        });
        made.map_err(|fault| self.error(sizes, fault))
    }

    fn try_make(&self, sizes: &[usize]) -> Result<Table, Fault> {
        if let Some(k) = sizes.iter().position(|&size| size > MAX_SIZE) {
            return Err(Fault::Size(k));
        }
        let values: Vec<isize> = sizes.iter().map(|&size| size as isize).collect();
        let mut writer = RangeWriter::new();
        (self.ranges)(&values, &mut writer);
        let lines = OwnedLines::new(self.nodes.to_vec(), writer.finish()?)?;
        if !may_fit(lines.as_slice()) {
            return Err(Fault::Wrong("its table needs more memory than there is".into()));
        }
        let expand = |x: &mut Expand<'_>| (self.expand)(&values, x);
        let mut written = None;
        let recorded = if self.tells {
            // One pass tells all, since another one may find something else.
            let (edges, result) = record(lines.as_slice(), self.rows, &expand);
            let recorded = Recorded::copied(lines.as_slice(), &edges);
            written = Some(edges);
            Some((recorded, result))
        } else {
            Recorded::expanded(lines.as_slice(), self.rows, &expand)
        };
        let Some((edges, result)) = recorded else {
            return Err(Fault::Wrong(TOO_MANY_EDGES.into()));
        };
        if let Some(found) = result.miscalculation {
            return Err(Fault::Wrong(self.miscalculated(lines.as_slice(), found)));
        }
        if let [first, ..] = result.out_of_range() {
            return Err(Fault::Wrong(self.out_of_range(lines.as_slice(), first)));
        }
        // Nothing that was proven is checked again, but for cycles, which show when the columns are computed.
        let is_proven = self.proof.moves_once() && !self.tells;
        let moves = edges.moves() && !is_proven;
        let may_be_wrong = edges.indirect() || moves && self.moves_repeat();
        let shared = if moves { SharedMoves::of(lines.as_slice(), &edges) } else { SharedMoves::None };
        let columns = HeapColumns::new(lines.as_slice(), edges);
        let is_wrong = !columns.is_acyclic() || !shared.are_ordered(&columns);
        if is_wrong || may_be_wrong {
            let problem = match &written {
                Some(edges) => problem(lines.as_slice(), edges),
                None => problem(lines.as_slice(), &record(lines.as_slice(), self.rows, &expand).0),
            };
            if is_wrong || problem.is_some() {
                return Err(Fault::Wrong(problem.unwrap_or_else(|| NOT_THE_SAME.into())));
            }
        }
        if let Some(in_place) = self.in_place.filter(|_| !self.proof.is_ordered() || self.tells) {
            self.check_order(&in_place, lines.as_slice(), &values, &columns)?;
        }
        let told = written.map(|edges| ToldUses::new(&edges));
        let moves = self.rows.iter().filter(|row| row.is_move()).copied().collect();
        let source = OwnedSource::new(lines, columns, moves, told);
        let mut table = Table::owned(self.graph, self.description, source);
        table.limits = self.limits;
        Ok(table.made_for(GivenSizes::new(self.sizes, sizes), self.in_place))
    }
}
