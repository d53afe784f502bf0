//! Tables that are made while the program runs, and own their lines and columns.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr;

use crate::table::native::{HeapColumns, Recorded};
use crate::table::{Line, RawEdge, View};

/// The lines and columns of a table that owns them, with the view of both.
#[derive(Debug)]
pub(super) struct OwnedSource {
    // Its slices are in the buffers of the two fields below.
    view: View,
    _columns: HeapColumns,
    _lines: Vec<Line<'static>>,
}

impl OwnedSource {
    /// Of lines with these edges between tasks, which are grouped by task.
    pub(super) fn new(lines: Vec<Line<'static>>, edges: &[RawEdge]) -> Box<Self> {
        let columns = HeapColumns::new(&lines, Recorded::copied(&lines, edges));
        // SAFETY: the view has slices of the buffers of both, not references to `columns` and `lines` themselves. The
        // buffers stay where they are when the vectors move, nothing changes or frees them before the `OwnedSource` is
        // dropped, and `view` ends with it: a `View` cannot be copied, and hands out nothing for longer than its own borrow.
        let view = unsafe {
            let columns: &'static HeapColumns = &*ptr::from_ref(&columns);
            let lines: &'static [Line<'static>] = &*ptr::from_ref(&*lines);
            columns.view(lines)
        };
        Box::new(OwnedSource { view, _columns: columns, _lines: lines })
    }

    pub(super) const fn view(&self) -> &View {
        &self.view
    }
}
