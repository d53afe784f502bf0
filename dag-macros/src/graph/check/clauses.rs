//! What a node depends on by the clauses of its line: `each`, `after` and `on`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;
use syn::parse::{ParseStream, Parser};

use super::in_place::Clause;
use super::members::member;
use super::members::{Choice, Condition};
use super::scope::Meaning;
use super::uses::Finder;
use super::{Each, Line, LineUse};
use crate::graph::ast::Member;
use crate::graph::tokens::is_punct;
use crate::graph::uses::{Hidden, Mode, Names, bare, replace};
use crate::names;
use crate::streams::IntoStream as _;

impl Finder<'_> {
    /// `each &name` or `each name`, where brackets can choose of a family, or `each` over an expression of inputs.
    pub(super) fn each(&mut self, each: &Ident, source: &TokenStream) {
        const FORM: &str = "`each` runs over the output of a task or over an input: write `each &task`, or `each task` to take its elements by value";
        if self.each.is_some() {
            self.fails(each, "a task runs over the elements of one output: `each` is given twice");
            return;
        }
        if let Some(input) = self.first_input(source) {
            return self.each_of_input(input, source);
        }
        let parser = |input: ParseStream<'_>| {
            let reference = input.parse::<Option<syn::Token![&]>>()?;
            let path = input.call(Path::parse_mod_style)?;
            let brackets = input.parse::<Option<Group>>()?;
            Ok((reference.is_none(), path, brackets))
        };
        let Ok((by_value, path, brackets)) =
            parser.parse2(source.clone().into_iter().map(bare).into_stream())
        else {
            return self.fails(source, FORM);
        };
        let is_family = path.get_ident().is_some_and(|name| self.is_family(&names::text(name)));
        if brackets.is_some() && !is_family {
            return self.fails(source, FORM);
        }
        let to = match self.around.scope.meaning_of(&path) {
            Some(Meaning::Node(to)) => to,
            _ if path.get_ident().is_none() => return self.fails(source, FORM),
            _ => match member(&path, "run over", self.around, self.diagnostics) {
                Some(to) => to,
                None => {
                    self.incomplete = true;
                    return;
                }
            },
        };
        if self.around.graph.nodes[to].when.is_some() {
            let text = names::path_text(&path);
            let message = format!(
                "`{text}` has `when`, so that its output is an `Option`, and `each` cannot run over it: take `&{text}` in a task without `each`, or move the condition into the task"
            );
            return self.fails(path, message);
        }
        let how = if by_value { LineUse::Value } else { LineUse::Borrow };
        let mode = if by_value { Mode::Value } else { Mode::Borrow };
        let line = match brackets {
            None => self.part(to, how, path.to_token_stream(), Choice::All),
            Some(brackets) => {
                let choice = self.around.choice(to, &brackets, mode, &Hidden::default());
                let Some(line) = self.members(to, how, quote!(#path #brackets), choice) else {
                    self.incomplete = true;
                    return;
                };
                line
            }
        };
        self.each = Some(Each::Output { line, by_value });
    }

    /// The input that an expression begins with, perhaps behind a `&`.
    fn first_input(&self, source: &TokenStream) -> Option<usize> {
        let mut tokens = source.clone().into_iter().map(bare).peekable();
        tokens.next_if(|token| is_punct(Some(token), '&'));
        let TokenTree::Ident(name) = tokens.next()? else { return None };
        match self.around.scope.meaning(&names::text(&name)) {
            Some(Meaning::Input(input)) if !is_punct(tokens.peek(), ':') => Some(input),
            _ => None,
        }
    }

    /// `each` over an expression that begins with an input.
    fn each_of_input(&mut self, input: usize, source: &TokenStream) {
        let name = names::text(&self.around.graph.inputs[input].name);
        if self.around.scope.is_size(&name) {
            let message = format!(
                "`{name}` is a size, and `each` runs over elements: a family has as many members as a size says, `name[i in 0..{name}] = task(i)`"
            );
            return self.fails(source, message);
        }
        self.each = Some(Each::Input { whole: None });
        self.clause = Clause::Each;
        if source.clone().into_iter().nth(1).is_none() {
            // Its use is counted when it is known whether others take the input, too.
            self.each = Some(Each::Input { whole: Some(input) });
            if let Some(TokenTree::Ident(name)) = source.clone().into_iter().next().map(bare) {
                self.note(input, Mode::Value, &name);
            }
            self.clause = Clause::Arguments;
            return;
        }
        let before = self.lines.len();
        let replaced = replace(source.clone(), &Hidden::default(), self);
        for line in self.lines.split_off(before) {
            let message = "`each` runs over the output of a task, or over an expression of inputs alone: take this output in another argument";
            self.fails(&line.site, message);
        }
        self.call.source = Some(replaced);
        self.clause = Clause::Arguments;
    }

    /// The rank that a task runs on.
    pub(super) fn on(&mut self, on: &TokenStream) {
        let before = self.lines.len();
        let uses_before: Vec<usize> = self.input_uses.iter().map(Vec::len).collect();
        self.clause = Clause::On;
        self.call.on = Some(replace(on.clone(), &Hidden::default(), self));
        self.clause = Clause::Arguments;
        // It is asked for many times, so that it moves no input.
        for (uses, before) in self.input_uses.iter_mut().zip(uses_before) {
            uses.extend_from_within(before..);
        }
        for line in self.lines.split_off(before) {
            let message = "an output cannot say where a task runs, which is decided before any task has run: `on` takes inputs, indices, constants and `ranks`";
            self.fails(&line.site, message);
        }
    }

    /// What is after a task or members of a family.
    pub(super) fn after(&mut self, after: &Member) {
        let Member { path, brackets, condition, .. } = after;
        let graph = self.around.graph;
        let site = quote!(#path #brackets);
        let listed =
            graph.nodes.iter().position(|node| node.instance.is_none() && names::same(&node.path, path));
        let to = match listed {
            Some(to) if path.segments.len() > 1 => Some(to),
            _ => member(path, "run after", self.around, self.diagnostics),
        };
        let Some(to) = to else { return };
        if let Some(condition) = condition {
            if let Some(known) = self.around.known_name(condition) {
                self.diagnostics.error(&known, self.around.not_known_yet(&known, "the condition of `after`"));
                return;
            }
            self.conditions.push(Condition { number: None, tokens: condition.clone(), holds: true });
        }
        match brackets {
            Some(brackets) if graph.nodes[to].indices.is_empty() => {
                let message = format!(
                    "`{}` is a single task, not a family: leave the brackets out",
                    names::path_text(path)
                );
                self.diagnostics.error(brackets, message);
            }
            Some(brackets) => {
                let choice = self.around.choice(to, brackets, Mode::Borrow, &Hidden::default());
                self.members(to, LineUse::Order, site, choice);
            }
            None if self.conditions.is_empty() => {
                self.lines.push(Line { to, how: LineUse::Order, site, part: None, beside: false });
            }
            None => {
                self.part(to, LineUse::Order, site, Choice::All);
            }
        }
        if condition.is_some() {
            self.conditions.pop();
        }
    }
}
