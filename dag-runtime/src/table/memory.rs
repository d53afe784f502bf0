//! What executors remember of a graph between runs. A table does not know its type. It is what a table is known by, too: the
//! constant table of a graph may be at several addresses, and this is at one.

#[cfg(feature = "rayon")]
use {alloc::boxed::Box, core::any::Any, std::sync::OnceLock};

/// What an executor remembers of a graph, for a static. It holds a value of one type.
#[derive(Debug, Default)]
pub struct Memory {
    #[cfg(feature = "rayon")]
    value: OnceLock<Box<dyn Any + Send + Sync>>,
    /// What takes no memory has no address of its own.
    #[cfg(not(feature = "rayon"))]
    _address: u8,
}

impl Memory {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Memory {
            #[cfg(feature = "rayon")]
            value: OnceLock::new(),
            #[cfg(not(feature = "rayon"))]
            _address: 0,
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
