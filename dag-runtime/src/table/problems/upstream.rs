//! Reads of outputs that are not upstream.

use crate::table::RawEdge;
use crate::table::columns::Adjacency;
use crate::table::problems::{Kind, Problems, Text};

/// Finds the indirect reads of tasks that are not upstream of their readers, in an acyclic graph.
///
/// Each indirectly read task gets a bit. One pass through all tasks in topological `order` finds which of these tasks
/// are upstream of each task, for as many as a word has bits. `bits`, `upstream` (the bits of a task and of those
/// upstream of it) and `done` (the tasks that already had a bit) hold zeros.
pub(super) const fn find(
    dependencies: Adjacency<'_>,
    order: &[u32],
    done: &mut [u32],
    bits: &mut [u128],
    upstream: &mut [u128],
    problems: &mut Problems<'_>,
) {
    let edges = problems.edges;
    let mut start = 0;
    while start < edges.len() {
        let (mut edge, mut bit) = (start, 1);
        while edge < edges.len() && bit != 0 {
            let RawEdge { to, indirect, .. } = edges[edge];
            if indirect && done[to as usize] == 0 {
                done[to as usize] = 1;
                bits[to as usize] = bit;
                bit <<= 1;
            }
            edge += 1;
        }
        // Reads of the same tasks may follow anywhere.
        let (first, next) = (start, edge);
        if bit != 1 {
            flow(dependencies, order, bits, upstream);
            edge = first;
            while edge < edges.len() {
                let RawEdge { node, to, site, indirect, .. } = edges[edge];
                let bit = bits[to as usize];
                if indirect && bit != 0 && (node == to || upstream[node as usize] & bit == 0) {
                    problems.push(node, site, Kind::NotUpstream { from: to });
                }
                edge += 1;
            }
        }
        while start < next {
            bits[edges[start].to as usize] = 0;
            start += 1;
        }
    }
}

/// Propagates the bits downstream.
const fn flow(dependencies: Adjacency<'_>, mut order: &[u32], bits: &[u128], upstream: &mut [u128]) {
    let (starts, dependencies) = (dependencies.starts, dependencies.items);
    while let &[task, ref rest @ ..] = order {
        order = rest;
        let task = task as usize;
        let mut all = bits[task];
        let (mut edge, end) = (starts[task] as usize, starts[task + 1] as usize);
        while edge < end {
            all |= upstream[dependencies[edge] as usize];
            edge += 1;
        }
        upstream[task] = all;
    }
}

pub(super) const fn message(problems: &Problems<'_>, node: u32, from: u32) -> Text {
    let mut text = Text::new();
    if node == from {
        problems.push_name(&mut text, node);
        text.push(" cannot read its own output");
        return text;
    }
    problems.push_name(&mut text, from);
    text.push(" is not upstream of ");
    problems.push_name(&mut text, node);
    // An attribute belongs to a line with all its members.
    let line = &problems.nodes[problems.line(node) as usize];
    text.push(": add it to the `depends` of ");
    text.push_line(line);
    text.push(", or to that of a task that ");
    text.push_line(line);
    text.push(" depends on");
    text
}
