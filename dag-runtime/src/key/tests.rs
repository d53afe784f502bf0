//! What values write.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::{Key, KeyWriter};
use crate::store::Digest;

fn digest<K: Key + ?Sized>(value: &K) -> Digest {
    let mut key = KeyWriter::new();
    value.key(&mut key);
    key.digest()
}

#[track_caller]
fn same<A: Key + ?Sized, B: Key + ?Sized>(first: &A, second: &B) {
    assert_eq!(digest(first), digest(second));
}

/// Checks that all of these values differ.
macro_rules! distinct {
    ($($value:expr),* $(,)?) => {{
        let digests = [$((stringify!($value), digest(&$value))),*];
        for (i, (name, digest)) in digests.iter().enumerate() {
            for (other, second) in &digests[..i] {
                assert_ne!(digest, second, "{name} and {other}");
            }
        }
    }};
}

#[test]
fn a_value_counts_alike_however_it_is_passed() {
    let list = vec![1.5, 2.5, -0.0];
    same(&list, &list[..]);
    same(&list, &[1.5, 2.5, -0.0]);
    same(&&&list, &Arc::new(list.clone()));
    same(&Box::<[f64]>::from(&list[..]), &list);
    let mut turned: VecDeque<f64> = list.clone().into();
    turned.rotate_left(1);
    turned.push_front(turned[turned.len() - 1]);
    turned.pop_back();
    same(&turned, &list);
    same("text", &"text".to_string());
    same("text", &Cow::Borrowed("text"));
    same(&7_usize, &7_u64);
    same(&-7_isize, &-7_i64);
    same(&[1_usize, 2], &[1_u64, 2]);
}

#[test]
fn lists_longer_than_what_is_written_at_once_count_by_each_element() {
    let list: Vec<u32> = (0..1000).collect();
    for changed in [0, 127, 128, 500, 999] {
        let mut other = list.clone();
        other[changed] += 1;
        assert_ne!(digest(&list), digest(&other));
    }
    assert_ne!(digest(&list[..999]), digest(&list[..]));
}

#[test]
fn values_that_differ_write_what_differs() {
    distinct![
        1_u8,
        1_u16,
        1_u32,
        1_u64,
        1_u128,
        1_i8,
        1_i16,
        1_i32,
        1_i64,
        1_i128,
        1_f32,
        1_f64,
        true,
        '\u{1}',
        "1",
        "\u{1}",
        b"1",
        [1_u8],
        [1_u16],
        [1_i8],
        [1_u64],
        (1_u8,),
        Some(1_u8),
        Ok::<u8, u8>(1),
        Err::<u8, u8>(1),
        (),
        [(); 1],
        [(); 2],
        None::<u8>,
        Some(None::<u8>),
        Vec::<u8>::new(),
        Vec::<u16>::new(),
        1..2,
        1..=2,
        ..2,
        ..=2,
        1..,
        ..,
        Duration::from_secs(1),
        Duration::from_nanos(1),
        core::cmp::Ordering::Less,
        core::num::Wrapping(1_u8),
        BTreeSet::from([1_u8]),
        BTreeMap::from([(1_u8, ())]),
        (1_u8, 2_u8),
        ((1_u8, 2_u8),),
        (1_u8, (2_u8,)),
        'a',
        "a",
        97_u32,
    ];
}

#[test]
fn where_one_value_ends_and_the_next_begins_counts() {
    distinct![("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"), "abc"];
    distinct![[vec![1_u8], vec![2, 3]], [vec![1, 2], vec![3]], [vec![1, 2, 3], vec![]]];
    distinct![(Some(1_u8), None::<u8>), (None::<u8>, Some(1_u8))];
    distinct![vec![String::new(); 2], vec![String::new(); 3], vec!["\0".to_string(); 2]];
}

#[test]
fn floats_count_by_their_bits() {
    distinct![0.0_f64, -0.0_f64, f64::NAN, f64::from_bits(f64::NAN.to_bits() ^ 1)];
    distinct![[0.0_f32], [-0.0_f32], [f32::NAN]];
    same(&f64::NAN, &f64::NAN);
}

#[test]
fn a_range_that_was_iterated_is_another_one() {
    let mut range: RangeInclusive<u8> = 3..=3;
    let before = digest(&range);
    range.next();
    assert_ne!(digest(&range), before);
}

mod first {
    #![allow(dead_code)]

    use crate::Key;

    #[derive(Key)]
    pub(super) struct Options {
        pub(super) degree: u32,
        pub(super) scale: u32,
        #[key(skip)]
        pub(super) threads: core::cell::Cell<usize>,
    }

    #[derive(Key)]
    pub(super) enum Method {
        Exact,
        Sampled(u32),
        Named { rate: u32 },
    }
}

/// The same types after changes that do not count, and with a method more.
mod second {
    use crate::Key;

    #[derive(Key)]
    pub(super) struct Options {
        pub(super) degree: u32,
        pub(super) scale: u32,
    }

    #[derive(Key)]
    #[repr(u8)]
    pub(super) enum Method {
        Sampled(u32),
        Random,
        Named { rate: u32 },
        Exact,
    }
}

/// The same types after changes that count.
mod third {
    use crate::Key;

    #[derive(Key)]
    pub(super) struct Options {
        pub(super) scale: u32,
        pub(super) degree: u32,
    }

    #[derive(Key)]
    pub(super) struct Renamed {
        pub(super) degree: u32,
        pub(super) scale: u32,
    }

    #[derive(Key)]
    pub(super) enum Method {
        Accurate,
        Named { ratio: u32 },
    }
}

#[test]
fn a_type_that_derives_it_counts_by_names() {
    let options = |threads| first::Options { degree: 1, scale: 2, threads: core::cell::Cell::new(threads) };
    same(&options(3), &options(4));
    same(&options(3), &second::Options { degree: 1, scale: 2 });
    distinct![
        options(3),
        second::Options { degree: 2, scale: 1 },
        third::Options { degree: 1, scale: 2 },
        third::Options { degree: 2, scale: 1 },
        third::Renamed { degree: 1, scale: 2 },
        (1_u32, 2_u32),
    ];
}

#[test]
fn variants_count_by_names_and_not_by_order() {
    same(&first::Method::Exact, &second::Method::Exact);
    same(&first::Method::Sampled(3), &second::Method::Sampled(3));
    same(&first::Method::Named { rate: 3 }, &second::Method::Named { rate: 3 });
    distinct![
        first::Method::Exact,
        first::Method::Sampled(3),
        first::Method::Sampled(4),
        first::Method::Named { rate: 3 },
        third::Method::Accurate,
        third::Method::Named { ratio: 3 },
        second::Method::Random,
        3_u32,
    ];
}
