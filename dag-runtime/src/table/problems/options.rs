//! Outputs that attributes take as `Option`s although they are not, or the other way round.

use crate::table::edges::{Edge, Use};
use crate::table::problems::{Kind, Problem, Problems, Text};
use crate::table::site::MOVE_SITE;

/// Finds the parameters that do not count on the `when` of a task, or on one that is not there.
pub(super) const fn find(problems: &mut Problems<'_>) {
    let nodes = problems.nodes;
    let (mut node, node_count) = (0, nodes.len());
    while node < node_count {
        let mut edges = nodes[node].edges;
        let mut k = 0;
        while let &[Edge { to, how, optional, .. }, ref rest @ ..] = edges {
            edges = rest;
            if !matches!(how, Use::Order) && optional != nodes[to as usize].optional && !problems.is_full() {
                problems.found[problems.len] = Problem {
                    node: node as u32,
                    site: MOVE_SITE + k,
                    task: problems.tasks_of(node as u32).0,
                    kind: Kind::Option { from: to },
                };
                problems.len += 1;
            }
            k += 1;
        }
        node += 1;
    }
}

/// `node` and `from` are lines.
pub(super) const fn message(problems: &Problems<'_>, node: u32, from: u32) -> Text {
    let (node, from) = (&problems.nodes[node as usize], &problems.nodes[from as usize]);
    let mut text = Text::new();
    text.push_line(node);
    text.push(" takes the output of ");
    text.push_line(from);
    if !from.optional {
        text.push(" as an `Option`, but ");
        text.push_line(from);
        text.push(" has no `when` in this graph: take its output as it is, by `&` or by value");
        return text;
    }
    text.push(", which has `when` in this graph, so that its output is an `Option`: take ");
    text.push(match from.is_family() {
        true => "`&[Option<T>]`",
        false => "`Option<&T>`, `&Option<T>` or `Option<T>`",
    });
    if node.each && node.each_site == crate::table::site::NO_SITE {
        text.push("; `each` cannot run over it");
    }
    text
}
