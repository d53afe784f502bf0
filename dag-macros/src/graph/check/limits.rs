//! Limits: how many units there are of each, and how many a task takes.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::GenericParam;

use super::in_place::{Clause, MutableInputs};
use super::members::{Surroundings, calls};
use super::scope::Scope;
use super::uses::Finder;
use super::{Use, Used};
use crate::diag::Diagnostics;
use crate::graph::ast::{self, Graph, Node};
use crate::graph::uses::{Hidden, Mode, replace};
use crate::names;

/// A limit of the graph.
pub(crate) struct Limit {
    pub(crate) name: Ident,
    pub(crate) units: TokenStream,
    /// The inputs in it.
    pub(crate) uses: Vec<Use>,
    pub(crate) is_constant: bool,
}

/// What a node takes of a limit.
pub(crate) struct Units {
    /// The number of the limit.
    pub(crate) limit: usize,
    /// What names it: the number, or else the limit.
    pub(crate) site: TokenStream,
    /// One where there is none.
    pub(crate) units: Option<TokenStream>,
    pub(crate) is_constant: bool,
}

/// The limits of a graph.
pub(super) fn limits(
    graph: &Graph,
    scope: &Scope,
    input_uses: &mut [Vec<Mode>],
    mutable: &mut MutableInputs,
    incomplete: &mut bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Limit> {
    let none = Node::nothing();
    let limits = graph.limits.iter().map(|ast::Limit { name, units }| {
        let around = Surroundings { graph, scope, node: &none };
        let mut finder = Finder::new(around, input_uses, mutable, diagnostics);
        finder.clause = Clause::On;
        let (units, is_constant) = finder.number(units, "an output cannot say how many units there are, which is decided before any task has run: a limit takes inputs, sizes and constants");
        *incomplete |= finder.incomplete;
        Limit { name: name.clone(), units, uses: finder.call.uses, is_constant }
    });
    limits.collect()
}

impl Finder<'_> {
    /// What the node takes of one limit.
    pub(super) fn using(&mut self, ast::Units { name, units }: &ast::Units) {
        let (graph, text) = (self.around.graph, names::text(name));
        let Some(limit) = graph.limits.iter().position(|limit| names::text(&limit.name) == text) else {
            if !graph.unknown.limits {
                let message = unknown(graph, &text);
                self.diagnostics.error(name, message);
            }
            return;
        };
        if self.call.using.iter().any(|other| other.limit == limit) {
            let message = format!(
                "`{text}` is there already: a task takes all its units of a limit at once, `{text} = 2`"
            );
            return self.diagnostics.error(name, message);
        }
        let (mut site, mut number, mut is_constant) = (name.to_token_stream(), None, true);
        if let Some(units) = units {
            let message = "an output cannot say how many units a task takes, which is decided before any task has run: `using` takes inputs, sizes, indices and constants";
            let (resolved, constant) = self.number(units, message);
            (site, number, is_constant) = (units.clone(), Some(resolved), constant);
        }
        self.call.using.push(Units { limit, site, units: number, is_constant });
    }

    /// A number of units with its uses, and whether it is a constant. `message` is that of the error on an output in it.
    fn number(&mut self, units: &TokenStream, message: &str) -> (TokenStream, bool) {
        let (lines, uses, noted) = (self.lines.len(), self.call.uses.len(), self.mutable.uses.len());
        let modes: Vec<usize> = self.input_uses.iter().map(Vec::len).collect();
        let resolved = replace(units.clone(), &Hidden::default(), self);
        // It is asked for many times, so that it moves no input.
        for (uses, before) in self.input_uses.iter_mut().zip(modes) {
            uses.extend_from_within(before..);
        }
        // What is wrong with these uses is reported below.
        self.mutable.uses.truncate(noted);
        for line in self.lines.split_off(lines) {
            self.fails(&line.site, message);
        }
        let found: Vec<(Ident, Used)> =
            self.call.uses[uses..].iter().map(|used| (used.name.clone(), used.of)).collect();
        for (name, of) in &found {
            if let Used::Input(input) = *of {
                if self.mutable.is_mutable(input) {
                    let text = names::text(name);
                    self.fails(name, format!("tasks change the input `{text}` in place, so that no limit and no number of units uses it"));
                }
            }
        }
        let is_constant = found.is_empty() && self.is_constant(units);
        (resolved, is_constant)
    }

    /// Whether the compiler can calculate a number that uses no input: it mentions no index and no parameter, and calls nothing, or
    /// stands in a block that is `const`.
    fn is_constant(&self, units: &TokenStream) -> bool {
        let is_parameter = |name: &Ident| {
            name == "Self"
                || self.around.graph.generics.params.iter().any(|parameter| match parameter {
                    GenericParam::Type(parameter) => parameter.ident == *name,
                    GenericParam::Const(parameter) => parameter.ident == *name,
                    GenericParam::Lifetime(_) => false,
                })
        };
        let tokens: Vec<TokenTree> = units.clone().into_iter().collect();
        let is_block = matches!(tokens.as_slice(), [TokenTree::Ident(word), TokenTree::Group(block)] if word == "const" && block.delimiter() == Delimiter::Brace);
        self.around.indices().is_constant(units)
            && !mentions(units, &is_parameter)
            && (is_block || !calls(units))
    }
}

fn mentions(tokens: &TokenStream, is: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(name) => is(&name),
        TokenTree::Group(group) => mentions(&group.stream(), is),
        _ => false,
    })
}

fn unknown(graph: &Graph, name: &str) -> String {
    let known: Vec<String> = graph.limits.iter().map(|limit| names::text(&limit.name)).collect();
    let meant = names::did_you_mean(name, known.iter().map(String::as_str));
    let remedy = match meant.as_str() {
        "" => format!(
            ": write `#[limit({name} = 1)]` in front of the graph, with the number of units that there are"
        ),
        _ => meant,
    };
    format!("graph `{}` has no limit `{name}`{remedy}", names::text(&graph.name))
}
