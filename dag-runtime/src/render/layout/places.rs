//! How far to the right boxes stand.

use alloc::vec;
use alloc::vec::Vec;
use core::mem::swap;

use super::Plan;

/// The space between boxes of a layer, and between an arrow that passes and its neighbours.
const BESIDE: f64 = 24.0;
const PASSING: f64 = 14.0;

/// How often layers are moved towards their neighbours.
const MOVES: usize = 12;

/// How much rather an arrow over several layers is straight than one between two boxes.
const STRAIGHT: f64 = 8.0;

impl Plan {
    /// From left to right, the middle of each item.
    pub(super) fn places(&self) -> Vec<f64> {
        let mut xs = vec![0.0; self.items.len()];
        for layer in &self.layers {
            let mut x = 0.0;
            for (k, &item) in layer.iter().enumerate() {
                x += if k == 0 { 0.0 } else { self.apart(layer[k - 1], item) };
                xs[item] = x;
            }
        }
        let count = self.layers.len();
        for round in 0..MOVES {
            let downwards = round % 2 == 0;
            for k in 0..count {
                self.move_layer(if downwards { k } else { count - 1 - k }, downwards, &mut xs);
            }
        }
        xs
    }

    /// How far apart the middles of neighbours are at least.
    fn apart(&self, left: usize, right: usize) -> f64 {
        let (left, right) = (&self.items[left], &self.items[right]);
        let between = if left.is_box && right.is_box { BESIDE } else { PASSING };
        (left.width + right.width) / 2.0 + between
    }

    /// Moves the items of a layer to where their arrows come from or go to, as near as their order and their widths allow:
    /// an isotonic regression, by the pooling of neighbours that want to pass each other.
    fn move_layer(&self, layer: usize, downwards: bool, xs: &mut [f64]) {
        /// Neighbours that touch: how much they weigh, where they want to be, how many they are.
        struct Group(f64, f64, usize);
        let items = &self.layers[layer];
        let mut groups: Vec<Group> = Vec::with_capacity(items.len());
        let mut offset = 0.0;
        let mut offsets = Vec::with_capacity(items.len());
        for (k, &item) in items.iter().enumerate() {
            offset += if k == 0 { 0.0 } else { self.apart(items[k - 1], item) };
            offsets.push(offset);
            let (weight, wanted) = self.wish(item, downwards, xs);
            let mut group = Group(weight, wanted - offset, 1);
            while let Some(last) = groups.last().filter(|last| last.1 > group.1) {
                let weight = last.0 + group.0;
                let wanted = (last.0 * last.1 + group.0 * group.1) / weight;
                group = Group(weight, wanted, last.2 + group.2);
                groups.pop();
            }
            groups.push(group);
        }
        let wanted = groups.iter().flat_map(|group| core::iter::repeat_n(group.1, group.2));
        for ((&item, offset), wanted) in items.iter().zip(offsets).zip(wanted) {
            xs[item] = wanted + offset;
        }
    }

    /// How much an item wants to be where.
    fn wish(&self, item: usize, downwards: bool, xs: &[f64]) -> (f64, f64) {
        let this = &self.items[item];
        let (mut first, mut second) = (&this.above, &this.below);
        if !downwards {
            swap(&mut first, &mut second);
        }
        let others = if first.is_empty() { second } else { first };
        let (mut weight, mut sum) = (0.0, 0.0);
        for &other in others {
            let straight = if this.is_box || self.items[other].is_box { 1.0 } else { STRAIGHT };
            weight += straight;
            sum += straight * xs[other];
        }
        // One that nothing leads to stays, if nobody pushes it.
        if weight == 0.0 { (0.01, xs[item]) } else { (weight, sum / weight) }
    }
}
