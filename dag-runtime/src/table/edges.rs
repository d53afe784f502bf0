//! The dependencies of an attribute as types, and as numbers once a graph is known.

use core::marker::PhantomData;

use crate::task::{DependenciesIn, In};

/// How a task uses a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It comes after it.
    Order,
    /// It borrows its output.
    Borrow,
    /// It takes its output by value, and moves it.
    Value,
}

impl Use {
    /// This use of an output that is `Copy` or not: to copy an output leaves it as a borrow does.
    pub(super) const fn of(self, copy: bool) -> Use {
        match self {
            Use::Value if copy => Use::Borrow,
            how => how,
        }
    }
}

/// One dependency of an attribute.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The task that is depended on, by its position in the graph.
    pub to: u32,
    /// What for.
    pub how: Use,
    /// Whether it is an indirect dependency: a read of a task that has to be upstream anyway.
    pub indirect: bool,
}

/// The dependencies of an attribute, in its order.
#[derive(Clone, Copy, Debug)]
pub struct Edges {
    pub(super) head: &'static [Edge],
    pub(super) tail: Option<&'static Edges>,
}

impl Edges {
    /// No dependency.
    pub const NONE: Edges = Edges { head: &[], tail: None };

    /// The `k`-th dependency.
    #[inline]
    pub(crate) const fn get(&self, k: usize) -> Edge {
        let mut k = k;
        let mut edges = self;
        while k >= edges.head.len() {
            k -= edges.head.len();
            edges = edges.tail.expect("a dependency that the attribute has");
        }
        edges.head[k]
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        match self.tail {
            Some(tail) => self.head.len() + tail.len(),
            None => self.head.len(),
        }
    }
}

/// A dependency in one graph.
pub trait DependencyIn<G> {
    /// It.
    const EDGE: Edge;
}

macro_rules! dependency {
    ($($(#[$doc:meta])* $name:ident: $how:ident, $indirect:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<T>(PhantomData<T>);

        impl<G, T: In<G>> DependencyIn<G> for $name<T> {
            const EDGE: Edge = Edge { to: T::INDEX, how: Use::$how, indirect: $indirect };
        }
    )*};
}

dependency! {
    /// A dependency for the order only.
    Order: Order, false;
    /// A dependency whose output is borrowed.
    Borrow: Borrow, false;
    /// A dependency whose output is taken by value.
    Value: Value, false;
    /// An indirect dependency whose output is borrowed.
    IndirectBorrow: Borrow, true;
    /// An indirect dependency whose output is taken by value.
    IndirectValue: Value, true;
}

/// The dependencies `A`, then those in `B`: for attributes with more than a tuple holds.
#[derive(Debug)]
pub struct Chain<A, B>(PhantomData<(A, B)>);

impl<G, A: DependenciesIn<G>, B: DependenciesIn<G>> DependenciesIn<G> for Chain<A, B> {
    const EDGES: Edges = Edges { head: A::EDGES.head, tail: Some(&B::EDGES) };
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<G, $($name: DependencyIn<G>),*> DependenciesIn<G> for ($($name,)*) {
            const EDGES: Edges = Edges { head: &[$($name::EDGE),*], tail: None };
        }
    };
}

tuples!();
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F H);
tuples!(A B C D E F H I);
tuples!(A B C D E F H I J);
tuples!(A B C D E F H I J K);
tuples!(A B C D E F H I J K L);
tuples!(A B C D E F H I J K L M);
tuples!(A B C D E F H I J K L M N);
tuples!(A B C D E F H I J K L M N O);
tuples!(A B C D E F H I J K L M N O P);
tuples!(A B C D E F H I J K L M N O P Q);
