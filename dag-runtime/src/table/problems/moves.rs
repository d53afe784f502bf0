//! Outputs that are moved while others need them.

use crate::table::RawEdge;
use crate::table::edges::Use;
use crate::table::problems::{Kind, Problems, Text};

/// How many of the other users a message names.
const NAMED: usize = 3;

/// Finds the moves of outputs that have other uses. `uses` holds zeros.
pub(in crate::table) const fn find(uses: &mut [u32], problems: &mut Problems<'_>) {
    let (nodes, edges) = (problems.nodes, problems.edges);
    let mut any_each = false;
    let (node_count, edge_count) = (nodes.len(), edges.len());
    let mut i = 0;
    while i < node_count {
        any_each |= nodes[i].each;
        if nodes[i].output {
            let (mut task, mut left) = problems.tasks_of(i as u32);
            while left > 0 {
                uses[task as usize] = 1;
                task += 1;
                left -= 1;
            }
        }
        i += 1;
    }
    i = 0;
    while i < edge_count {
        let RawEdge { to, how, .. } = edges[i];
        if !matches!(how, Use::Order) {
            uses[to as usize] += 1;
        }
        i += 1;
    }
    i = 0;
    while i < edge_count {
        let edge = edges[i];
        let RawEdge { node, to, how, .. } = edge;
        if matches!(how, Use::Value) {
            let move_site = edge.move_site();
            if any_each && nodes[problems.line(node) as usize].repeats(move_site) {
                problems.push(node, move_site, Kind::Repeat { from: to });
            }
            // If a task takes it twice, the last use is reported.
            if uses[to as usize] > 1
                && !problems.has(node, move_site, Kind::Move { from: to })
                && !is_moved_again(edges, i)
            {
                problems.push(node, move_site, Kind::Move { from: to });
            }
        }
        i += 1;
    }
}

/// Whether the same task moves the same output later on.
const fn is_moved_again(edges: &[RawEdge], i: usize) -> bool {
    let RawEdge { node, to, .. } = edges[i];
    let mut later = edges.split_at(i + 1).1;
    while let &[edge, ref rest @ ..] = later {
        if edge.node != node {
            return false;
        }
        if edge.to == to && matches!(edge.how, Use::Value) {
            return true;
        }
        later = rest;
    }
    false
}

pub(super) const fn message(problems: &Problems<'_>, node: u32, from: u32) -> Text {
    let (others, count) = others(problems.edges, node, from);
    let output = problems.nodes[problems.line(from) as usize].output;
    let mut text = Text::new();
    problems.push_name(&mut text, node);
    text.push(" takes the output of ");
    problems.push_name(&mut text, from);
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
                problems.push_name(&mut text, others[item]);
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

pub(super) const fn repeat_message(problems: &Problems<'_>, node: u32, from: u32) -> Text {
    let mut text = Text::new();
    problems.push_name(&mut text, node);
    text.push(" runs once for each element, and cannot take the output of ");
    problems.push_name(&mut text, from);
    text.push(" by value each time: take it by reference (`&`), and clone it where a value is needed");
    text
}

/// The first other tasks that read the output of `from`, and how many there are in all.
const fn others(mut edges: &[RawEdge], node: u32, from: u32) -> ([u32; NAMED], usize) {
    let (mut others, mut count) = ([0; NAMED], 0);
    let mut last = node;
    while let &[edge, ref rest @ ..] = edges {
        edges = rest;
        if edge.to == from && edge.node != node && edge.node != last && !matches!(edge.how, Use::Order) {
            if count < NAMED {
                others[count] = edge.node;
            }
            count += 1;
            last = edge.node;
        }
    }
    (others, count)
}
