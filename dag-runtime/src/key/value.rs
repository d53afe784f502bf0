//! Values in keys.

use alloc::string::String;

use crate::store::Digest;

/// A value that can be part of a key: two equal values write the same, and two different ones do not.
pub trait Key {
    /// Writes the value.
    fn key(&self, key: &mut KeyWriter);
}

/// Where values are written for a key.
#[derive(Clone, Debug)]
pub struct KeyWriter {
    hasher: blake3::Hasher,
}

impl KeyWriter {
    pub(crate) fn new() -> Self {
        KeyWriter { hasher: blake3::Hasher::new() }
    }

    /// Writes bytes as they are. The caller makes them prefix-free.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Writes bytes, and how many there are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.raw(&(bytes.len() as u64).to_le_bytes());
        self.raw(bytes);
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest(*self.hasher.finalize().as_bytes())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Key for $number {
            fn key(&self, key: &mut KeyWriter) {
                key.raw(&self.to_le_bytes());
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 }

impl Key for usize {
    fn key(&self, key: &mut KeyWriter) {
        (*self as u64).key(key);
    }
}

impl Key for str {
    fn key(&self, key: &mut KeyWriter) {
        key.bytes(self.as_bytes());
    }
}

impl Key for String {
    fn key(&self, key: &mut KeyWriter) {
        self.as_str().key(key);
    }
}

impl<K: Key> Key for [K] {
    fn key(&self, key: &mut KeyWriter) {
        self.len().key(key);
        self.iter().for_each(|item| item.key(key));
    }
}

impl<K: Key + ?Sized> Key for &K {
    fn key(&self, key: &mut KeyWriter) {
        (**self).key(key);
    }
}
