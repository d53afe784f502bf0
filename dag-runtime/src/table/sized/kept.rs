//! The tables of a graph with sizes that are kept for the next runs.

use alloc::sync::Arc;

use crate::table::Table;

#[cfg(feature = "std")]
use {
    alloc::boxed::Box,
    alloc::vec::Vec,
    std::sync::{Mutex, PoisonError},
};

/// This many tables of a graph are kept.
#[cfg(feature = "std")]
const MOST: usize = 4;

/// The tables of a graph with sizes that were used last, for a static. Without `std` none is kept.
#[derive(Debug, Default)]
pub struct KeptTables {
    /// Those used last in front.
    #[cfg(feature = "std")]
    tables: Mutex<Vec<Kept>>,
}

/// A table with its sizes.
#[cfg(feature = "std")]
#[derive(Debug)]
struct Kept {
    sizes: Box<[usize]>,
    table: Arc<Table>,
}

impl KeptTables {
    /// No tables yet.
    #[must_use]
    pub const fn new() -> Self {
        KeptTables {
            #[cfg(feature = "std")]
            tables: Mutex::new(Vec::new()),
        }
    }

    /// The table for these sizes; if it is not kept, the one that `make` returns, which is kept.
    #[cfg(not(feature = "std"))]
    pub(super) fn get<E>(
        &self,
        _: &[usize],
        make: impl FnOnce() -> Result<Arc<Table>, E>,
    ) -> Result<Arc<Table>, E> {
        make()
    }

    /// The table for these sizes; if it is not kept, the one that `make` returns, which is kept.
    #[cfg(feature = "std")]
    #[inline]
    pub(super) fn get<E>(
        &self,
        sizes: &[usize],
        make: impl FnOnce() -> Result<Arc<Table>, E>,
    ) -> Result<Arc<Table>, E> {
        if let Some(table) = self.find(sizes) {
            return Ok(table);
        }
        // Two threads may make the same table at a time; none waits for the other.
        let table = make()?;
        self.keep(sizes, Arc::clone(&table));
        Ok(table)
    }

    #[cfg(feature = "std")]
    #[inline]
    fn find(&self, sizes: &[usize]) -> Option<Arc<Table>> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let at = tables.iter().position(|kept| *kept.sizes == *sizes)?;
        tables[..=at].rotate_right(1);
        Some(Arc::clone(&tables[0].table))
    }

    #[cfg(feature = "std")]
    #[cold]
    fn keep(&self, sizes: &[usize], table: Arc<Table>) {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have made the same one meanwhile.
        if tables.iter().any(|kept| *kept.sizes == *sizes) {
            return;
        }
        // Dropped after the lock is released.
        let _last = if tables.len() == MOST { tables.pop() } else { None };
        tables.insert(0, Kept { sizes: sizes.into(), table });
        drop(tables);
    }
}
