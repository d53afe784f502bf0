//! Values in keys.

use super::Digest;

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

impl Key for u64 {
    fn key(&self, key: &mut KeyWriter) {
        key.raw(b"u64");
        key.raw(&self.to_le_bytes());
    }
}

impl<K: Key + ?Sized> Key for &K {
    fn key(&self, key: &mut KeyWriter) {
        (**self).key(key);
    }
}
