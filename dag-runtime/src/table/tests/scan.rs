//! What a pass over the lines says, beside a search for problems.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Sketch, any_sketch};
use crate::slot::Task;
use crate::table::edges::Edge;
use crate::table::{Info, ListRelease, RowWriter, Stored, Use};

const LIST: ListRelease = ListRelease { task: None, member: None };

struct Plain {}

impl Task for Plain {
    type Output = u64;
}

struct OverEach {}

impl Task for OverEach {
    type Output = Vec<u64>;
    const INFO: Info = Info { each: Some(LIST), ..Info::PLAIN };
}

/// Whether the graph needs a search. Every other edge of a line is one of its attribute.
fn needs_search(sketch: &Sketch) -> bool {
    let mut outputs = vec![0; sketch.len()];
    let mut w = RowWriter::scanning(&mut outputs);
    for line in sketch.indices() {
        let edges: Vec<_> = sketch.edges.iter().filter(|edge| edge.node == line).collect();
        let attribute = |edge: &&super::Edge| Edge {
            to: edge.to,
            how: edge.how,
            indirect: edge.indirect,
            optional: false,
        };
        let is_own = |k: usize| k % 2 == 0 && !edges[k].indirect;
        let (own, of_attribute): (Vec<usize>, Vec<usize>) = (0..edges.len()).partition(|&k| is_own(k));
        let of_attribute: Vec<Edge> = of_attribute.iter().map(|&k| attribute(&edges[k])).collect();
        let stored = Stored::of::<u64>(sketch.copies[line as usize]);
        w.node::<Plain>(stored, "", of_attribute.leak());
        for k in own {
            w.line(edges[k].to, edges[k].how.of(sketch.copies[edges[k].to as usize]));
        }
    }
    for line in sketch.indices().filter(|&line| sketch.outputs[line as usize]) {
        w.output(line);
    }
    w.scanned().1
}

#[test]
fn common_graphs_need_no_search() {
    let reads = Sketch::new(4).edge(1, 0, Use::Borrow).edge(2, 0, Use::Borrow).edge(3, 2, Use::Order);
    assert!(!needs_search(&reads.output(3)));
    let moves = Sketch::new(3).edge(1, 0, Use::Value).edge(2, 1, Use::Value).output(2);
    assert!(!needs_search(&moves));
    let mut copies = Sketch::new(3).edge(1, 0, Use::Value).edge(2, 0, Use::Value).output(0);
    copies.copies[0] = true;
    assert!(!needs_search(&copies));
}

#[test]
fn what_one_pass_cannot_tell_needs_a_search() {
    let moved = Sketch::new(3).edge(2, 0, Use::Value);
    for (sketch, what) in [
        (Sketch::new(2).edge(0, 1, Use::Order), "a later line"),
        (Sketch::new(1).edge(0, 0, Use::Order), "a task on itself"),
        (Sketch::new(2).indirect(1, 0, Use::Borrow), "an indirect read"),
        (moved.clone().output(0), "an output of the graph"),
        (moved.clone().edge(1, 0, Use::Borrow), "a reader before"),
        (moved.clone().edge(1, 0, Use::Value), "another move"),
        (Sketch::new(3).edge(1, 0, Use::Value).edge(2, 0, Use::Borrow), "a reader behind"),
    ] {
        assert!(needs_search(&sketch), "{what}");
    }
}

#[test]
fn elements_and_conditions_need_a_search() {
    let scan = |moves: bool, tell: fn(&mut RowWriter<'_>)| {
        let mut outputs = [0; 3];
        let mut w = RowWriter::scanning(&mut outputs);
        w.node::<Plain>(Stored::of::<u64>(false), "", &[]);
        w.node::<Plain>(Stored::of::<u64>(false), "", &[]);
        tell(&mut w);
        w.line(0, Use::value(!moves));
        w.scanned()
    };
    assert_eq!(scan(true, |_| {}), (1, false));
    assert_eq!(scan(true, |w| w.each(0, LIST)), (1, true));
    assert_eq!(scan(false, |w| w.each(0, LIST)), (1, false));
    let of_attribute = |w: &mut RowWriter<'_>| {
        w.node::<OverEach>(Stored::of::<Vec<u64>>(false), "", &[]);
    };
    assert_eq!(scan(true, of_attribute), (1, true));
    assert_eq!(scan(false, of_attribute), (1, false));
    assert_eq!(scan(false, |w| w.when(None)), (1, true));
}

proptest! {
    #[test]
    fn a_graph_with_problems_needs_a_search(sketch in any_sketch(8, 1), backwards in any::<bool>()) {
        let mut sketch = sketch;
        if backwards {
            sketch.edges.retain(|edge| edge.node != edge.to);
            for edge in &mut sketch.edges {
                (edge.node, edge.to) = (edge.node.max(edge.to), edge.node.min(edge.to));
            }
        }
        prop_assert!(needs_search(&sketch) || sketch.problems().is_empty());
    }
}
