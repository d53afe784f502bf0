//! Members of families: what brackets behind a family's name choose, and on what a use depends.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;

use super::scope::{Scope, named};
use super::sizes::remedy;
use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Node, Range};
use crate::graph::indices::{Indices, Receiver};
use crate::graph::tokens::{commas, is_punct};
use crate::graph::uses::{Hidden, Mode, Names, replace};
use crate::names;

/// A use that is not of the whole output of a line under all conditions.
pub(crate) struct Part {
    pub(crate) conditions: Vec<Condition>,
    pub(crate) choice: Choice,
}

/// What indices and constants decide.
#[derive(Clone)]
pub(crate) struct Condition {
    /// Its number among the conditions of a node's arguments; none of one behind `after`.
    pub(crate) number: Option<usize>,
    pub(crate) tokens: TokenStream,
    /// Whether the use is there where it holds, or where it does not hold.
    pub(crate) holds: bool,
}

/// Which outputs of a line are used.
pub(crate) enum Choice {
    All,
    /// The member with these indices.
    One(Vec<TokenStream>),
    /// The members with these first indices, whose last one is in the range.
    Slice(Vec<TokenStream>, Range),
}

/// The part of a graph that the expressions of one node can use.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) scope: &'a Scope,
    pub(crate) node: &'a Node,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn indices(self) -> Indices<'a> {
        Indices::new(&self.graph.sizes, &self.node.indices)
    }

    /// Whether indices, sizes and constants alone decide the condition of an `if`.
    pub(crate) fn is_decided(self, condition: &TokenStream, hidden: &Hidden) -> bool {
        self.known_name(condition).is_none()
            && self.mentioned(condition, |name| self.is_hidden(name, hidden)).is_none()
            && (!self.indices().is_constant(condition) || !calls(condition))
    }

    /// Whether a name in a condition is that of something in the argument.
    fn is_hidden(self, name: &Ident, hidden: &Hidden) -> bool {
        let text = names::text(name);
        if self.indices().contains(name) { hidden.hides(&text) } else { hidden.may_hide(&text) }
    }

    /// The condition with the locals of indices and sizes.
    pub(crate) fn condition(self, condition: &TokenStream) -> TokenStream {
        self.indices().replace(condition.clone(), Receiver::Isize)
    }

    /// What is wrong with the name of an input or task in an expression that indices, sizes and constants make up.
    pub(super) fn not_known_yet(self, name: &Ident, expression: &str) -> String {
        let sizes = if self.graph.sizes.is_empty() { "indices" } else { "indices, sizes" };
        format!(
            "`{}` is known only when the graph runs: {expression} is made of {sizes} and constants{}",
            names::text(name),
            remedy(self.graph, name)
        )
    }

    /// The first name of an input or task in an expression, of what is no size.
    pub(crate) fn known_name(self, tokens: &TokenStream) -> Option<Ident> {
        let mut probe = Probe { scope: self.scope, found: None };
        replace(tokens.clone(), &Hidden::default(), &mut probe);
        probe.found
    }

    /// The first name in an expression that is such a one.
    fn mentioned(self, tokens: &TokenStream, is: impl Fn(&Ident) -> bool + Copy) -> Option<Ident> {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        tokens.iter().enumerate().find_map(|(at, token)| match token {
            TokenTree::Ident(ident) => {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                let is_behind = is_punct(before, '.') || is_punct(before, ':');
                (!is_behind && ident != "as" && is(ident)).then(|| ident.clone())
            }
            TokenTree::Group(group) => self.mentioned(&group.stream(), is),
            _ => None,
        })
    }

    /// What the brackets behind the name of a family choose. `hidden` are the names that are bound or declared inside
    /// the argument: a local variable of it is not known where edges are told.
    ///
    /// # Errors
    ///
    /// Tells what is wrong, and where.
    pub(crate) fn choice(
        self,
        to: usize,
        brackets: &Group,
        mode: Mode,
        hidden: &Hidden,
    ) -> Result<Choice, (TokenStream, String)> {
        let family = &self.graph.nodes[to];
        let name = names::text(family.name());
        let tokens: Vec<TokenTree> = brackets.stream().into_iter().collect();
        let mut parts = Vec::new();
        let mut start = 0;
        for comma in commas(&tokens).into_iter().chain([tokens.len()]) {
            if comma > start || comma < tokens.len() {
                parts.push(Range::new(&tokens[start..comma]));
            }
            start = comma + 1;
        }
        let form: Vec<String> = family.indices.iter().map(|index| names::text(&index.name)).collect();
        let form = form.join(", ");
        if parts.len() != family.indices.len() {
            let (count, s) =
                (family.indices.len(), if family.indices.len() == 1 { "index" } else { "indices" });
            let message = format!("a member of family `{name}` has {count} {s}: write `{name}[{form}]`");
            return Err((brackets.to_token_stream(), message));
        }
        for part in &parts {
            if part.tokens.is_empty() {
                return Err((
                    brackets.to_token_stream(),
                    format!("expected an index: write `{name}[{form}]`"),
                ));
            }
            if let Some(literal) = part.no_integer() {
                let message = format!("an index is an integer, and `{literal}` is not one");
                return Err((literal.to_token_stream(), message));
            }
            if let Some(found) = self.mentioned(&part.tokens, |name| hidden.binds(&names::text(name))) {
                let message = format!(
                    "`{}` is a variable of this argument: an index of a member is made of {} and constants",
                    names::text(&found),
                    if self.graph.sizes.is_empty() { "indices" } else { "indices, sizes" }
                );
                return Err((found.to_token_stream(), message));
            }
            if let Some(known) = self.known_name(&part.tokens) {
                let message = self.not_known_yet(&known, "an index of a member");
                return Err((known.to_token_stream(), message));
            }
        }
        let Some((last, prefix)) = parts.split_last() else {
            return Err((brackets.to_token_stream(), "expected an index".to_owned()));
        };
        if let Some(range) = prefix.iter().find(|part| part.bounds.is_some()) {
            let message = format!(
                "only the last index of a family can be a range, since the outputs of `{name}` lie side by side in the order of `[{form}]`"
            );
            return Err((range.tokens.clone(), message));
        }
        let prefix: Vec<TokenStream> = prefix.iter().map(|part| part.tokens.clone()).collect();
        if last.bounds.is_none() {
            let mut indices = prefix;
            indices.push(last.tokens.clone());
            return Ok(Choice::One(indices));
        }
        if mode.takes() {
            let message = format!("several outputs are taken by reference: write `&{name}{brackets}`");
            return Err((brackets.to_token_stream(), message));
        }
        Ok(Choice::Slice(prefix, last.clone()))
    }
}

/// Whether an expression calls anything.
pub(crate) fn calls(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => {
            let called = at.checked_sub(1).and_then(|before| tokens.get(before));
            let is_call = group.delimiter() == Delimiter::Parenthesis
                && (matches!(called, Some(TokenTree::Ident(_))) || is_punct(called, '>'));
            is_call || group.delimiter() == Delimiter::Brace || calls(&group.stream())
        }
        TokenTree::Punct(punct) => {
            punct.as_char() == '!'
                && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)))
                && matches!(at.checked_sub(1).map(|before| &tokens[before]), Some(TokenTree::Ident(_)))
        }
        _ => false,
    })
}

/// The task that is known by this path, or an error.
pub(super) fn member(
    path: &Path,
    purpose: &str,
    around: Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    named(path, purpose, around.graph, around.scope, diagnostics)
}

/// Looks for a known name.
struct Probe<'a> {
    scope: &'a Scope,
    found: Option<Ident>,
}

impl Names for Probe<'_> {
    fn is_known(&self, name: &str, called: bool) -> bool {
        self.scope.is_known(name, called) && !self.scope.is_size(name)
    }

    fn is_listed(&self, path: &Path) -> bool {
        self.scope.listed(path).is_some()
    }

    fn is_family(&self, name: &str) -> bool {
        self.scope.is_family(name)
    }

    fn has_conditions(&self) -> bool {
        false
    }

    fn replace(&mut self, path: &Path, _: Mode) -> TokenStream {
        self.found.get_or_insert_with(|| names::last(path).clone());
        path.to_token_stream()
    }

    fn member(&mut self, name: &Ident, _: &Group, _: Mode, _: &Hidden) -> TokenStream {
        self.found.get_or_insert_with(|| name.clone());
        name.to_token_stream()
    }

    fn condition(&mut self, _: &TokenStream, _: &Hidden) -> bool {
        false
    }

    fn enter(&mut self, _: bool) {}

    fn leave(&mut self) {}

    fn decided(&mut self) -> TokenStream {
        TokenStream::new()
    }

    fn calls(&mut self, _: &Path, _: &TokenStream) {}
}
