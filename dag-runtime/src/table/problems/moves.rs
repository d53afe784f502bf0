//! Outputs that are moved while others need them.
//!
//! An output may be read before it is moved: all tasks that read it have to be upstream of the one that takes it. It is
//! moved once, by a task that has no other use of it, and an output of the graph never is.

use crate::table::RawEdge;
use crate::table::ancestors::Ancestors;
use crate::table::edges::Use;
use crate::table::problems::{Kind, Problems, Text};

/// How many of the other users a message names.
const NAMED: usize = 6;

/// Why an output cannot be moved.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Conflict {
    /// It is an output of the graph.
    Output,
    /// The same task uses it once more.
    Twice,
    /// Other tasks take it, too.
    Taken(Others),
    /// Others read it, and are not known to do so before.
    Unordered(Others),
    /// Others read it, and depend on the task that takes it.
    Dependents(Others),
}

/// Other users of an output: the first ones, and how many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Others {
    first: [u32; NAMED],
    count: usize,
    last: u32,
}

impl Others {
    const NONE: Others = Others { first: [0; NAMED], count: 0, last: 0 };

    /// Adds a task. Those that are the same follow each other.
    const fn push(&mut self, task: u32) {
        if self.count > 0 && self.last == task {
            return;
        }
        if self.count < NAMED {
            self.first[self.count] = task;
        }
        self.count += 1;
        self.last = task;
    }

    const fn named(&self) -> usize {
        if self.count < NAMED { self.count } else { NAMED }
    }
}

/// Finds the moves of the graph's outputs, and those by tasks that run more than once. Returns whether other outputs that are moved
/// have more uses, which [`find_others`] looks at. `uses` holds zeros, and then the number of each output's uses.
pub(in crate::table) const fn find(uses: &mut [u32], problems: &mut Problems<'_>) -> bool {
    let (nodes, edges) = (problems.nodes, problems.edges);
    let mut any_each = false;
    let mut others = false;
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
            if uses[to as usize] > 1 {
                if nodes[problems.line(to) as usize].output {
                    problems.push(node, move_site, Kind::Move { from: to, conflict: Conflict::Output });
                } else {
                    others = true;
                }
            }
        }
        i += 1;
    }
    others
}

/// Finds the moves of outputs that others need, where these are not upstream, after [`find`] has counted `uses`.
///
/// `heads` and `links`, which has a word for each edge, hold zeros.
pub(in crate::table) const fn find_others(
    ancestors: &mut Ancestors<'_>,
    uses: &[u32],
    heads: &mut [u32],
    links: &mut [u32],
    problems: &mut Problems<'_>,
) {
    let edges = problems.edges;
    link(edges, uses, heads, links);
    let mut i = 0;
    while i < edges.len() {
        let edge = edges[i];
        let kind = Kind::Move { from: edge.to, conflict: Conflict::Output };
        if matches!(edge.how, Use::Value)
            && uses[edge.to as usize] > 1
            && !problems.has(edge.node, edge.move_site(), kind)
            && !problems.nodes[problems.line(edge.to) as usize].output
        {
            find_at(i, heads[edge.to as usize], links, ancestors, problems);
        }
        i += 1;
    }
}

/// Makes a list of the uses of each output that has several: each by its number plus one.
const fn link(edges: &[RawEdge], uses: &[u32], heads: &mut [u32], links: &mut [u32]) {
    let mut i = edges.len();
    while i > 0 {
        i -= 1;
        let RawEdge { to, how, .. } = edges[i];
        if uses[to as usize] > 1 && !matches!(how, Use::Order) {
            links[i] = heads[to as usize];
            heads[to as usize] = i as u32 + 1;
        }
    }
}

/// Whether each task that takes an output which others read depends on all these directly, in an acyclic graph, after [`find`] has
/// found nothing. Then no search is needed. The rest is as for [`find_others`].
pub(super) const fn are_direct(
    edges: &[RawEdge],
    uses: &[u32],
    heads: &mut [u32],
    links: &mut [u32],
) -> bool {
    link(edges, uses, heads, links);
    let mut start = 0;
    let mut i = 0;
    while i < edges.len() {
        let RawEdge { node, to, how, .. } = edges[i];
        if edges[start].node != node {
            start = i;
        }
        if matches!(how, Use::Value) && uses[to as usize] > 1 {
            let mut next = heads[to as usize];
            while next > 0 {
                let other = next as usize - 1;
                next = links[other];
                if other != i && !is_direct(edges, start, node, &edges[other]) {
                    return false;
                }
            }
        }
        i += 1;
    }
    true
}

/// Whether a task, whose edges begin at `start`, depends directly on another one, which only reads.
const fn is_direct(edges: &[RawEdge], start: usize, task: u32, other: &RawEdge) -> bool {
    if matches!(other.how, Use::Value) {
        return false;
    }
    let mut i = start;
    while i < edges.len() && edges[i].node == task {
        if edges[i].to == other.node && !edges[i].indirect {
            return true;
        }
        i += 1;
    }
    false
}

/// Looks at one move: edge number `taking`. `head` begins the list of the output's uses.
const fn find_at(
    taking: usize,
    head: u32,
    links: &[u32],
    ancestors: &mut Ancestors<'_>,
    problems: &mut Problems<'_>,
) {
    let edges = problems.edges;
    let RawEdge { node, to, .. } = edges[taking];
    let site = edges[taking].move_site();
    let mut taken = Others::NONE;
    let mut next = head;
    while next > 0 {
        let other = next as usize - 1;
        next = links[other];
        let edge = edges[other];
        if edge.node == node && other != taking {
            let second = edges[if other > taking { other } else { taking }];
            let site = if matches!(second.how, Use::Value) { second.move_site() } else { second.site };
            problems.push(node, site, Kind::Move { from: to, conflict: Conflict::Twice });
            return;
        }
        if edge.node != node && matches!(edge.how, Use::Value) {
            taken.push(edge.node);
        }
    }
    if taken.count > 0 {
        problems.push(node, site, Kind::Move { from: to, conflict: Conflict::Taken(taken) });
        return;
    }
    next = head;
    while next > 0 {
        let reader = edges[next as usize - 1].node;
        next = links[next as usize - 1];
        if reader != node {
            ancestors.want(reader);
        }
    }
    if ancestors.missing_upstream_of(node) == 0 {
        return;
    }
    // All that this search has met is looked at before the next one.
    let mut unordered = Others::NONE;
    next = head;
    while next > 0 {
        let reader = edges[next as usize - 1].node;
        next = links[next as usize - 1];
        if reader != node && !ancestors.has_met(reader) {
            unordered.push(reader);
        }
    }
    let mut dependents = Others::NONE;
    let mut k = 0;
    while k < unordered.named() {
        let reader = unordered.first[k];
        ancestors.want(node);
        if ancestors.missing_upstream_of(reader) == 0 {
            dependents.push(reader);
        }
        k += 1;
    }
    let conflict =
        if dependents.count > 0 { Conflict::Dependents(dependents) } else { Conflict::Unordered(unordered) };
    problems.push(node, site, Kind::Move { from: to, conflict });
}

pub(super) const fn message(problems: &Problems<'_>, node: u32, from: u32, conflict: &Conflict) -> Text {
    let mut text = Text::new();
    problems.push_name(&mut text, node);
    text.push(" takes the output of ");
    problems.push_name(&mut text, from);
    text.push(" by value, but ");
    let mut remedy = ": ";
    match conflict {
        Conflict::Output => text.push("it is an output of the graph"),
        Conflict::Twice => text.push("uses it twice"),
        Conflict::Taken(others) => {
            push_all(problems, &mut text, others);
            text.push(if others.count == 1 { " takes it too" } else { " take it too" });
        }
        Conflict::Dependents(others) => {
            push_all(problems, &mut text, others);
            text.push(if others.count == 1 {
                " reads it and depends on "
            } else {
                " read it and depend on "
            });
            problems.push_name(&mut text, node);
        }
        Conflict::Unordered(others) => {
            push_all(problems, &mut text, others);
            text.push(if others.count == 1 {
                " reads it, and may run later: "
            } else {
                " read it, and may run later: "
            });
            push_after(problems, &mut text, node, others);
            remedy = ", or ";
        }
    }
    text.push(remedy);
    text.push("take it by reference (`&`), and clone it where a value is needed");
    text
}

/// Appends what makes a task run after others.
const fn push_after(problems: &Problems<'_>, text: &mut Text, node: u32, others: &Others) {
    let line = &problems.nodes[problems.line(node) as usize];
    text.push("add `after [");
    let mut k = 0;
    let mut last = u32::MAX;
    while k < others.named() {
        let of = problems.line(others.first[k]);
        // Which members it has to be after, its indices tell.
        if of != last {
            text.push(if k > 0 { ", " } else { "" });
            text.push(problems.nodes[of as usize].name);
            text.push(if problems.nodes[of as usize].is_family() { "[…]" } else { "" });
        }
        last = of;
        k += 1;
    }
    text.push(if others.count > NAMED { ", …]` to " } else { "]` to " });
    text.push_line(line);
}

pub(super) const fn repeat_message(problems: &Problems<'_>, node: u32, from: u32) -> Text {
    let mut text = Text::new();
    problems.push_name(&mut text, node);
    text.push(" runs once for each element, and cannot take the output of ");
    problems.push_name(&mut text, from);
    text.push(" by value each time: take it by reference (`&`), and clone it where a value is needed");
    text
}

/// Appends the names of tasks.
const fn push_all(problems: &Problems<'_>, text: &mut Text, others: &Others) {
    let named = others.named();
    let items = named + (others.count > named) as usize;
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
            problems.push_name(text, others.first[item]);
        } else {
            text.push_number((others.count - named) as u32);
            text.push(" more");
        }
        item += 1;
    }
}
