//! Traits of concrete types without a bound: an inherent constant shadows the constant of a trait if its own bound
//! holds.

use core::fmt;

/// Whether a type is `Copy`: `IsCopy::<T>::VALUE`, with [`NotCopy`] in scope, for a concrete `T`.
///
/// The inherent constant shadows the trait's where its bound holds.
#[derive(Debug)]
pub struct IsCopy<T: ?Sized>(core::marker::PhantomData<T>);

impl<T: Copy> IsCopy<T> {
    /// It is.
    pub const VALUE: bool = true;
}

/// See [`IsCopy`].
pub trait NotCopy {
    /// It is not.
    const VALUE: bool = false;
}

impl<T: ?Sized> NotCopy for IsCopy<T> {}

/// How a type is cloned, if it is `Clone`: `IsClone::<T>::VALUE`, like [`IsCopy`].
#[derive(Debug)]
pub struct IsClone<T>(core::marker::PhantomData<T>);

impl<T: Clone> IsClone<T> {
    /// It is.
    pub const VALUE: Option<fn(&T) -> T> = Some(T::clone);
}

/// Whether threads may share a value while they clone it: `IsClone::<T>::SHARED`.
impl<T: Sync> IsClone<T> {
    /// They may.
    pub const SHARED: Option<Shared<T>> = Some(Shared(core::marker::PhantomData));
}

/// Exists only for types that are `Sync`.
#[derive(Debug)]
pub struct Shared<T>(core::marker::PhantomData<fn(T)>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

/// See [`IsClone`].
pub trait NotClone<T> {
    /// It is not.
    const VALUE: Option<fn(&T) -> T> = None;
    /// It is not `Sync`.
    const SHARED: Option<Shared<T>> = None;
}

impl<T> NotClone<T> for IsClone<T> {}

/// How a value writes itself.
pub type WriteText<T> = fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result;

/// How a value is shown as text: `TextOf::<T>::DISPLAY` and `TextOf::<T>::DEBUG`, like [`IsCopy`], with [`NoText`] in scope.
#[derive(Debug)]
pub struct TextOf<T>(core::marker::PhantomData<T>);

impl<T: fmt::Display> TextOf<T> {
    /// It is `Display`.
    pub const DISPLAY: Option<WriteText<T>> = Some(<T as fmt::Display>::fmt);
}

impl<T: fmt::Debug> TextOf<T> {
    /// It is `Debug`.
    pub const DEBUG: Option<WriteText<T>> = Some(<T as fmt::Debug>::fmt);
}

/// See [`TextOf`].
pub trait NoText<T> {
    /// It is not `Display`.
    const DISPLAY: Option<WriteText<T>> = None;
    /// It is not `Debug`.
    const DEBUG: Option<WriteText<T>> = None;
}

impl<T> NoText<T> for TextOf<T> {}
