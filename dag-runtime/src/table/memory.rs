//! What executors remember of a graph between runs. A table does not know its type.

#[cfg(feature = "rayon")]
use {alloc::boxed::Box, core::any::Any, std::sync::OnceLock};

/// What an executor remembers of a graph, for a static. It holds a value of one type.
#[derive(Debug, Default)]
pub struct Memory {
    #[cfg(feature = "rayon")]
    value: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Memory {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Memory {
            #[cfg(feature = "rayon")]
            value: OnceLock::new(),
        }
    }

    /// The value; initially `first()`.
    ///
    /// # Panics
    ///
    /// Panics if the value has another type.
    #[cfg(feature = "rayon")]
    #[inline]
    pub(crate) fn get<T: Any + Send + Sync>(&self, first: impl FnOnce() -> T) -> &T {
        let value = self.value.get_or_init(|| Box::new(first()));
        value.downcast_ref().expect("one executor remembers graphs")
    }
}
