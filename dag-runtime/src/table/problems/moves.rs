//! Outputs that are moved, but needed by others as well.

use crate::table::edges::Use;
use crate::table::problems::{Kind, Problem, Problems, Text};
use crate::table::{Node, RawEdge};

/// How many of the others a message names.
const NAMED: usize = 3;

/// Finds the moves of outputs that are not used just once. `uses` holds zeros.
pub(super) const fn find(uses: &mut [u32], problems: &mut Problems) {
    let (nodes, edges) = (problems.nodes, problems.edges);
    let mut i = 0;
    while i < nodes.len() {
        uses[i] = nodes[i].output as u32;
        i += 1;
    }
    i = 0;
    while i < edges.len() {
        uses[edges[i].to as usize] += reads(&edges[i]) as u32;
        i += 1;
    }
    i = 0;
    while i < edges.len() {
        let RawEdge { node, to, how, move_site, .. } = edges[i];
        if matches!(how, Use::Value) && uses[to as usize] > 1 {
            // Where a task takes it twice, the last time is at fault.
            if !is_moved_again(edges, i) {
                problems.push(Problem { node, site: move_site, kind: Kind::Move { from: to } });
            }
        }
        i += 1;
    }
}

const fn reads(edge: &RawEdge) -> bool {
    !matches!(edge.how, Use::Order)
}

/// Whether the same task moves the same output later on.
const fn is_moved_again(edges: &[RawEdge], i: usize) -> bool {
    let RawEdge { node, to, .. } = edges[i];
    let mut later = i + 1;
    while later < edges.len() && edges[later].node == node {
        if edges[later].to == to && matches!(edges[later].how, Use::Value) {
            return true;
        }
        later += 1;
    }
    false
}

pub(super) const fn message(nodes: &[Node], edges: &[RawEdge], node: u32, from: u32) -> Text {
    let (others, count) = others(edges, node, from);
    let output = nodes[from as usize].output;
    let mut text = Text::new();
    text.push_task(&nodes[node as usize]);
    text.push(" takes the output of ");
    text.push_task(&nodes[from as usize]);
    text.push(" by value, but ");
    if count == 0 && output {
        text.push("it is an output of the graph");
    } else if count == 0 {
        text.push("uses it twice");
    } else {
        let named = if count < NAMED { count } else { NAMED };
        let items = named + (count > named) as usize + output as usize;
        let mut item = 0;
        while item < items {
            text.push(if item == 0 {
                ""
            } else if item + 1 == items {
                " and "
            } else {
                ", "
            });
            if item < named {
                text.push_task(&nodes[others[item] as usize]);
            } else if item == named && count > named {
                text.push_number((count - named) as u32);
                text.push(" more");
            } else {
                text.push("the graph's outputs");
            }
            item += 1;
        }
        text.push(if count == 1 && !output { " needs it too" } else { " need it too" });
    }
    text.push(": take it by reference (`&`), and clone it where a value is needed");
    text
}

/// The first other tasks that read the output of `from`, and how many there are in all.
const fn others(edges: &[RawEdge], node: u32, from: u32) -> ([u32; NAMED], usize) {
    let (mut others, mut count) = ([0; NAMED], 0);
    let mut last = node;
    let mut i = 0;
    while i < edges.len() {
        let edge = &edges[i];
        if edge.to == from && edge.node != node && edge.node != last && reads(edge) {
            if count < NAMED {
                others[count] = edge.node;
            }
            count += 1;
            last = edge.node;
        }
        i += 1;
    }
    (others, count)
}
