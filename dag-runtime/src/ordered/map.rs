//! Maps and sets in the order of their keys.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

use crate::ordered::Key;

/// Nanoseconds as a part of a key: up to 584 years.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos() as u64
}

/// A task as a key.
pub(crate) fn of_task(task: usize) -> Key {
    (task as u64, 0)
}

/// Adds an item to a sorted list, unless it is there.
pub(crate) fn insert<T: Ord>(list: &mut Vec<T>, item: T) {
    let place = list.partition_point(|other| *other < item);
    if list.get(place) != Some(&item) {
        list.insert(place, item);
    }
}

/// A map in the order of its keys.
#[derive(Clone, Debug)]
pub(crate) struct Map<V> {
    places: Places,
    values: Vec<V>,
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Map { places: Places::default(), values: Vec::new() }
    }
}

impl<V> Map<V> {
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn get(&self, key: Key) -> Option<&V> {
        self.places.get(key).map(|place| &self.values[place])
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut V> {
        self.places.get(key).map(|place| &mut self.values[place])
    }

    /// The value of a key, which is a new one if there is none.
    pub(crate) fn entry(&mut self, key: Key, new: impl FnOnce() -> V) -> &mut V {
        let place = self.places.get_or_add(key);
        if place == self.values.len() {
            self.values.push(new());
        }
        &mut self.values[place]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &V)> {
        self.places.0.iter().map(|(&key, &place)| (key, &self.values[place]))
    }
}

/// The position of each key, in the order in which keys were added.
#[derive(Clone, Debug, Default)]
struct Places(BTreeMap<Key, usize>);

impl Places {
    fn get(&self, key: Key) -> Option<usize> {
        self.0.get(&key).copied()
    }

    fn get_or_add(&mut self, key: Key) -> usize {
        let next = self.0.len();
        *self.0.entry(key).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_in_the_order_of_its_keys() {
        let mut map = Map::default();
        for (key, value) in [((2, 0), 'c'), ((1, 7), 'b'), ((2, 0), 'x'), ((1, 3), 'a')] {
            map.entry(key, || value);
        }
        *map.get_mut((2, 0)).expect("it was added") = 'd';
        let all: Vec<_> = map.iter().map(|(key, &value)| (key, value)).collect();
        assert_eq!(all, [((1, 3), 'a'), ((1, 7), 'b'), ((2, 0), 'd')]);
        assert_eq!((map.get((1, 7)), map.get((7, 1))), (Some(&'b'), None));
    }
}
