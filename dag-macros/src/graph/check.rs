//! From what is written to a graph whose names are resolved.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::Attribute;

use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Node};
use crate::graph::lifetimes;
use crate::graph::uses::{Mode, Names, replace};
use crate::names;

/// A checked graph: every name in it means one thing.
pub(crate) struct Model {
    /// With its faulty nodes left out.
    pub(crate) graph: Graph,
    /// What each of the graph's nodes depends on by its own line.
    pub(crate) lines: Vec<Vec<Line>>,
    /// The nodes whose outputs are the graph's; none where a name is no task's.
    pub(crate) outputs: Vec<Option<usize>>,
    /// For each input, whether its one use takes it by value.
    pub(crate) moved_inputs: Vec<bool>,
    pub(crate) scope: Scope,
}

/// A dependency that a node's own line makes.
pub(crate) struct Line {
    pub(crate) to: usize,
    pub(crate) how: LineUse,
    /// The name that makes it.
    pub(crate) site: TokenStream,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LineUse {
    Order,
    Borrow,
    Value,
    /// By value, in a place that can be changed.
    ValueMut,
}

/// What the names of a graph mean inside it.
pub(crate) struct Scope {
    inputs: BTreeMap<String, usize>,
    /// More than one where several tasks have the same last segment.
    nodes: BTreeMap<String, Vec<usize>>,
    /// Whether the name of each node is that of an instance.
    instances: Vec<bool>,
}

/// What a name means.
#[derive(Clone, Copy)]
pub(crate) enum Meaning<'a> {
    Input(usize),
    Node(usize),
    /// Several tasks.
    Ambiguous(&'a [usize]),
}

impl Scope {
    pub(crate) fn meaning(&self, name: &str) -> Option<Meaning<'_>> {
        if let Some(&input) = self.inputs.get(name) {
            return Some(Meaning::Input(input));
        }
        match self.nodes.get(name)?.as_slice() {
            [node] => Some(Meaning::Node(*node)),
            nodes => Some(Meaning::Ambiguous(nodes)),
        }
    }

    /// Whether a name in an argument is to be replaced: a function's name in front of parentheses
    /// is a call of the function.
    pub(crate) fn is_known(&self, name: &str, called: bool) -> bool {
        match self.meaning(name) {
            Some(Meaning::Node(node)) => !called || self.instances[node],
            Some(Meaning::Ambiguous(_)) => !called,
            meaning => meaning.is_some(),
        }
    }
}

/// Resolves the names of a graph. What is at fault is reported and left out.
pub(crate) fn check(mut graph: Graph, diagnostics: &mut Diagnostics) -> Model {
    lifetimes::name(&mut graph, diagnostics);
    let scope = scope(&mut graph, diagnostics);
    let outputs = outputs(&graph, &scope, diagnostics);
    let mut input_uses: Vec<Vec<Mode>> = vec![Vec::new(); graph.inputs.len()];
    let lines = graph
        .nodes
        .iter()
        .map(|node| {
            attributes(node, diagnostics);
            let mut finder = Finder {
                graph: &graph,
                scope: &scope,
                lines: Vec::new(),
                input_uses: &mut input_uses,
                diagnostics,
            };
            for argument in &node.arguments {
                replace(argument.clone(), &mut finder);
            }
            let mut lines = finder.lines;
            lines.extend(after(node, &graph, &scope, diagnostics));
            lines
        })
        .collect();
    let moved_inputs =
        input_uses.iter().map(|modes| matches!(modes.as_slice(), [Mode::Value | Mode::ValueMut])).collect();
    Model { lines, outputs, moved_inputs, scope, graph }
}

/// The graphs without repetitions. Those under a `#[cfg]` may be alternatives.
pub(crate) fn distinct(graphs: Vec<Graph>, diagnostics: &mut Diagnostics) -> Vec<Graph> {
    let mut distinct: Vec<Graph> = Vec::new();
    for graph in graphs {
        let is_conditional =
            |graph: &Graph| graph.attributes.iter().any(|attribute| attribute.path().is_ident("cfg"));
        let is_same =
            |other: &Graph| names::text(&other.name) == names::text(&graph.name) && !is_conditional(other);
        if !is_conditional(&graph) && distinct.iter().any(is_same) {
            diagnostics
                .error(&graph.name, format!("there is a graph `{}` already", names::text(&graph.name)));
        } else {
            distinct.push(graph);
        }
    }
    distinct
}

/// Takes repeated names out of the graph; what is left has one meaning each.
fn scope(graph: &mut Graph, diagnostics: &mut Diagnostics) -> Scope {
    let title = names::text(&graph.name);
    let mut inputs = BTreeMap::new();
    let mut kept = Vec::new();
    for input in graph.inputs.drain(..) {
        match inputs.entry(names::text(&input.name)) {
            Entry::Occupied(entry) => {
                let message = format!("graph `{title}` has an input `{}` already", entry.key());
                diagnostics.error(&input.name, message);
            }
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(input);
            }
        }
    }
    graph.inputs = kept;
    let mut nodes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut kept: Vec<Node> = Vec::new();
    for node in graph.nodes.drain(..) {
        let name = names::text(node.name());
        if inputs.contains_key(&name) {
            let message = format!(
                "`{name}` is an input of graph `{title}` and a task of it: give one of them another name"
            );
            diagnostics.error(node.name(), message + &other_name(&node));
            continue;
        }
        let same =
            nodes.get(&name).into_iter().flatten().map(|&at| &kept[at]).find(|other| clash(other, &node));
        if let Some(other) = same {
            diagnostics.error(node.name(), repeated(&title, other, &node));
            continue;
        }
        nodes.entry(name).or_default().push(kept.len());
        kept.push(node);
    }
    graph.nodes = kept;
    let instances = graph.nodes.iter().map(|node| node.instance.is_some()).collect();
    Scope { inputs, nodes, instances }
}

/// Whether two nodes of one name can not both be listed: only tasks that are listed by different
/// paths and without a name of their own can.
fn clash(first: &Node, second: &Node) -> bool {
    first.instance.is_some() || second.instance.is_some() || names::same(&first.path, &second.path)
}

fn repeated(graph: &str, first: &Node, second: &Node) -> String {
    let name = names::text(second.name());
    let path = |node: &Node| names::path_text(&node.path);
    match (&first.instance, &second.instance) {
        (None, None) => {
            let form = other_name(second);
            format!(
                "graph `{graph}` lists task `{}` already: to list it once more, give it a name{form}",
                path(first)
            )
        }
        (Some(_), None) => format!(
            "`{name}` is the name of another task of graph `{graph}`, `{name} = {}`: give one of them another name{}",
            path(first),
            other_name(second)
        ),
        (Some(_), Some(_)) => {
            format!(
                "`{name}` is the name of another task of graph `{graph}` already, `{name} = {}`",
                path(first)
            )
        }
        (None, Some(_)) => {
            format!(
                "`{name}` is the name of another task of graph `{graph}` already: give this one another name"
            )
        }
    }
}

/// How a node is listed under another name.
fn other_name(node: &Node) -> String {
    if node.instance.is_some() {
        return String::new();
    }
    let path = names::path_text(&node.path);
    let call = if node.arguments.is_empty() { path } else { format!("{path}(…)") };
    format!(", as in `other = {call}`")
}

fn outputs(graph: &Graph, scope: &Scope, diagnostics: &mut Diagnostics) -> Vec<Option<usize>> {
    let mut outputs = Vec::new();
    for name in &graph.outputs {
        let node = member(name, &name.to_token_stream(), "return", graph, scope, diagnostics);
        if node.is_some() && outputs.contains(&node) {
            diagnostics.error(name, format!("`{}` is listed twice among the outputs", names::text(name)));
            outputs.push(None);
        } else {
            outputs.push(node);
        }
    }
    outputs
}

fn after(node: &Node, graph: &Graph, scope: &Scope, diagnostics: &mut Diagnostics) -> Vec<Line> {
    let mut lines = Vec::new();
    for path in &node.after {
        let site = path.to_token_stream();
        let listed =
            graph.nodes.iter().position(|node| node.instance.is_none() && names::same(&node.path, path));
        let to = match listed {
            Some(to) if path.segments.len() > 1 => Some(to),
            _ => member(names::last(path), &site, "run after", graph, scope, diagnostics),
        };
        lines.extend(to.map(|to| Line { to, how: LineUse::Order, site }));
    }
    lines
}

/// The task of this name, or an error.
fn member(
    name: &Ident,
    site: &TokenStream,
    purpose: &str,
    graph: &Graph,
    scope: &Scope,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let text = names::text(name);
    let title = names::text(&graph.name);
    match scope.meaning(&text) {
        Some(Meaning::Node(node)) => Some(node),
        Some(Meaning::Ambiguous(nodes)) => {
            diagnostics.error(site, ambiguous(&text, nodes, graph));
            None
        }
        Some(Meaning::Input(_)) => {
            diagnostics
                .error(site, format!("`{text}` is an input of graph `{title}`, not a task to {purpose}"));
            None
        }
        None if graph.incomplete => None,
        None => {
            let meant = names::did_you_mean(&text, scope.nodes.keys().map(String::as_str));
            let hint = if meant.is_empty() { ": list it among its tasks".to_owned() } else { meant };
            diagnostics.error(site, format!("graph `{title}` has no task `{text}`{hint}"));
            None
        }
    }
}

fn ambiguous(name: &str, nodes: &[usize], graph: &Graph) -> String {
    let paths: Vec<String> =
        nodes.iter().map(|&node| format!("`{}`", names::path_text(&graph.nodes[node].path))).collect();
    let (all, form) = (paths.join(" and "), other_name(&graph.nodes[nodes[0]]));
    format!("`{name}` is the name of several tasks, {all}: give one a name of its own{form}")
}

/// Reports attributes that mean nothing on a node.
fn attributes(node: &Node, diagnostics: &mut Diagnostics) {
    for attribute in &node.attributes {
        if !attribute.path().is_ident("doc") && !is_lint_level(attribute) {
            diagnostics.error(
                attribute,
                "a task of a graph takes doc comments, `#[cfg(…)]` and lint levels; other attributes belong on its function",
            );
        }
    }
}

/// Whether an attribute sets the level of a lint.
pub(crate) fn is_lint_level(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny"].iter().any(|name| attribute.path().is_ident(name))
}

/// Finds the uses of a node's arguments.
struct Finder<'a> {
    graph: &'a Graph,
    scope: &'a Scope,
    lines: Vec<Line>,
    input_uses: &'a mut [Vec<Mode>],
    diagnostics: &'a mut Diagnostics,
}

impl Names for Finder<'_> {
    fn is_known(&self, name: &str, called: bool) -> bool {
        self.scope.is_known(name, called)
    }

    fn replace(&mut self, name: &Ident, mode: Mode) -> TokenStream {
        let text = names::text(name);
        match self.scope.meaning(&text) {
            Some(Meaning::Input(input)) => self.input_uses[input].push(mode),
            Some(Meaning::Node(to)) => self.line(to, mode, name),
            Some(Meaning::Ambiguous(nodes)) => {
                self.diagnostics.error(name, ambiguous(&text, nodes, self.graph))
            }
            None => {}
        }
        name.to_token_stream()
    }
}

impl Finder<'_> {
    fn line(&mut self, to: usize, mode: Mode, name: &Ident) {
        let how = match mode {
            Mode::Borrow => LineUse::Borrow,
            Mode::Value | Mode::Place => LineUse::Value,
            Mode::ValueMut => LineUse::ValueMut,
        };
        match self.lines.iter_mut().find(|line| line.to == to) {
            Some(line) if line.how >= how => {}
            Some(line) => {
                line.how = how;
                line.site = name.to_token_stream();
            }
            None => self.lines.push(Line { to, how, site: name.to_token_stream() }),
        }
    }
}
