//! Which types have the same shape.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::NonZero;
use core::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::*;

/// Checks that the shapes of all of these types are complete and differ.
macro_rules! distinct {
    ($($ty:ty),* $(,)?) => {{
        let shapes = [$((stringify!($ty), shape_of::<$ty>(), trace::<$ty>().is_complete)),*];
        for (i, (name, shape, is_complete)) in shapes.iter().enumerate() {
            assert!(is_complete, "{name}");
            for (other, second, _) in &shapes[..i] {
                assert_ne!(shape, second, "{name} and {other}");
            }
        }
    }};
}

#[track_caller]
fn same<A: Deserialize<'static> + 'static, B: Deserialize<'static> + 'static>() {
    assert_eq!(shape_of::<A>(), shape_of::<B>());
}

/// Types of one name, each with a change.
macro_rules! versions {
    ($($module:ident { $($item:item)* })*) => {$(
        mod $module {
            #![allow(dead_code, unused_imports)]
            use super::*;

            $(#[derive(Serialize, Deserialize)] $item)*
        }
    )*};
}

versions! {
    first {
        pub(super) struct Point { x: f64, y: f64, method: Method }
        pub(super) enum Method { Exact, Sampled { rate: f64 }, Pair(u8, u8), One(Box<Tree>) }
        pub(super) enum Tree { Node(Vec<Tree>), Named(BTreeMap<String, Tree>), Leaf(u32) }
    }
    again {
        pub(super) enum Tree { Node(Vec<Tree>), Named(BTreeMap<String, Tree>), Leaf(u32) }
        pub(super) struct Point { x: f64, y: f64, method: Box<Method> }
        pub(super) enum Method { Exact, Sampled { rate: f64 }, Pair(u8, u8), One(Tree) }
    }
    swapped_fields {
        pub(super) struct Point { y: f64, x: f64, method: first::Method }
    }
    renamed_field {
        pub(super) struct Point { x: f64, z: f64, method: first::Method }
    }
    renamed_type {
        pub(super) struct Place { x: f64, y: f64, method: first::Method }
    }
    other_kind {
        pub(super) struct Point { x: f64, y: u64, method: first::Method }
    }
    swapped_variants {
        pub(super) struct Point { x: f64, y: f64, method: Method }
        pub(super) enum Method { Sampled { rate: f64 }, Exact, Pair(u8, u8), One(Box<first::Tree>) }
    }
    other_kind_in_a_variant {
        pub(super) struct Point { x: f64, y: f64, method: Method }
        pub(super) enum Method { Exact, Sampled { rate: f32 }, Pair(u8, u8), One(Box<first::Tree>) }
    }
    other_kind_in_the_last_variant {
        pub(super) struct Point { x: f64, y: f64, method: Method }
        pub(super) enum Method { Exact, Sampled { rate: f64 }, Pair(u8, u8), One(Box<Tree>) }
        pub(super) enum Tree { Node(Vec<Tree>), Named(BTreeMap<String, Tree>), Leaf(i32) }
    }
    other_kind_of_keys {
        pub(super) struct Point { x: f64, y: f64, method: Method }
        pub(super) enum Method { Exact, Sampled { rate: f64 }, Pair(u8, u8), One(Box<Tree>) }
        pub(super) enum Tree { Node(Vec<Tree>), Named(BTreeMap<u64, Tree>), Leaf(u32) }
    }
}

#[test]
fn what_changes_how_a_value_is_written_changes_the_shape() {
    distinct![
        first::Point,
        swapped_fields::Point,
        renamed_field::Point,
        renamed_type::Place,
        other_kind::Point,
        swapped_variants::Point,
        other_kind_in_a_variant::Point,
        other_kind_in_the_last_variant::Point,
        other_kind_of_keys::Point,
    ];
}

#[test]
fn where_a_type_is_declared_and_what_holds_it_does_not_count() {
    same::<first::Point, again::Point>();
    same::<Vec<f64>, Box<[f64]>>();
    same::<Vec<f64>, alloc::collections::VecDeque<f64>>();
    same::<String, Box<str>>();
    same::<u32, NonZero<u32>>();
    same::<usize, u64>();
}

#[test]
fn primitive_types_differ() {
    distinct![
        u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64, bool, char, String, (), (u8,), [u8; 2],
        (u8, u16), Vec<u8>, Vec<u16>, Option<u8>, Result<u8, u16>, BTreeMap<u8, u16>, BTreeMap<u16, u8>,
        Duration, Option<Option<u8>>, Vec<Vec<u8>>, core::net::IpAddr, core::ops::Range<u8>,
    ];
}

#[derive(Serialize, Deserialize)]
struct Pair<A, B> {
    first: A,
    second: Option<Box<B>>,
}

#[test]
fn a_generic_type_inside_of_itself_is_no_recursion() {
    distinct![Pair<Pair<u8, u8>, u8>, Pair<Pair<u8, u16>, u8>, Pair<u8, Pair<u16, u8>>, Pair<u8, Pair<u8, u8>>];
}

/// Types in a circle.
mod circle {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) enum Expression {
        Sum(Box<Expression>, Box<Expression>),
        Call { function: Box<Function>, arguments: Vec<Expression> },
        Block(Vec<Statement>),
        Number(f64),
    }

    #[derive(Serialize, Deserialize)]
    pub(super) struct Function {
        name: String,
        body: Expression,
        next: Option<Box<Function>>,
    }

    #[derive(Serialize, Deserialize)]
    pub(super) enum Statement {
        Let(Pattern, Expression),
        While(Expression, Vec<Statement>),
        Return(Option<Expression>),
    }

    #[derive(Serialize, Deserialize)]
    pub(super) enum Pattern {
        Tuple(Vec<Pattern>),
        Guarded(Box<Pattern>, Expression),
        Name(String),
    }
}

#[test]
fn types_inside_of_themselves_have_an_end() {
    distinct![circle::Expression, circle::Statement, circle::Function, circle::Pattern];
}

/// Types that check what they read.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Checked<T> {
    even: Even,
    list: Filled,
    date: Date,
    last: T,
}

struct Even;

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        if number % 2 == 0 { Ok(Even) } else { Err(D::Error::custom("odd")) }
    }
}

struct Filled;

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<u16>::deserialize(deserializer)?;
        if list.is_empty() { Err(D::Error::custom("empty")) } else { Ok(Filled) }
    }
}

struct Date;

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.split('-').count() == 3 { Ok(Date) } else { Err(D::Error::custom("no date")) }
    }
}

#[test]
fn types_that_check_what_they_read_are_given_what_they_accept() {
    distinct![Checked<u32>, Checked<f32>];
}

/// No value that the tracer knows.
#[derive(Deserialize)]
#[serde(try_from = "u64")]
struct Magic;

impl TryFrom<u64> for Magic {
    type Error = &'static str;

    fn try_from(number: u64) -> Result<Self, &'static str> {
        if number == 0xdead_beef { Ok(Magic) } else { Err("no magic") }
    }
}

#[derive(Deserialize)]
#[allow(dead_code)]
enum Refusing {
    Magic(Magic),
    Text(String),
    Any(serde_json::Value),
    Number(u64),
}

mod other {
    use super::*;

    #[derive(Deserialize)]
    #[allow(dead_code)]
    pub(super) enum Refusing {
        Magic(Magic),
        Text(String),
        Any(serde_json::Value),
        Number(f64),
    }
}

#[test]
fn what_cannot_be_found_counts_by_what_is_known_and_its_name() {
    assert!(!trace::<Magic>().is_complete);
    assert!(!trace::<Refusing>().is_complete);
    assert!(!trace::<serde_json::Value>().is_complete);
    assert!(!trace::<(Magic, u8)>().is_complete);
    assert_ne!(shape_of::<(Magic, u8)>(), shape_of::<(Magic, u16)>());
    assert_ne!(shape_of::<Magic>(), shape_of::<serde_json::Value>());
    // The variants behind the one that refuses are seen.
    let traced = trace::<Refusing>();
    let complete: Vec<bool> =
        traced.types[type_name::<Refusing>()].children.iter().map(|child| child.is_complete).collect();
    assert_eq!(complete, [true, true, false, true]);
    assert_ne!(shape_of::<Refusing>(), shape_of::<other::Refusing>());
}

/// An `Rc` of what is not `DeserializeOwned` by itself.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Skipping {
    #[serde(skip)]
    cache: Rc<u8>,
    #[serde(rename = "n")]
    number: u8,
}

#[test]
fn attributes_of_serde_count_as_they_change_what_is_read() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Written {
        n: u8,
    }
    let (skipping, written) = (trace::<Skipping>(), trace::<Written>());
    assert!(skipping.is_complete && written.is_complete);
    let (skipping, written) =
        (&skipping.types[type_name::<Skipping>()], &written.types[type_name::<Written>()]);
    assert_eq!(skipping.what.replace("Skipping", "Written"), written.what);
}
