//! How outputs of one type lie in the slots of a graph.

use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::slot::{
    FamilyStore, Release, Store, release_of, release_of_list, release_of_list_member, release_of_member,
};

/// What a table needs to know of the type of an output.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// Of its slot, in bytes.
    pub(super) size: usize,
    pub(super) align: usize,
    /// How it is dropped; none where that does nothing.
    pub(super) release: Option<Release>,
    /// Whether it is `Copy`, so that who takes it by value leaves it there.
    pub(super) copy: bool,
}

impl Stored {
    /// An output of type `O`. Whether that is `Copy`, `copy` says.
    #[must_use]
    pub const fn of<O>(copy: bool) -> Self {
        Stored {
            size: size_of::<Store<O>>(),
            align: align_of::<Store<O>>(),
            release: release_of::<O>(),
            copy,
        }
    }

    /// The outputs of a family of `N` members, each of type `O`: together they are a slice.
    #[must_use]
    pub const fn family<O, const N: usize>() -> Self {
        let (size, align) = (size_of::<FamilyStore<O, N>>(), align_of::<FamilyStore<O, N>>());
        Stored { size, align, release: release_of_member::<O>(), copy: false }
    }
}

/// How the list of outputs of a task that runs once for each element is dropped.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    task: Option<Release>,
    member: Option<Release>,
}

impl Listed {
    /// A list of type `L`.
    #[must_use]
    pub const fn of<L: List>() -> Self {
        L::LISTED
    }

    /// That of a task, or of the member of a family.
    pub(super) const fn release(self, is_member: bool) -> Option<Release> {
        if is_member { self.member } else { self.task }
    }
}

/// A list of outputs.
pub trait List {
    /// How it is dropped.
    const LISTED: Listed;
}

impl<O> List for Vec<O> {
    const LISTED: Listed = Listed { task: release_of_list::<O>(), member: release_of_list_member::<O>() };
}

/// How an output of type `O` is stored: `StoredAs::<O>::STORED`, with [`Moved`] in scope, for a concrete `O`.
///
/// The inherent constant shadows the trait's where its bound holds.
#[derive(Debug)]
pub struct StoredAs<O>(PhantomData<O>);

impl<O: Copy> StoredAs<O> {
    /// It is `Copy`.
    pub const STORED: Stored = Stored::of::<O>(true);
}

/// See [`StoredAs`].
pub trait Moved<O> {
    /// It is not `Copy`.
    const STORED: Stored = Stored::of::<O>(false);
}

impl<O> Moved<O> for StoredAs<O> {}
