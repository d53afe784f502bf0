//! Reads of outputs that no dependency has ready by then.

use crate::table::columns::Lists;
use crate::table::problems::{Kind, Problem, Problems, Text};
use crate::table::{Node, RawEdge};

/// Finds the indirect reads of tasks that are not upstream of their readers, in an acyclic graph.
///
/// Each task that is read gets a bit. One pass through all tasks in topological order tells what is
/// upstream of each, for as many of those read as a word has bits. `bits` and `upstream`, the bits
/// of the tasks upstream of a task and its own, hold zeros.
pub(super) const fn find(
    lists: &Lists<'_>,
    bits: &mut [u128],
    upstream: &mut [u128],
    problems: &mut Problems,
) {
    let edges = problems.edges;
    let mut start = 0;
    while start < edges.len() {
        let (mut end, mut bit) = (start, 1);
        while end < edges.len() && bit != 0 {
            let RawEdge { to, indirect, .. } = edges[end];
            if indirect && bits[to as usize] == 0 {
                bits[to as usize] = bit;
                bit <<= 1;
            }
            end += 1;
        }
        flow(lists, bits, upstream);
        let mut edge = start;
        while edge < end {
            let RawEdge { node, to, site, indirect, .. } = edges[edge];
            if indirect && (node == to || upstream[node as usize] & bits[to as usize] == 0) {
                problems.push(Problem { node, site, kind: Kind::NotUpstream { from: to } });
            }
            edge += 1;
        }
        while start < end {
            bits[edges[start].to as usize] = 0;
            start += 1;
        }
    }
}

/// Hands the bits on to all that is downstream.
const fn flow(lists: &Lists<'_>, bits: &[u128], upstream: &mut [u128]) {
    let (starts, dependencies) = (lists.dependencies.starts, lists.dependencies.items);
    let mut order = lists.order;
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

pub(super) const fn message(nodes: &[Node], node: u32, from: u32) -> Text {
    let (reader, read) = (&nodes[node as usize], &nodes[from as usize]);
    let mut text = Text::new();
    if node == from {
        text.push_task(reader);
        text.push(" can not read its own output");
        return text;
    }
    text.push_task(read);
    text.push(" is not upstream of ");
    text.push_task(reader);
    text.push(": add it to the `depends` of ");
    text.push_task(reader);
    text.push(", or to that of a task that ");
    text.push_task(reader);
    text.push(" depends on");
    text
}
