//! The order of boxes in their layers.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::Plan;

/// How often layers are ordered by their neighbours.
const ORDERINGS: usize = 12;

impl Plan {
    /// Orders each layer, so that few arrows cross.
    pub(super) fn order(&mut self) {
        // The position of each item in its layer.
        let mut places = vec![0; self.items.len()];
        for layer in &self.layers {
            layer.iter().zip(0..).for_each(|(&item, place)| places[item] = place);
        }
        let mut best = (self.crossings(&places), self.layers.clone());
        for round in 0..ORDERINGS {
            if best.0 == 0 {
                break;
            }
            let downwards = round % 2 == 0;
            let count = self.layers.len();
            for k in 1..count {
                let layer = if downwards { k } else { count - 1 - k };
                self.order_layer(layer, downwards, &mut places);
            }
            let crossings = self.crossings(&places);
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Orders a layer by the mean position of the items to which its items have arrows.
    fn order_layer(&mut self, layer: usize, downwards: bool, places: &mut [usize]) {
        let mut items = core::mem::take(&mut self.layers[layer]);
        let mut keys: Vec<(f64, usize)> = Vec::with_capacity(items.len());
        for (&item, place) in items.iter().zip(0..) {
            let item = &self.items[item];
            let others = if downwards { &item.above } else { &item.below };
            let sum: usize = others.iter().map(|&other| places[other]).sum();
            let key = if others.is_empty() { place as f64 } else { sum as f64 / others.len() as f64 };
            keys.push((key, place));
        }
        keys.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
        items = keys.into_iter().map(|(_, place)| items[place]).collect();
        items.iter().zip(0..).for_each(|(&item, place)| places[item] = place);
        self.layers[layer] = items;
    }

    /// How many arrows cross: Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting".
    fn crossings(&self, places: &[usize]) -> u64 {
        let mut crossings = 0;
        let mut ends = Vec::new();
        for (layer, lower) in self.layers.iter().zip(self.layers.iter().skip(1)) {
            let mut counts = vec![0_u64; lower.len() + 1];
            let mut seen = 0;
            for &item in layer {
                ends.clear();
                ends.extend(self.items[item].below.iter().map(|&lower| places[lower]));
                ends.sort_unstable();
                for &end in &ends {
                    let mut before = 0;
                    let mut k = end + 1;
                    while k > 0 {
                        before += counts[k];
                        k &= k - 1;
                    }
                    crossings += seen - before;
                }
                // Arrows from one item do not cross.
                for &end in &ends {
                    let mut k = end + 1;
                    while k < counts.len() {
                        counts[k] += 1;
                        k += k & k.wrapping_neg();
                    }
                }
                seen += ends.len() as u64;
            }
        }
        crossings
    }
}
