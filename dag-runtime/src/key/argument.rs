//! Arguments in keys.

use core::marker::PhantomData;

use super::{Key, TaskKey};

/// The value of argument `K` of task `T`, which counts by its `Key`.
#[derive(Debug)]
pub struct Argument<'v, T, const K: usize, V: ?Sized>(&'v V, PhantomData<fn() -> T>);

impl<'v, T, const K: usize, V: ?Sized> Argument<'v, T, K, V> {
    /// This value.
    pub fn new(value: &'v V) -> Self {
        Argument(value, PhantomData)
    }

    /// Writes it.
    pub fn write(self, key: &mut TaskKey<'_>)
    where
        V: Key,
    {
        self.0.key(key.argument(K));
    }
}
