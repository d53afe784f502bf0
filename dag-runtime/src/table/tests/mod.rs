//! Tests of the table against naive computations.

mod ancestors;
mod columns;
mod cycles;
mod expand;
mod expansion;
mod families;
mod in_place;
#[cfg(feature = "std")]
mod late;
mod members;
mod native;
mod nest;
mod plan;
mod problems;
mod proof;
mod scan;
mod shapes;

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use crate::table::{self, Line, Problems, RawEdge, Table, Use};

/// The site of the `k`-th edge of a [`Sketch`] is `SITE + k`, and `MOVE_SITE + k` where it moves.
const SITE: u32 = 1000;
const MOVE_SITE: u32 = table::MOVE_SITE + SITE;

/// A graph of a test, with tasks called `t0`, `t1` and so on.
#[derive(Clone, Debug, Default)]
struct Sketch {
    costs: Vec<u64>,
    /// Tasks whose outputs are `Copy`.
    copies: Vec<bool>,
    /// Tasks whose outputs are outputs of the graph.
    outputs: Vec<bool>,
    edges: Vec<Edge>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    node: u32,
    to: u32,
    how: Use,
    indirect: bool,
}

impl Sketch {
    /// A graph with this many tasks of cost 1 and no edges.
    fn new(len: usize) -> Self {
        let no = vec![false; len];
        Sketch { costs: vec![1; len], copies: no.clone(), outputs: no, edges: Vec::new() }
    }

    fn edge(mut self, node: u32, to: u32, how: Use) -> Self {
        self.edges.push(Edge { node, to, how, indirect: false });
        self
    }

    fn orders(self, edges: &[(u32, u32)]) -> Self {
        edges.iter().fold(self, |sketch, &(node, to)| sketch.edge(node, to, Use::Order))
    }

    fn indirect(mut self, node: u32, to: u32, how: Use) -> Self {
        self.edges.push(Edge { node, to, how, indirect: true });
        self
    }

    fn output(mut self, node: usize) -> Self {
        self.outputs[node] = true;
        self
    }

    fn len(&self) -> usize {
        self.costs.len()
    }

    fn indices(&self) -> impl Iterator<Item = u32> {
        0..self.len() as u32
    }

    /// The edges, grouped by node.
    fn rows(&self) -> Vec<RawEdge> {
        let row = |(k, edge): (usize, &Edge)| {
            let Edge { node, to, how, indirect } = *edge;
            let how = how.of(self.copies[to as usize]);
            RawEdge { node, to, how, indirect, part: false, site: SITE + k as u32 }
        };
        let mut rows: Vec<_> = self.edges.iter().enumerate().map(row).collect();
        rows.sort_by_key(|row| row.node);
        rows
    }

    fn table(&self) -> &'static Table {
        let node = |i: u32| Line {
            name: format!("t{i}").leak(),
            cost: self.costs[i as usize],
            output: self.outputs[i as usize],
            release: crate::slot::release_of::<alloc::string::String>(),
            ..Line::EMPTY
        };
        Table::leak("Graph", self.indices().map(node).collect(), self.rows())
    }

    fn problems(&self) -> Problems<'static> {
        self.table().problems(self.rows())
    }

    /// The dependencies of a task, each once, as written.
    fn dependencies(&self, node: u32) -> Vec<u32> {
        let edges = self.edges.iter().filter(|edge| edge.node == node && !edge.indirect);
        distinct(edges.map(|edge| edge.to))
    }

    /// The tasks whose outputs a task reads, each once, as written.
    fn reads(&self, node: u32) -> Vec<u32> {
        let edges = self.edges.iter().filter(|edge| edge.node == node && edge.how != Use::Order);
        distinct(edges.map(|edge| edge.to))
    }
}

fn distinct(all: impl Iterator<Item = u32>) -> Vec<u32> {
    all.fold(Vec::new(), |mut distinct, i| {
        if !distinct.contains(&i) {
            distinct.push(i);
        }
        distinct
    })
}

fn how() -> impl Strategy<Value = Use> {
    prop_oneof![Just(Use::Order), Just(Use::Borrow), Just(Use::Value)]
}

/// Any edges, cycles included.
fn any_sketch(most: usize, degree: usize) -> impl Strategy<Value = Sketch> {
    (0..=most).prop_flat_map(move |len| {
        let cost = prop_oneof![8 => 0..20_u64, 2 => any::<u32>().prop_map(u64::from), 1 => Just(u64::MAX)];
        let index = 0..len.max(1) as u32;
        let edge = (index.clone(), index, how(), proptest::bool::weighted(0.1));
        let edges = vec_of(edge, 0..=len * degree);
        let flags = || vec_of(any::<bool>(), len);
        (vec_of(cost, len), flags(), flags(), edges).prop_map(|(costs, copies, outputs, edges)| {
            let edges =
                edges.into_iter().map(|(node, to, how, indirect)| Edge { node, to, how, indirect }).collect();
            Sketch { costs, copies, outputs, edges }
        })
    })
}

/// Edges from tasks to earlier ones in some order, which differs from the order of the list.
fn acyclic_sketch(most: usize, degree: usize) -> impl Strategy<Value = Sketch> {
    let sketch = any_sketch(most, degree);
    sketch.prop_flat_map(|sketch| {
        let order = Just(sketch.indices().collect::<Vec<_>>()).prop_shuffle();
        (Just(sketch), order).prop_map(|(mut sketch, order)| {
            sketch.edges.retain(|edge| edge.node != edge.to);
            for edge in &mut sketch.edges {
                let (low, high) = (edge.node.min(edge.to), edge.node.max(edge.to));
                (edge.node, edge.to) = (order[high as usize], order[low as usize]);
            }
            sketch
        })
    })
}
