//! Tables that are made while the program runs, and own their lines and columns.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr;

use crate::table::native::HeapColumns;
use crate::table::shape::{Dim, Shape, Span};
use crate::table::told::ToldUses;
use crate::table::{Line, RawEdge, View};

/// The lines and columns of a table that owns them, with the view of both.
#[derive(Debug)]
pub(super) struct OwnedSource {
    // Its slices are in the buffers of the two fields below.
    view: View,
    _columns: HeapColumns,
    _lines: OwnedLines,
    /// The edges between lines by which outputs are taken by value.
    #[cfg_attr(not(feature = "mpi"), expect(dead_code, reason = "only ranks ask for it"))]
    moves: Vec<RawEdge>,
    told: Option<ToldUses>,
}

/// Lines that own the shapes of their families.
#[derive(Debug)]
pub(super) struct OwnedLines {
    // They refer to shapes in the buffer of `_families`.
    lines: Vec<Line<'static>>,
    _families: Vec<OwnedFamily>,
}

/// The shape of a family, which owns the ranges of its indices.
#[derive(Debug)]
struct OwnedFamily {
    // It refers to the buffer of `_dims`, and that to the buffers of `_ranges`.
    shape: Shape<'static>,
    _dims: Vec<Dim<'static>>,
    _ranges: Vec<OwnedDim>,
}

/// The range of one index, which it owns.
#[derive(Debug)]
pub(super) enum OwnedDim {
    /// As [`Dim::Fixed`].
    Fixed { lo: isize, len: u32 },
    /// As [`Dim::Varying`].
    Varying(Vec<Span>),
}

/// There are more tasks than can be counted.
#[derive(Debug)]
pub(super) struct TooMany;

impl OwnedDim {
    pub(super) fn borrow(&self) -> Dim<'_> {
        match self {
            OwnedDim::Fixed { lo, len } => Dim::Fixed { lo: *lo, len: *len },
            OwnedDim::Varying(spans) => Dim::Varying(spans),
        }
    }
}

impl OwnedFamily {
    fn new(ranges: Vec<OwnedDim>) -> Result<Self, TooMany> {
        // SAFETY: the results refer to the buffers of the vectors beside them, which nothing changes or frees before
        // the `OwnedFamily` is dropped. They are handed out only as parts of lines that borrow from it.
        let dims: Vec<Dim<'static>> =
            ranges.iter().map(|dim| unsafe { (*ptr::from_ref(dim)).borrow() }).collect();
        // SAFETY: likewise.
        let shape = Shape::try_new(unsafe { &*ptr::from_ref(&*dims) }).ok_or(TooMany)?;
        Ok(OwnedFamily { shape, _dims: dims, _ranges: ranges })
    }
}

impl OwnedLines {
    /// These lines, whose tasks are numbered in their order. Those whose number of members is known only at run time
    /// receive the shapes of the families, in their order.
    pub(super) fn new(mut lines: Vec<Line<'static>>, families: Vec<Vec<OwnedDim>>) -> Result<Self, TooMany> {
        let families = families.into_iter().map(OwnedFamily::new).collect::<Result<Vec<_>, _>>()?;
        let (mut shapes, mut first) = (families.iter(), 0_u32);
        for line in &mut lines {
            if line.member.is_some() {
                // SAFETY: the shape is in the buffer of `families`, which nothing changes or frees before the
                // `OwnedLines` is dropped. The line is handed out for no longer than that is borrowed.
                line.shape = shapes.next().map(|family| unsafe { &(*ptr::from_ref(family)).shape });
            }
            line.first = first;
            first =
                first.checked_add(line.len() as u32).filter(|&sum| sum <= i32::MAX as u32).ok_or(TooMany)?;
        }
        Ok(OwnedLines { lines, _families: families })
    }

    pub(super) fn as_slice(&self) -> &[Line<'_>] {
        &self.lines
    }
}

impl OwnedSource {
    /// Of lines with these columns, which were computed from them.
    pub(super) fn new(
        lines: OwnedLines,
        columns: HeapColumns,
        moves: Vec<RawEdge>,
        told: Option<ToldUses>,
    ) -> Box<Self> {
        // SAFETY: the view has slices of the buffers of both, not references to `columns` and `lines` themselves. The
        // buffers stay where they are when the vectors move, nothing changes or frees them before the `OwnedSource` is
        // dropped, and `view` ends with it: a `View` cannot be copied, and hands out nothing for longer than its own borrow.
        let view = unsafe {
            let columns: &'static HeapColumns = &*ptr::from_ref(&columns);
            let lines: &'static [Line<'static>] = &*ptr::from_ref(&*lines.lines);
            columns.view(lines)
        };
        Box::new(OwnedSource { view, _columns: columns, _lines: lines, moves, told })
    }

    pub(super) const fn view(&self) -> &View {
        &self.view
    }

    #[cfg(feature = "mpi")]
    pub(super) fn moves(&self) -> &[RawEdge] {
        &self.moves
    }

    /// What the uses of all tasks choose, if some call functions.
    pub(super) fn told(&self) -> Option<&ToldUses> {
        self.told.as_ref()
    }
}
