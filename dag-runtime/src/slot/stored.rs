//! What a table needs to know about the types of outputs.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::family::Header;
use super::{
    FamilyStore, Store, release_of, release_of_list, release_of_list_member, release_of_member,
    release_of_optional_list, release_of_optional_list_member,
};
use crate::slot::Task;
use crate::table::{Edge, ListRelease, MemberLayout, RowWriter, Shape, Stored};

impl Stored {
    /// An output of type `O`, which is `Copy` if `copy`.
    #[must_use]
    pub const fn of<O>(copy: bool) -> Self {
        Stored {
            size: size_of::<Store<O>>(),
            align: align_of::<Store<O>>(),
            release: release_of::<O>(),
            copy,
            member: None,
        }
    }

    /// The outputs of a family of `N` members, each of type `O`: together they are a slice.
    #[must_use]
    pub const fn family<O, const N: usize>() -> Self {
        let (size, align) = (size_of::<FamilyStore<O, N>>(), align_of::<FamilyStore<O, N>>());
        Stored { size, align, release: release_of_member::<O>(), copy: false, member: None }
    }

    /// The outputs of a family, each of type `O`, whose number of members is known only at run time.
    #[must_use]
    pub const fn sized_family<O>() -> Self {
        let (size, align) = (size_of::<Header<O>>(), align_of::<Header<O>>());
        let member =
            MemberLayout { size: size_of::<O>(), align: align_of::<O>(), flagged: Store::<O>::FLAGGED };
        Stored { size, align, release: release_of_member::<O>(), copy: false, member: Some(member) }
    }
}

impl RowWriter<'_> {
    /// Adds a line: an instance, called `name`, of the task `T` with these dependencies. Its output is in the slot that a
    /// `repr(C)` struct of all slots has for it.
    pub const fn node<T: Task>(&mut self, stored: Stored, name: &'static str, edges: &'static [Edge]) {
        self.push(name, T::INFO, edges, stored, None);
    }

    /// Adds a line: a family of `N` members, each an instance as in [`node`](Self::node).
    pub const fn family<T: Task, O, const N: usize>(
        &mut self,
        name: &'static str,
        edges: &'static [Edge],
        shape: &'static Shape<'static>,
    ) {
        self.push(name, T::INFO, edges, Stored::family::<O, N>(), Some(shape));
    }
}

impl RowWriter<'_> {
    /// Adds a line: a family whose number of members depends on sizes, each an instance as in [`node`](Self::node).
    pub const fn sized_family<T: Task, O>(&mut self, name: &'static str, edges: &'static [Edge]) {
        self.push(name, T::INFO, edges, Stored::sized_family::<O>(), None);
    }
}

impl ListRelease {
    /// A list of type `L`.
    #[must_use]
    pub const fn of<L: List>() -> Self {
        L::RELEASE
    }
}

/// A list of outputs.
pub trait List {
    /// How it is dropped.
    const RELEASE: ListRelease;
}

impl<O> List for Vec<O> {
    const RELEASE: ListRelease =
        ListRelease { task: release_of_list::<O>(), member: release_of_list_member::<O>() };
}

impl<O> List for Option<Vec<O>> {
    const RELEASE: ListRelease =
        ListRelease { task: release_of_optional_list::<O>(), member: release_of_optional_list_member::<O>() };
}

/// How an output of type `O` is dropped if its task has `when` and runs once for each element: `ListIn::<O>::RELEASE`, with
/// [`NoList`] in scope.
#[derive(Debug)]
pub struct ListIn<O>(PhantomData<O>);

impl<O> ListIn<Option<Vec<O>>> {
    /// As a list.
    pub const RELEASE: Option<ListRelease> = Some(<Option<Vec<O>> as List>::RELEASE);
}

/// See [`ListIn`].
pub trait NoList {
    /// It is none.
    const RELEASE: Option<ListRelease> = None;
}

impl<O> NoList for ListIn<O> {}

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
