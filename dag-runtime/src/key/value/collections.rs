//! Keys of collections: how many elements there are, and then each of them.

use alloc::collections::{BTreeMap, BTreeSet, LinkedList, VecDeque};
use alloc::vec::Vec;

use crate::key::{Key, KeyWriter};

/// Begins a collection with this many elements.
fn begin(kind: [u8; 2], length: usize, key: &mut KeyWriter) {
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&kind);
    bytes[2..].copy_from_slice(&(length as u64).to_le_bytes());
    key.raw(&bytes);
}

impl<K: Key> Key for [K] {
    fn key(&self, key: &mut KeyWriter) {
        begin([32, K::OF_ALL], self.len(), key);
        K::all(self, key);
    }
}

impl<K: Key, const N: usize> Key for [K; N] {
    fn key(&self, key: &mut KeyWriter) {
        self.as_slice().key(key);
    }
}

impl<K: Key> Key for Vec<K> {
    fn key(&self, key: &mut KeyWriter) {
        self.as_slice().key(key);
    }
}

impl<K: Key> Key for VecDeque<K> {
    fn key(&self, key: &mut KeyWriter) {
        let (first, second) = self.as_slices();
        begin([32, K::OF_ALL], self.len(), key);
        K::all(first, key);
        K::all(second, key);
    }
}

impl<K: Key> Key for LinkedList<K> {
    fn key(&self, key: &mut KeyWriter) {
        begin([33, 0], self.len(), key);
        self.iter().for_each(|item| item.key(key));
    }
}

impl<K: Key> Key for BTreeSet<K> {
    fn key(&self, key: &mut KeyWriter) {
        begin([34, 0], self.len(), key);
        self.iter().for_each(|item| item.key(key));
    }
}

impl<K: Key, V: Key> Key for BTreeMap<K, V> {
    fn key(&self, key: &mut KeyWriter) {
        begin([35, 0], self.len(), key);
        self.iter().for_each(|(name, value)| {
            name.key(key);
            value.key(key);
        });
    }
}
