//! Types whose `Serialize` and `Deserialize` differ by attributes of serde: what cannot cross is an error that names them.

#![allow(clippy::disallowed_types, reason = "types whose order differs are to cross ranks as well")]

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;

use dag_runtime::{Error, Mpi, Serial, dag, task};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::each_way;
use super::failures::agree;

#[derive(Debug, Serialize, Deserialize)]
enum Color {
    Red,
    #[serde(skip)]
    #[allow(dead_code, reason = "it moves those after it")]
    Hidden,
    Green,
    Blue,
}

#[derive(Debug, Serialize, Deserialize)]
struct SkipIf {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    a: Option<u8>,
    b: u8,
    c: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[allow(dead_code, reason = "it is shown")]
struct NotWritten {
    #[serde(skip_serializing, default)]
    a: u8,
    b: u8,
}

#[derive(Debug, Serialize, Deserialize)]
struct NotRead {
    #[serde(skip_deserializing)]
    a: u8,
    b: u8,
}

#[derive(Debug, Serialize, Deserialize)]
struct Inner {
    x: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Flat {
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    N(u32),
    S(String),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    N { n: u32 },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "what")]
enum Adjacent {
    N { n: u32 },
}

fn half<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(number / 2)
}

fn twice<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::deserialize(deserializer).map(|number| 2 * number)
}

#[derive(Debug, Serialize, Deserialize)]
struct Halved {
    #[serde(serialize_with = "half")]
    number: u32,
}

/// All that may be said of fields and variants without harm.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Fine {
    #[serde(serialize_with = "half", deserialize_with = "twice")]
    even: u32,
    #[serde(rename = "other", alias = "another", default)]
    renamed: Option<f32>,
    map: HashMap<String, Vec<u8>>,
    set: HashSet<u64>,
    choice: Choice,
    nan: f64,
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
enum Choice {
    #[serde(alias = "first")]
    A,
    B(i8, bool),
    C {
        text: char,
    },
    #[serde(skip)]
    #[allow(dead_code, reason = "it is the last one, and harms nothing")]
    Last,
}

macro_rules! tasks {
    ($($task:ident: $type:ty = $value:expr;)*) => { $(
        #[task]
        fn $task() -> $type {
            $value
        }
    )* };
}

tasks! {
    color: Color = if std::process::id() == 0 { Color::Red } else { Color::Green };
    last_color: Color = Color::Blue;
    skip_if: SkipIf = SkipIf { a: None, b: 1, c: "A\0".into() };
    not_written: NotWritten = NotWritten { a: 1, b: 2 };
    not_read: NotRead = NotRead { a: 1, b: 2 };
    flat: Flat = Flat { inner: Inner { x: 2 } };
    untagged: Untagged = if std::process::id() == 0 { Untagged::N(1) } else { Untagged::S("s".into()) };
    tagged: Tagged = Tagged::N { n: 1 };
    adjacent: Adjacent = Adjacent::N { n: 1 };
    halved: Halved = Halved { number: 8 };
    fine: Vec<Fine> = [Choice::A, Choice::B(-3, true), Choice::C { text: 'é' }]
        .into_iter()
        .map(|choice| Fine {
            even: 8,
            renamed: None,
            map: (0..20).map(|k| (k.to_string(), vec![k; 3])).collect(),
            set: (0..100).collect(),
            choice,
            nan: f64::INFINITY,
        })
        .collect();
}

#[task]
fn show(text: String) -> String {
    text
}

/// A text that does not depend on the order of maps.
fn text(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let mut words: Vec<&str> = text.split(['{', '}', ',']).map(str::trim).collect();
    words.sort_unstable();
    words.join(" ")
}

macro_rules! graphs {
    ($($graph:ident $task:ident,)*) => {
        dag! { $(graph $graph -> show { $task on 0, show(text(&$task)) on 1 })* }
    };
}

graphs! {
    Colors color, LastColors last_color, SkipIfs skip_if, NotWrittens not_written, NotReads not_read, Flats flat,
    Untaggeds untagged, Taggeds tagged, Adjacents adjacent, Halves halved, Fines fine,
}

/// Whether the error says that, on all ranks.
fn refuses(mpi: &Mpi, outcome: Result<String, Error>, words: &[&str]) {
    if mpi.ranks() == 1 {
        outcome.unwrap();
        return;
    }
    let error = outcome.unwrap_err().to_string();
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
    agree(mpi, &error);
}

/// On ranks as in one process, or an error that names the attribute.
pub fn attributes(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        assert_eq!(Fines.run(&mpi).unwrap(), Fines.run(&Serial).unwrap());
        refuses(&mpi, SkipIfs.run(&mpi), &["field `a` of `SkipIf`", "skip_serializing_if"]);
        refuses(
            &mpi,
            NotWrittens.run(&mpi),
            &[if cfg!(debug_assertions) {
                "field `a` of `NotWritten` is read and not written"
            } else {
                "`Serialize` and `Deserialize`"
            }],
        );
        refuses(
            &mpi,
            NotReads.run(&mpi),
            &[if cfg!(debug_assertions) {
                "field `a` of `NotRead` is written and not read"
            } else {
                "`Serialize` and `Deserialize`"
            }],
        );
        refuses(&mpi, Flats.run(&mpi), &["#[serde(flatten)]"]);
        refuses(&mpi, Untaggeds.run(&mpi), &["#[serde(untagged)]"]);
        refuses(&mpi, Adjacents.run(&mpi), &["#[serde(tag)]"]);
        refuses(&mpi, Taggeds.run(&mpi), &["#[serde(tag)]"]);
        if cfg!(debug_assertions) {
            refuses(&mpi, Colors.run(&mpi), &["variant `Green` of `Color` would arrive as `Blue`", "skip"]);
            refuses(&mpi, LastColors.run(&mpi), &["variant `Blue` of `Color` would arrive as none", "skip"]);
            refuses(&mpi, Halves.run(&mpi), &["serialize_with"]);
        }
    });
}
