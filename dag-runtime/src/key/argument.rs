//! Arguments in keys.

use core::marker::PhantomData;

use super::{Key, TaskKey};

/// How argument `K` of task `T` counts: `Argument::<T, K>::HOW`, with [`NotSkipped`] in scope. The inherent constant
/// shadows the constant of the trait if its bound holds.
#[derive(Debug)]
pub struct Argument<T, const K: usize>(PhantomData<fn() -> T>);

/// A task whose argument `K` is left out of its keys: `#[key(skip)]`.
pub trait Skips<const K: usize> {}

impl<T: Skips<K>, const K: usize> Argument<T, K> {
    /// Not at all.
    pub const HOW: Skipped = Skipped;
}

/// See [`Argument`].
pub trait NotSkipped<const K: usize> {
    /// By its value.
    const HOW: Counted<K> = Counted;
}

impl<T, const K: usize> NotSkipped<K> for Argument<T, K> {}

/// An argument that counts by its `Key`; see [`Argument`].
#[derive(Debug)]
pub struct Counted<const K: usize>;

impl<const K: usize> Counted<K> {
    /// Writes it.
    pub fn write<V: Key + ?Sized>(self, value: &V, key: &mut TaskKey<'_>) {
        value.key(key.argument(K));
    }
}

/// An argument that does not count; see [`Argument`].
#[derive(Debug)]
pub struct Skipped;

impl Skipped {
    /// Writes nothing.
    pub fn write<V: ?Sized>(self, _value: &V, _key: &mut TaskKey<'_>) {}
}

/// A constant in an expression of a line, which counts by its value if that is a `Key`; see [`NotCountedConstant`].
#[derive(Debug)]
pub struct Constant<'c, V: ?Sized>(pub &'c V);

impl<V: Key + ?Sized> Constant<'_, V> {
    /// Writes it.
    pub fn write(&self, key: &mut TaskKey<'_>) {
        key.input(self.0);
    }
}

/// A constant that is no `Key` counts by its name alone.
pub trait NotCountedConstant {
    /// Writes nothing.
    fn write(&self, _key: &mut TaskKey<'_>) {}
}

impl<V: ?Sized> NotCountedConstant for Constant<'_, V> {}
