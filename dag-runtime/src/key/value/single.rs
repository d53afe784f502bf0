//! Keys of values that are no collections. Each begins with a byte for its kind, so that no two kinds write the same.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use core::cmp::{Ordering, Reverse};
use core::convert::Infallible;
use core::marker::PhantomData;
use core::num::{NonZero, Saturating, Wrapping};
use core::ops::{Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};
use core::time::Duration;

use crate::key::{Key, KeyWriter};

/// How many numbers are turned into bytes at once, where they are not such bytes in memory.
const AT_ONCE: usize = 128;

macro_rules! numbers {
    ($($kind:literal $number:ty as $written:ty,)*) => {$(
        impl Key for $number {
            const OF_ALL: u8 = $kind;

            #[inline]
            fn key(&self, key: &mut KeyWriter) {
                const SIZE: usize = size_of::<$written>();
                let mut bytes = [0; SIZE + 1];
                bytes[0] = $kind;
                bytes[1..].copy_from_slice(&(*self as $written).to_le_bytes());
                key.raw(&bytes);
            }

            fn all(items: &[Self], key: &mut KeyWriter) {
                const SIZE: usize = size_of::<$written>();
                let mut bytes = [0; SIZE * AT_ONCE];
                for items in items.chunks(AT_ONCE) {
                    for (item, bytes) in items.iter().zip(bytes.chunks_exact_mut(SIZE)) {
                        bytes.copy_from_slice(&(*item as $written).to_le_bytes());
                    }
                    key.raw(&bytes[..items.len() * SIZE]);
                }
            }
        }
    )*};
}

numbers! {
    2 u16 as u16,
    3 u32 as u32,
    4 u64 as u64,
    5 u128 as u128,
    6 i8 as i8,
    7 i16 as i16,
    8 i32 as i32,
    9 i64 as i64,
    10 i128 as i128,
    11 f32 as f32,
    12 f64 as f64,
    4 usize as u64,
    9 isize as i64,
    13 bool as u8,
    14 char as u32,
}

impl Key for u8 {
    const OF_ALL: u8 = 1;

    #[inline]
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[1, *self]);
    }

    #[inline]
    fn all(items: &[Self], key: &mut KeyWriter) {
        key.raw(items);
    }
}

macro_rules! non_zero {
    ($($number:ty)*) => {$(
        impl Key for NonZero<$number> {
            #[inline]
            fn key(&self, key: &mut KeyWriter) {
                self.get().key(key);
            }
        }
    )*};
}

non_zero! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

impl Key for str {
    #[inline]
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[16]);
        key.bytes(self.as_bytes());
    }
}

impl Key for String {
    #[inline]
    fn key(&self, key: &mut KeyWriter) {
        self.as_str().key(key);
    }
}

impl<K: Key> Key for Option<K> {
    fn key(&self, key: &mut KeyWriter) {
        match self {
            None => key.raw(&[17, 0]),
            Some(value) => {
                key.raw(&[17, 1]);
                value.key(key);
            }
        }
    }
}

impl<K: Key, E: Key> Key for Result<K, E> {
    fn key(&self, key: &mut KeyWriter) {
        match self {
            Ok(value) => {
                key.raw(&[18, 0]);
                value.key(key);
            }
            Err(error) => {
                key.raw(&[18, 1]);
                error.key(key);
            }
        }
    }
}

impl Key for () {
    #[inline]
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[19, 0]);
    }
}

macro_rules! tuples {
    ($($length:literal: $($name:ident)*,)*) => {$(
        impl<$($name: Key),*> Key for ($($name,)*) {
            fn key(&self, key: &mut KeyWriter) {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                key.raw(&[19, $length]);
                $($name.key(key);)*
            }
        }
    )*};
}

tuples! {
    1: A,
    2: A B,
    3: A B C,
    4: A B C D,
    5: A B C D E,
    6: A B C D E F,
    7: A B C D E F G,
    8: A B C D E F G H,
    9: A B C D E F G H I,
    10: A B C D E F G H I J,
    11: A B C D E F G H I J L,
    12: A B C D E F G H I J L M,
}

macro_rules! transparent {
    ($($pointer:ty),*) => {$(
        impl<K: Key + ?Sized> Key for $pointer {
            #[inline]
            fn key(&self, key: &mut KeyWriter) {
                (**self).key(key);
            }
        }
    )*};
}

transparent! { &K, &mut K, Box<K>, Rc<K>, Arc<K> }

impl<K: Key + ToOwned + ?Sized> Key for Cow<'_, K> {
    #[inline]
    fn key(&self, key: &mut KeyWriter) {
        (**self).key(key);
    }
}

macro_rules! wrappers {
    ($($kind:literal $wrapper:ident)*) => {$(
        impl<K: Key> Key for $wrapper<K> {
            fn key(&self, key: &mut KeyWriter) {
                key.raw(&[$kind]);
                self.0.key(key);
            }
        }
    )*};
}

wrappers! { 20 Wrapping 21 Saturating 22 Reverse }

impl Key for Ordering {
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[23, *self as u8]);
    }
}

impl<T: ?Sized> Key for PhantomData<T> {
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[24]);
    }
}

impl Key for Infallible {
    fn key(&self, _: &mut KeyWriter) {
        match *self {}
    }
}

impl Key for Duration {
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[25]);
        key.raw(&self.as_secs().to_le_bytes());
        key.raw(&self.subsec_nanos().to_le_bytes());
    }
}

impl<K: Key> Key for Bound<K> {
    fn key(&self, key: &mut KeyWriter) {
        match self {
            Bound::Included(bound) => {
                key.raw(&[26, 0]);
                bound.key(key);
            }
            Bound::Excluded(bound) => {
                key.raw(&[26, 1]);
                bound.key(key);
            }
            Bound::Unbounded => key.raw(&[26, 2]),
        }
    }
}

macro_rules! ranges {
    ($($range:ty),*) => {$(
        impl<K: Key> Key for $range {
            fn key(&self, key: &mut KeyWriter) {
                key.raw(&[27]);
                // One that was iterated to its end has another bound.
                self.start_bound().key(key);
                self.end_bound().key(key);
            }
        }
    )*};
}

ranges! { Range<K>, RangeFrom<K>, RangeInclusive<K>, RangeTo<K>, RangeToInclusive<K> }

impl Key for RangeFull {
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[28]);
    }
}
