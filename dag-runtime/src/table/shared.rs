//! Tables that are kept beyond a run.

use alloc::sync::Arc;
#[cfg(feature = "std")]
use alloc::sync::Weak;
use core::fmt;
use core::ops::Deref;

use crate::table::Table;

/// A [`Table`] that is kept for as long as it is needed: by a `Recording`, or by an [observer](crate::RunEvent::shared_table).
///
/// It dereferences to the table. The constant table of a graph is borrowed for ever, so that a clone allocates and counts
/// nothing. A table that was made while the program runs is dropped with the last clone. Two are equal if they are the same
/// table, and not only alike.
///
/// ```
/// use dag_runtime::{SharedTable, dag, task};
///
/// #[task]
/// fn load() -> u32 { 20 }
///
/// dag! { graph Small -> load { load } }
///
/// let table = SharedTable::from(Small::TABLE);
/// assert_eq!(table.graph(), "Small");
/// assert_eq!(table.clone(), table);
/// ```
#[derive(Clone)]
pub struct SharedTable(Ownership);

#[derive(Clone)]
enum Ownership {
    /// It lives until the program ends.
    Constant(&'static Table),
    Counted(Arc<Table>),
}

impl SharedTable {
    /// The constant table of a graph.
    pub(crate) const fn constant(table: &'static Table) -> Self {
        SharedTable(Ownership::Constant(table))
    }

    /// The identity of the table, for what is computed from it and kept.
    #[cfg(feature = "std")]
    pub(crate) fn id(&self) -> TableId {
        TableId(core::ptr::from_ref(self.memory()).addr())
    }

    /// Tells when the table is gone, and does not keep it.
    #[cfg(feature = "std")]
    pub(crate) fn downgrade(&self) -> WeakTable {
        WeakTable(match &self.0 {
            Ownership::Constant(_) => None,
            Ownership::Counted(table) => Some(Arc::downgrade(table)),
        })
    }
}

impl Deref for SharedTable {
    type Target = Table;

    #[inline]
    fn deref(&self) -> &Table {
        match &self.0 {
            Ownership::Constant(table) => table,
            Ownership::Counted(table) => table,
        }
    }
}

impl AsRef<Table> for SharedTable {
    fn as_ref(&self) -> &Table {
        self
    }
}

/// The constant table of a graph.
impl From<&'static Table> for SharedTable {
    fn from(table: &'static Table) -> Self {
        SharedTable::constant(table)
    }
}

impl From<Arc<Table>> for SharedTable {
    fn from(table: Arc<Table>) -> Self {
        SharedTable(Ownership::Counted(table))
    }
}

impl PartialEq for SharedTable {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Eq for SharedTable {}

impl fmt::Debug for SharedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// The identity of a table: its address. No other table has it while there is a [`WeakTable`] of this one.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TableId(usize);

/// A table that may be gone. Its memory is not used for another one as long as this exists.
#[cfg(feature = "std")]
#[derive(Debug)]
pub(crate) struct WeakTable(Option<Weak<Table>>);

#[cfg(feature = "std")]
impl WeakTable {
    /// Whether the table was dropped.
    pub(crate) fn is_gone(&self) -> bool {
        self.0.as_ref().is_some_and(|table| table.strong_count() == 0)
    }
}
