//! Runs of graphs with sizes, and what their calls ask of the table.

use super::{Done, Execute, Frame, RawGraph};
use crate::error::Error;
use crate::slot::{TooLarge, with_sized_slots};
use crate::table::{Dim, KeptTables, Shape, SharedTable, Span, Table, Template};

/// The table of a graph with sizes. If there is none for these sizes, the graph is not run: there is an error, and `raw`
/// stands in place of the table.
#[inline]
pub fn sized_table(
    template: &Template,
    kept: &KeptTables,
    sizes: &[usize],
    raw: &'static Table,
) -> (SharedTable, Result<(), Error>) {
    match template.table(kept, sizes) {
        Ok(table) => (table, Ok(())),
        Err(error) => (SharedTable::constant(raw), Err(error)),
    }
}

/// As [`run`](super::run), for a graph with these sizes, of which `known` says whether there is a table.
///
/// # Errors
///
/// As [`run`](super::run), and if there is no table, or not enough memory for the outputs.
#[inline]
pub fn run_sized<G: RawGraph, E: Execute<G> + ?Sized, R>(
    inputs: &G::Inputs,
    (template, sizes): (&Template, &[usize]),
    known: Result<(), Error>,
    executor: &E,
    outputs: impl FnOnce(&G::Slots, &Done) -> R,
) -> Result<R, Error> {
    if let Err(error) = known {
        return Err(executor.refuse(error));
    }
    let lines = G::table_of(inputs).lines();
    let ran = with_sized_slots::<G, _>(lines, |slots| {
        executor.execute(&Frame { inputs, slots })?;
        Ok(outputs(slots, &Done::new()))
    });
    match ran {
        Ok(result) => result,
        Err(TooLarge) => Err(executor.refuse(template.no_memory(sizes))),
    }
}

/// The number of each line's first task, and the number of tasks: `N` is one more than there are lines.
#[inline]
#[must_use]
pub fn firsts<const N: usize>(table: &Table) -> [u32; N] {
    let lines = table.lines();
    core::array::from_fn(|line| lines.get(line).map_or(table.len() as u32, |line| line.first))
}

/// The shape of a family.
///
/// # Panics
///
/// Panics if the line is none.
#[must_use]
pub fn shape(table: &Table, line: usize) -> &Shape<'_> {
    table.lines()[line].shape.expect("the line is a family")
}

/// The range of index `k` of a family, or its ranges.
///
/// # Panics
///
/// Panics if there is no such index.
#[must_use]
pub fn dim(table: &Table, line: usize, k: usize) -> Dim<'_> {
    shape(table, line).dims[k]
}

/// The ranges of index `k` of a family, if they depend on earlier indices.
#[inline]
#[must_use]
pub fn spans(table: &Table, line: usize, k: usize) -> &[Span] {
    let dims = table.lines().get(line).and_then(|line| line.shape).map(|shape| shape.dims);
    match dims.and_then(|dims| dims.get(k)) {
        Some(&Dim::Varying(spans)) => spans,
        _ => &[],
    }
}

/// The constant table of a graph with sizes.
///
/// # Panics
///
/// Panics: there is none.
#[must_use]
pub const fn no_constant_table() -> &'static Table {
    panic!("a graph with sizes has no constant table: `shared_table` of a value returns that for its sizes")
}
