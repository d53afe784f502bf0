//! A layered layout of boxes and arrows.
//!
//! The steps are those of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system
//! structures": layers, an order in each layer with few crossings, and coordinates. Apart from sorting, each takes time
//! proportional to the size of the picture.

mod order;
mod places;
#[cfg(test)]
mod tests;

use alloc::vec;
use alloc::vec::Vec;

/// The space between layers.
const BELOW: f64 = 46.0;

/// The horizontal offset of upward arrows.
const UPWARDS: f64 = 8.0;

/// A point of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// The coordinates of the picture.
#[derive(Debug)]
pub(super) struct Layout {
    /// The centre of each box.
    pub(super) middles: Vec<Point>,
    /// The points of each arrow, downwards or upwards; empty for an arrow from a box to itself.
    pub(super) ways: Vec<Vec<Point>>,
    /// The lower right corner.
    pub(super) size: Point,
}

/// A box, or a point of a layer through which arrows pass.
struct Item {
    layer: usize,
    width: f64,
    is_box: bool,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// Lays out boxes of these sizes, and arrows between them. A box is below another if there is an arrow between them and
/// it comes later by `positions`.
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
    /// The items of each arrow.
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
        // Folded families may depend on each other. By the order, all arrows go down.
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
        // A box without predecessors is just above the first of its successors.
        for &k in &order {
            let first = items[k].below.iter().map(|&lower| items[lower].layer).min();
            if let (true, Some(first)) = (items[k].above.is_empty(), first) {
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
        // Arrows from one box share their points.
        let mut trunks = vec![Vec::new(); sizes.len()];
        plan.ways = downs.iter().map(|&(upper, lower)| plan.way(upper, lower, &mut trunks[upper])).collect();
        for (way, (down, arrow)) in plan.ways.iter_mut().zip(downs.iter().zip(arrows)) {
            if down != arrow {
                way.reverse();
            }
        }
        plan
    }

    /// The items from one box down to another, with points in the layers between. `trunk` contains the existing points
    /// below the upper box.
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
            // Upward arrows are separate from downward ones.
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
