//! From what is written to a graph whose names are resolved.

mod again;
mod clauses;
mod families;
pub(crate) mod holes;
mod in_place;
mod keep;
mod limits;
mod members;
mod scope;
mod sizes;
mod uses;
mod when;

use proc_macro2::{Ident, TokenStream};
use syn::{Path, parse_quote};

use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Node};
use crate::graph::lifetimes;
use crate::graph::parse;
use crate::graph::uses::Mode;
use crate::{lints, names};
use in_place::MutableInputs;
use uses::Finder;

pub(crate) use in_place::{InPlaceUse, target};
pub(crate) use limits::{Limit, Units};
pub(crate) use members::{Choice, Condition, Part, Surroundings, calls};
pub(crate) use scope::Scope;
pub(crate) use sizes::is_checked_at_run;

/// A checked graph: every name in it means one thing.
pub(crate) struct Model {
    /// With its faulty nodes left out. Its first inputs are its sizes.
    pub(crate) graph: Graph,
    /// What each of the graph's nodes depends on by its own line.
    pub(crate) lines: Vec<Vec<Line>>,
    /// The nodes whose outputs are the graph's; none where a name is no task's.
    pub(crate) outputs: Vec<Option<usize>>,
    /// An error that makes an output or the task of a node unknown.
    pub(crate) error: Option<TokenStream>,
    /// For each input, whether its one use takes it by value. A size is never moved.
    pub(crate) moved_inputs: Vec<bool>,
    /// For each input, whether tasks change it in place.
    pub(crate) in_place: Vec<bool>,
    /// For each node, how it uses these inputs.
    pub(crate) in_place_uses: Vec<Vec<InPlaceUse>>,
    /// For each node, what it runs over by `each` in an argument.
    pub(crate) each: Vec<Option<Each>>,
    /// For each node, the expressions of its line with their uses.
    pub(crate) calls: Vec<Call>,
    pub(crate) limits: Vec<Limit>,
    /// Whether mistakes were found: an edge may be missing that would order tasks.
    pub(crate) has_mistakes: bool,
}

impl Model {
    /// Whether a node stands for more or less than one task with edges to whole lines.
    pub(crate) fn is_expanded(&self, node: usize) -> bool {
        !self.graph.nodes[node].indices.is_empty() || self.lines[node].iter().any(|line| line.part.is_some())
    }
}

/// The expressions of a node's line. Where a use was, the name of a [`hole`](holes) stands.
#[derive(Default)]
pub(crate) struct Call {
    pub(crate) arguments: Vec<TokenStream>,
    /// The parts of the condition of `when`: what is in front of each expression, and the expression.
    pub(crate) when: Vec<(Option<TokenStream>, TokenStream)>,
    pub(crate) using: Vec<Units>,
    pub(crate) on: Option<TokenStream>,
    /// The expression of inputs that `each` runs over.
    pub(crate) source: Option<TokenStream>,
    /// By the number of the hole.
    pub(crate) uses: Vec<Use>,
    /// The conditions in the arguments that indices and constants decide, and on which edges depend.
    pub(crate) conditions: Vec<Decided>,
    /// The names of tasks' functions in calls that run these once more.
    pub(crate) again: Vec<Path>,
}

/// A use of an input or an output in an expression.
pub(crate) struct Use {
    pub(crate) name: Ident,
    pub(crate) mode: Mode,
    pub(crate) of: Used,
}

/// What is used.
#[derive(Clone, Copy)]
pub(crate) enum Used {
    Input(usize),
    /// All of a node's output, whatever the indices are.
    Whole(usize),
    /// What the line of this number tells: members, or what is used on a condition.
    Part(usize),
    /// What is reported as a mistake; perhaps of a family.
    Mistake(Option<usize>),
}

/// A condition, and those under which it is looked at: by number, and whether they hold.
pub(crate) struct Decided {
    pub(crate) number: usize,
    pub(crate) tokens: TokenStream,
    pub(crate) under: Vec<(usize, bool)>,
}

/// `each` in an argument.
#[derive(Clone, Copy)]
pub(crate) enum Each {
    /// `each &task` or `each task`: which of the node's dependencies it is.
    Output { line: usize, by_value: bool },
    /// `each` over an expression of inputs, which is in [`Call::source`]. `whole`: the input, if the expression is just an input by value.
    Input { whole: Option<usize> },
}

impl Each {
    /// Which of the node's dependencies gives the elements.
    pub(crate) fn line(self) -> Option<usize> {
        match self {
            Each::Output { line, .. } => Some(line),
            Each::Input { .. } => None,
        }
    }
}

/// A dependency that a node's own line makes.
pub(crate) struct Line {
    pub(crate) to: usize,
    pub(crate) how: LineUse,
    /// The name that makes it.
    pub(crate) site: TokenStream,
    /// What of the output is used and when; none where it is all and always.
    pub(crate) part: Option<Part>,
    /// Whether it is a use in the condition of what another line of the node takes by value. That one stands for both in
    /// the call.
    pub(crate) beside: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LineUse {
    Order,
    Borrow,
    Value,
    /// By value, in a place that can be changed.
    ValueMut,
}

/// Resolves the names of a graph. What is at fault is reported and left out. `runtime` is the path of the runtime.
pub(crate) fn check(mut graph: Graph, runtime: &TokenStream, diagnostics: &mut Diagnostics) -> Model {
    let before = diagnostics.count();
    sizes::checked_at_run(&mut graph, diagnostics);
    parse::limits(&mut graph, diagnostics);
    keep::available(&mut graph, diagnostics);
    lifetimes::name(&mut graph, diagnostics);
    let no_tasks = no_tasks(&mut graph, diagnostics);
    let undeclared = lifetimes::undeclared(&mut graph, diagnostics);
    let scope = scope::scope(&mut graph, runtime, diagnostics);
    let mut incomplete =
        !families::check(&graph, &scope, diagnostics) || no_tasks || undeclared || scope.clashes;
    let outputs = outputs(&graph, &scope, diagnostics);
    let mut input_uses: Vec<Vec<Mode>> = vec![Vec::new(); graph.inputs.len()];
    let mut mutable = MutableInputs::new(&graph);
    let (mut lines, mut each, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let limits = limits::limits(&graph, &scope, &mut input_uses, &mut mutable, &mut incomplete, diagnostics);
    for (number, node) in graph.nodes.iter().enumerate() {
        attributes(node, diagnostics);
        let before: Vec<usize> = input_uses.iter().map(Vec::len).collect();
        let around = Surroundings { graph: &graph, scope: &scope, node };
        let mut finder = Finder::new(around, &mut input_uses, &mut mutable, diagnostics);
        finder.number = number;
        // With an index of the same name it is not clear what a name means.
        if !families::hides_names(node, &scope) {
            let bound = finder.bound(node.when.as_ref());
            finder.arguments(&node.arguments, &bound);
            node.when.iter().for_each(|when| finder.when(when));
            // Those inside of others were done with first.
            finder.call.conditions.sort_by_key(|condition| condition.number);
            node.after.iter().for_each(|member| finder.after(member));
            node.on.iter().for_each(|on| finder.on(on));
            node.using.iter().for_each(|units| finder.using(units));
        }
        incomplete |= finder.incomplete;
        if !node.indices.is_empty() || finder.each.is_some() {
            // One use in the line is many when the graph runs.
            for (uses, before) in finder.input_uses.iter_mut().zip(before) {
                uses.extend_from_within(before..);
            }
        }
        if let Some(Each::Input { whole: Some(input) }) = finder.each {
            // Each element is taken once, unless several members run over them.
            let members = if node.indices.is_empty() { 1 } else { 2 };
            finder.input_uses[input].extend([Mode::Value; 2].into_iter().take(members));
        }
        lines.push(finder.lines);
        each.push(finder.each);
        calls.push(finder.call);
    }
    graph.incomplete |= incomplete;
    let is_known = !graph.incomplete && !graph.unknown.outputs && !outputs.contains(&None);
    let error = if is_known { None } else { diagnostics.first_again() };
    let is_moved = |(input, modes): (usize, &Vec<Mode>)| {
        // What is behind a `&mut` reference can be lent again, and is where no other task takes it.
        let is_lent = |mode| mode == Mode::TargetMut && mutable.is_mutable(input);
        input >= graph.sizes.len() && matches!(modes.as_slice(), [mode] if mode.takes() && !is_lent(*mode))
    };
    let moved_inputs = input_uses.iter().enumerate().map(is_moved).collect();
    let (in_place, in_place_uses) = (Vec::new(), Vec::new());
    let mut model = Model {
        lines,
        outputs,
        error,
        moved_inputs,
        in_place,
        in_place_uses,
        each,
        calls,
        limits,
        has_mistakes: diagnostics.count() > before,
        graph,
    };
    if !model.find_in_place(mutable, diagnostics) {
        model.graph.incomplete = true;
        model.error = diagnostics.first_again();
    }
    model
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

fn outputs(graph: &Graph, scope: &Scope, diagnostics: &mut Diagnostics) -> Vec<Option<usize>> {
    let mut outputs = Vec::new();
    for output in &graph.outputs {
        let path = &output.path;
        let is_name = path.get_ident().is_some();
        if !is_name && scope.listed(path).is_none() && !graph.incomplete {
            let message = format!(
                "graph `{}` lists no task by the path `{}`: a task is known by the path that it is listed by, and by its last segment",
                names::text(&graph.name),
                names::path_text(path)
            );
            diagnostics.error(path, message);
            outputs.push(None);
            continue;
        }
        let node = scope::named(path, "return", graph, scope, diagnostics);
        if node.is_some() && outputs.contains(&node) {
            let message = format!("`{}` is listed twice among the outputs", names::path_text(path));
            diagnostics.error(path, message);
            outputs.push(None);
        } else {
            outputs.push(node);
        }
    }
    outputs
}

/// Whether nodes name what stands behind a type. That is reported, and they name nothing.
fn no_tasks(graph: &mut Graph, diagnostics: &mut Diagnostics) -> bool {
    let mut found = false;
    for node in &mut graph.nodes {
        let mut segments = node.path.segments.iter().rev().skip(1);
        if !segments.next().is_some_and(|owner| names::is_of_type(&owner.ident)) {
            continue;
        }
        let text = names::path_text(&node.path);
        let message = format!(
            "`{text}` belongs to a type and cannot be a task: write a function with `#[task]` that calls it"
        );
        diagnostics.error(&node.path, message);
        let name = names::last(&node.path).clone();
        node.instance.get_or_insert(name);
        node.path = parse_quote!(__errors::NoTask);
        found = true;
    }
    found
}

/// Reports attributes that mean nothing on a node.
fn attributes(node: &Node, diagnostics: &mut Diagnostics) {
    for attribute in &node.attributes {
        if !attribute.path().is_ident("doc") && !lints::is_level(attribute) {
            diagnostics.error(
                attribute,
                "a task of a graph takes doc comments, `#[cfg(…)]` and lint levels; other attributes belong on its function",
            );
        }
    }
}
