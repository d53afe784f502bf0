//! What the names of a graph mean.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{GenericParam, Path};

use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Input, Node};
use crate::names;

/// What the names of a graph mean inside it.
pub(crate) struct Scope {
    inputs: BTreeMap<String, usize>,
    /// How many of the inputs are sizes: the first ones.
    sizes: usize,
    /// More than one where several tasks have the same last segment.
    nodes: BTreeMap<String, Vec<usize>>,
    /// Whether the name of each node is that of an instance.
    instances: Vec<bool>,
    /// Whether each node is a family.
    families: Vec<bool>,
    /// The nodes without a name of their own that are listed by paths of several segments.
    paths: BTreeMap<String, usize>,
    /// Whether a name means two things, which was reported: it is that of an input and of a task, for instance.
    pub(super) clashes: bool,
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

    /// What a name is called: that of an input, of a size or of a task; none where it has no meaning.
    pub(super) fn kind(&self, name: &str) -> Option<&'static str> {
        match self.meaning(name)? {
            Meaning::Input(input) if input < self.sizes => Some("a size"),
            Meaning::Input(_) => Some("an input"),
            Meaning::Node(_) | Meaning::Ambiguous(_) => Some("a task"),
        }
    }

    /// Whether a name is that of a size.
    pub(crate) fn is_size(&self, name: &str) -> bool {
        self.inputs.get(name).is_some_and(|&input| input < self.sizes)
    }

    /// What a path means: a name, or the whole of the path by which a task is listed.
    pub(crate) fn meaning_of(&self, path: &Path) -> Option<Meaning<'_>> {
        match path.get_ident() {
            Some(name) => self.meaning(&names::text(name)),
            None => self.listed(path).map(Meaning::Node),
        }
    }

    /// The task that is listed by this path of several segments.
    pub(crate) fn listed(&self, path: &Path) -> Option<usize> {
        if self.paths.is_empty() { None } else { self.paths.get(&names::path_text(path)).copied() }
    }

    /// Whether a name is that of a family.
    pub(crate) fn is_family(&self, name: &str) -> bool {
        matches!(self.meaning(name), Some(Meaning::Node(node)) if self.families[node])
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

/// Takes repeated names out of the graph; what is left has one meaning each. Sizes are made inputs, too: its first ones.
pub(super) fn scope(graph: &mut Graph, runtime: &TokenStream, diagnostics: &mut Diagnostics) -> Scope {
    let title = names::text(&graph.name);
    let mut inputs = BTreeMap::new();
    let mut clashes = sizes(graph, &mut inputs, diagnostics);
    let sizes = graph.sizes.len();
    let mut kept: Vec<Input> = graph.sizes.iter().map(|size| size.input(runtime)).collect();
    for input in graph.inputs.drain(..) {
        match inputs.entry(names::text(&input.name)) {
            Entry::Occupied(entry) if *entry.get() < sizes => {
                let message = format!(
                    "`{}` is a size of graph `{title}` and an input of it: give one of them another name",
                    entry.key()
                );
                diagnostics.error(&input.name, message);
                clashes = true;
            }
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
        if let Some(&input) = inputs.get(&name) {
            let what = if input < sizes { "a size" } else { "an input" };
            let message = format!(
                "`{name}` is {what} of graph `{title}` and a task of it: give one of them another name"
            );
            diagnostics.error(node.name(), message + &other_name(&node));
            // It stays, since others may depend on it.
            clashes = true;
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
    let families = graph.nodes.iter().map(|node| !node.indices.is_empty()).collect();
    let is_path = |node: &Node| node.instance.is_none() && node.path.get_ident().is_none();
    let paths = graph.nodes.iter().enumerate().filter(|(_, node)| is_path(node));
    let mut numbers = BTreeMap::new();
    // `collect` would sort them, which is more code.
    for (number, node) in paths {
        numbers.insert(names::path_text(&node.path), number);
    }
    Scope { inputs, sizes, nodes, instances, families, paths: numbers, clashes }
}

/// Takes repeated sizes out of the graph, and says whether one has the name of a parameter.
fn sizes(graph: &mut Graph, names: &mut BTreeMap<String, usize>, diagnostics: &mut Diagnostics) -> bool {
    let title = names::text(&graph.name);
    let mut clashes = false;
    let mut kept = Vec::new();
    for size in graph.sizes.drain(..) {
        let text = names::text(&size.name);
        let is_same = |parameter: &GenericParam| matches!(parameter, GenericParam::Const(parameter) if names::text(&parameter.ident) == text);
        if graph.generics.params.iter().any(is_same) {
            let message = format!(
                "`{text}` is a parameter of graph `{title}` and a size of it: give one of them another name"
            );
            diagnostics.error(&size.name, message);
            clashes = true;
        }
        match names.entry(text) {
            Entry::Occupied(entry) => {
                let message = format!("graph `{title}` has a size `{}` already", entry.key());
                diagnostics.error(&size.name, message);
            }
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(size);
            }
        }
    }
    graph.sizes = kept;
    clashes
}

/// Whether two nodes of one name cannot both be listed: only tasks that are listed by different
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

/// The task that is known by this path, or an error.
pub(super) fn named(
    path: &Path,
    purpose: &str,
    graph: &Graph,
    scope: &Scope,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    if let Some(node) = scope.listed(path) {
        return Some(node);
    }
    let (site, text) = (path.to_token_stream(), names::text(names::last(path)));
    let title = names::text(&graph.name);
    match scope.meaning(&text) {
        Some(Meaning::Node(node)) => Some(node),
        Some(Meaning::Ambiguous(nodes)) => {
            diagnostics.error(site, ambiguous(&text, nodes, graph));
            None
        }
        Some(Meaning::Input(_)) if scope.nodes.contains_key(&text) => scope.nodes[&text].first().copied(),
        Some(Meaning::Input(_)) => {
            let what = scope.kind(&text).unwrap_or("an input");
            diagnostics
                .error(site, format!("`{text}` is {what} of graph `{title}`, not a task to {purpose}"));
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

pub(super) fn ambiguous(name: &str, nodes: &[usize], graph: &Graph) -> String {
    let paths: Vec<String> =
        nodes.iter().map(|&node| format!("`{}`", names::path_text(&graph.nodes[node].path))).collect();
    let (all, form) = (paths.join(" and "), other_name(&graph.nodes[nodes[0]]));
    format!("`{name}` is the name of several tasks, {all}: give one a name of its own{form}")
}
