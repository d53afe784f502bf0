//! What executors remember of a graph from run to run, whose types a table does not know.

#[cfg(feature = "rayon")]
use {alloc::boxed::Box, core::any::Any, std::sync::OnceLock};

/// A place for what an executor remembers of a graph, to stand in a static. It has room for values of one type.
#[derive(Debug, Default)]
pub struct Memory {
    #[cfg(feature = "rayon")]
    value: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Memory {
    /// Nothing is remembered yet.
    #[must_use]
    pub const fn new() -> Self {
        Memory {
            #[cfg(feature = "rayon")]
            value: OnceLock::new(),
        }
    }

    /// What is remembered; `first` where nothing is.
    ///
    /// # Panics
    ///
    /// Panics where it is of another type.
    #[cfg(feature = "rayon")]
    #[inline]
    pub(crate) fn get<T: Any + Send + Sync>(&self, first: fn() -> T) -> &T {
        let value = self.value.get_or_init(|| Box::new(first()));
        value.downcast_ref().expect("one executor remembers graphs")
    }
}
