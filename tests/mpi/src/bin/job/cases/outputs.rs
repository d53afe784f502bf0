//! What crosses ranks.

#![allow(clippy::too_many_arguments, reason = "one task reads outputs of all kinds")]

use std::collections::BTreeMap;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Serial, dag, task};
use serde::{Deserialize, Serialize};

use super::each_way;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    name: String,
    values: Vec<f64>,
    by_key: BTreeMap<u8, Option<i64>>,
}

#[task]
fn nothing() {}

#[task]
fn number() -> u8 {
    7
}

#[task]
fn array() -> [f64; 64] {
    core::array::from_fn(|k| k as f64)
}

#[task]
fn boxed() -> Box<[i16]> {
    (0..300).collect()
}

#[task]
fn numbers(len: usize) -> Vec<f64> {
    (0..len).map(|k| k as f64).collect()
}

#[task]
fn points(len: usize) -> Vec<[f32; 3]> {
    (0..len).map(|k| [k as f32; 3]).collect()
}

#[task]
fn text(len: usize) -> String {
    "é".repeat(len)
}

#[task]
fn record(len: usize) -> Record {
    let values = (0..len).map(|k| k as f64).collect();
    Record { name: "one".into(), values, by_key: BTreeMap::from([(1, None), (2, Some(-3))]) }
}

#[task]
fn nested() -> Result<Vec<Vec<String>>, String> {
    Ok(vec![vec![], vec!["a".into(), String::new()]])
}

/// A task that runs on another rank than what it reads, at least where there are two.
#[task]
fn check(
    nothing: &(),
    number: u8,
    array: &[f64; 64],
    boxed: &[i16],
    numbers: [&Vec<f64>; 4],
    points: &[[f32; 3]],
    texts: [&str; 3],
    records: [&Record; 2],
    nested: &[Vec<String>],
) -> usize {
    let () = *nothing;
    assert_eq!(number, 7);
    assert_eq!(array[63], 63.0);
    assert_eq!(boxed.len(), 300);
    for (numbers, len) in numbers.into_iter().zip([0, 1, 496, 20_000]) {
        assert_eq!(numbers.len(), len);
        assert!(numbers.iter().enumerate().all(|(k, &number)| number == k as f64));
    }
    assert_eq!(points[99], [99.0; 3]);
    assert_eq!(texts.map(str::len), [0, 2, 100_000]);
    assert_eq!(records.map(|record| record.values.len()), [3, 50_000]);
    assert_eq!(nested[1].len(), 2);
    1
}

dag! {
    graph Kinds -> (sum, nothing, array, boxed, n4, points, s3, r2, nested) {
        nothing, number, array, boxed, nested,
        n1 = numbers(0), n2 = numbers(1), n3 = numbers(496), n4 = numbers(20_000),
        points(100),
        s1 = text(0), s2 = text(1), s3 = text(50_000),
        r1 = record(3), r2 = record(50_000),
        c0 = check(&nothing, number, &array, &boxed, [&n1, &n2, &n3, &n4], &points, [&s1, &s2, &s3], [&r1, &r2], &nested),
        c1 = check(&nothing, number, &array, &boxed, [&n1, &n2, &n3, &n4], &points, [&s1, &s2, &s3], [&r1, &r2], &nested),
        c2 = check(&nothing, number, &array, &boxed, [&n1, &n2, &n3, &n4], &points, [&s1, &s2, &s3], [&r1, &r2], &nested),
        c3 = check(&nothing, number, &array, &boxed, [&n1, &n2, &n3, &n4], &points, [&s1, &s2, &s3], [&r1, &r2], &nested),
        sum = add([c0, c1, c2, c3]),
    }
}

#[task]
fn add(all: [usize; 4]) -> usize {
    all.into_iter().sum()
}

/// Outputs of all kinds and of sizes on both sides of each limit.
pub fn all_kinds(mpi: Mpi, _: &[&str]) {
    let expected = Kinds.run(&Serial).unwrap();
    each_way(&mpi, |mpi| assert_eq!(Kinds.run(&mpi).unwrap(), expected));
}

#[task]
fn double(numbers: Vec<f64>) -> Vec<f64> {
    numbers.into_iter().map(|number| 2.0 * number).collect()
}

#[task]
fn total(a: &[f64], b: &[f64], record: &Record) -> f64 {
    a.iter().sum::<f64>() + b.iter().sum::<f64>() + record.values.iter().sum::<f64>()
}

dag! {
    graph Large(len: usize, values: usize) -> (total, b) {
        a = numbers(len),
        b = numbers(len),
        c = double(a),
        record(values),
        total(&c, &b, &record),
    }
}

fn check_large(mpi: Mpi, len: usize, values: usize) {
    let (total, b) = Large { len, values }.run(&mpi).unwrap();
    let sum = |len: usize| (len as f64) * (len as f64 - 1.0) / 2.0;
    assert_eq!(total, 3.0 * sum(len) + sum(values));
    assert_eq!(b.len(), len);
    assert!(b.iter().enumerate().all(|(k, &number)| number == k as f64));
}

/// Outputs of 16 MiB, and one of 1 MiB that serde encodes.
pub fn large(mpi: Mpi, _: &[&str]) {
    for schedule in [Schedule::Static, Schedule::Dynamic] {
        check_large(mpi.clone().schedule(schedule), 1 << 21, 1 << 17);
    }
}

/// Outputs in more pieces than one.
pub fn pieces(mpi: Mpi, _: &[&str]) {
    for bytes in [1000, 4096, 79_999, 80_000, 80_001] {
        each_way(&mpi, |mpi| check_large(mpi.most_in_piece(bytes), 10_000, 10_000));
    }
}

/// A type that is encoded in one way and decoded in another.
#[derive(Clone, Debug, Serialize)]
struct Wrong(u8);

impl<'de> Deserialize<'de> for Wrong {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("{number} is never right")))
    }
}

#[task]
fn wrong() -> Wrong {
    Wrong(3)
}

#[task]
fn use_wrong(wrong: &Wrong) -> u8 {
    wrong.0
}

dag! {
    graph Undecodable -> (x, y, z) {
        wrong, x = use_wrong(&wrong), y = use_wrong(&wrong), z = number,
    }
}

/// A payload that cannot be decoded is an error, the same on all ranks.
pub fn undecodable(mpi: Mpi, _: &[&str]) {
    for _ in 0..3 {
        let result = Undecodable.run(&mpi.clone().schedule(Schedule::Static));
        if mpi.ranks() == 1 {
            assert_eq!(result.unwrap(), (3, 3, 7));
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!(error.task(), Some("wrong"));
        assert!(error.to_string().contains("cannot be decoded: 3 is never right"), "{error}");
    }
}
