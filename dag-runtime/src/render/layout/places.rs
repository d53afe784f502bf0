//! The horizontal coordinates of boxes.

use alloc::vec;
use alloc::vec::Vec;
use core::mem::swap;

use super::Plan;

/// The space between boxes of a layer, and between a passing arrow and its neighbours.
const BESIDE: f64 = 24.0;
const PASSING: f64 = 14.0;

/// How often layers are moved towards their neighbours.
const MOVES: usize = 12;

/// The weight of a straight arrow over several layers, relative to an arrow between two boxes.
const STRAIGHT: f64 = 8.0;

impl Plan {
    /// The horizontal centre of each item.
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

    /// The smallest distance between the centres of neighbours.
    fn apart(&self, left: usize, right: usize) -> f64 {
        let (left, right) = (&self.items[left], &self.items[right]);
        let between = if left.is_box && right.is_box { BESIDE } else { PASSING };
        (left.width + right.width) / 2.0 + between
    }

    /// Moves the items of a layer towards the other ends of their arrows, as near as their order and widths allow: an
    /// isotonic regression, by pooling of neighbours that would pass each other.
    fn move_layer(&self, layer: usize, downwards: bool, xs: &mut [f64]) {
        /// Neighbours that touch: their weight, their preferred position, and their number.
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

    /// The weight and the preferred position of an item.
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
        // An item without arrows stays, unless a neighbour moves it.
        if weight == 0.0 { (0.01, xs[item]) } else { (weight, sum / weight) }
    }
}
