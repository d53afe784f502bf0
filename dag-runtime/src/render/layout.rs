//! Where boxes and arrows go: a layered layout.
//!
//! The steps are those of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system
//! structures": layers, an order in each layer with few crossings, places. Each takes time in proportion to
//! what is to be seen, but for some sorting.

#[cfg(test)]
mod tests;

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem::swap;

/// The space between boxes of a layer, between an arrow that passes and its neighbours, and between layers.
const BESIDE: f64 = 24.0;
const PASSING: f64 = 14.0;
const BELOW: f64 = 46.0;

/// How far aside arrows up are.
const UPWARDS: f64 = 8.0;

/// How often layers are ordered by their neighbours, and how often moved towards them.
const ORDERINGS: usize = 12;
const MOVES: usize = 12;

/// How much rather an arrow over several layers is straight than one between two boxes.
const STRAIGHT: f64 = 8.0;

/// A place in the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Where everything goes.
#[derive(Debug)]
pub(super) struct Layout {
    /// The middle of each box.
    pub(super) middles: Vec<Point>,
    /// The points that each arrow goes through, downwards or upwards; empty for one from a box to itself.
    pub(super) ways: Vec<Vec<Point>>,
    /// The lower right corner.
    pub(super) size: Point,
}

/// A box, or a point of a layer that arrows pass.
struct Item {
    layer: usize,
    width: f64,
    is_box: bool,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// Lays out boxes of these sizes, and arrows between them. Boxes stand below those that come before them by `positions`,
/// where there is an arrow.
pub(super) fn lay_out(sizes: &[Point], positions: &[usize], arrows: &[(usize, usize)]) -> Layout {
    let mut plan = Plan::new(sizes, positions, arrows);
    plan.order();
    let xs = plan.places();
    plan.finish(sizes, arrows, &xs)
}

struct Plan {
    /// The boxes, and then the points.
    items: Vec<Item>,
    layers: Vec<Vec<usize>>,
    /// For each arrow the items that it goes through.
    ways: Vec<Vec<usize>>,
}

impl Plan {
    fn new(sizes: &[Point], positions: &[usize], arrows: &[(usize, usize)]) -> Self {
        let item = |size: &Point| Item {
            layer: 0,
            width: size.x,
            is_box: true,
            above: Vec::new(),
            below: Vec::new(),
        };
        let mut items: Vec<Item> = sizes.iter().map(item).collect();
        // Folded families may depend on each other: by the order, all arrows go down.
        let down = |&(from, to): &(usize, usize)| match (positions[from], from) < (positions[to], to) {
            true => (from, to),
            false => (to, from),
        };
        let downs: Vec<(usize, usize)> = arrows.iter().map(down).collect();
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by_key(|&k| (positions[k], k));
        for &(upper, lower) in downs.iter().filter(|(upper, lower)| upper != lower) {
            items[upper].below.push(lower);
            items[lower].above.push(upper);
        }
        for &k in &order {
            items[k].layer = items[k].above.iter().map(|&upper| items[upper].layer + 1).max().unwrap_or(0);
        }
        // What nothing comes before stands just above what comes first after it.
        for &k in &order {
            if items[k].above.is_empty()
                && let Some(first) = items[k].below.iter().map(|&lower| items[lower].layer).min()
            {
                items[k].layer = first - 1;
            }
        }

        let mut layers = vec![Vec::new(); items.iter().map(|item| item.layer + 1).max().unwrap_or(0)];
        order.iter().for_each(|&k| layers[items[k].layer].push(k));
        items.iter_mut().for_each(|item| {
            item.above.clear();
            item.below.clear();
        });
        let mut plan = Plan { items, layers, ways: Vec::new() };
        // Arrows from one box share the points that they pass.
        let mut trunks = vec![Vec::new(); sizes.len()];
        plan.ways = downs.iter().map(|&(upper, lower)| plan.way(upper, lower, &mut trunks[upper])).collect();
        for (way, (down, arrow)) in plan.ways.iter_mut().zip(downs.iter().zip(arrows)) {
            if down != arrow {
                way.reverse();
            }
        }
        plan
    }

    /// The items from one box down to another one, with points in the layers between. `trunk` has those that there are
    /// already below the upper one.
    fn way(&mut self, upper: usize, lower: usize, trunk: &mut Vec<usize>) -> Vec<usize> {
        let mut way = vec![upper];
        for layer in self.items[upper].layer + 1..self.items[lower].layer {
            let depth = way.len() - 1;
            if trunk.len() == depth {
                let point = Item { layer, width: 0.0, is_box: false, above: Vec::new(), below: Vec::new() };
                self.items.push(point);
                self.layers[layer].push(self.items.len() - 1);
                trunk.push(self.items.len() - 1);
                self.join(way[depth], trunk[depth]);
            }
            way.push(trunk[depth]);
        }
        if upper != lower {
            self.join(way[way.len() - 1], lower);
        }
        way.push(lower);
        way
    }

    fn join(&mut self, upper: usize, lower: usize) {
        self.items[upper].below.push(lower);
        self.items[lower].above.push(upper);
    }

    /// Orders each layer, so that few arrows cross.
    fn order(&mut self) {
        // The place of each item in its layer.
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

    /// Orders a layer by the middle of what its items have arrows from, or to.
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

    /// From left to right, the middle of each item.
    fn places(&self) -> Vec<f64> {
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
            while let Some(last) = groups.pop_if(|last| last.1 > group.1) {
                let weight = last.0 + group.0;
                let wanted = (last.0 * last.1 + group.0 * group.1) / weight;
                group = Group(weight, wanted, last.2 + group.2);
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

    fn finish(self, sizes: &[Point], arrows: &[(usize, usize)], xs: &[f64]) -> Layout {
        let left = self.items.iter().zip(xs).map(|(item, x)| x - item.width / 2.0).fold(f64::MAX, f64::min);
        let mut middles = vec![Point::default(); self.items.len()];
        let mut heights = Vec::with_capacity(self.layers.len());
        let mut size = Point::default();
        for layer in &self.layers {
            let height =
                layer.iter().filter_map(|&item| sizes.get(item)).map(|size| size.y).fold(0.0, f64::max);
            for &item in layer {
                middles[item] = Point { x: xs[item] - left, y: size.y + height / 2.0 };
                size.x = size.x.max(middles[item].x + self.items[item].width / 2.0);
            }
            size.y += height + BELOW;
            heights.push(height);
        }
        size.y = (size.y - BELOW).max(0.0);
        let points = |(way, &(from, to)): (&Vec<usize>, &(usize, usize))| {
            let mut points = Vec::new();
            if from == to {
                return points;
            }
            // Arrows up are apart from those down.
            let (side, aside) = if middles[from].y < middles[to].y { (1.0, 0.0) } else { (-1.0, UPWARDS) };
            for &item in way {
                let Point { x, y } = middles[item];
                let half =
                    side * sizes.get(item).map_or(heights[self.items[item].layer], |size| size.y) / 2.0;
                let point = |y| Point { x: x + aside, y };
                if item != from {
                    points.push(point(y - half));
                }
                if item != to {
                    points.push(point(y + half));
                }
            }
            points
        };
        let ways = self.ways.iter().zip(arrows).map(points).collect();
        middles.truncate(sizes.len());
        Layout { middles, ways, size }
    }
}
