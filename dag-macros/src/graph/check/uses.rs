//! What a node depends on by its own line.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::members::{Choice, Condition, Part, Surroundings};
use super::scope::{Meaning, ambiguous, member};
use super::{Each, Line, LineUse};
use crate::diag::Diagnostics;
use crate::graph::ast::{Argument, Member};
use crate::graph::tokens::is_punct;
use crate::graph::uses::{Mode, Names, replace};
use crate::names;

/// Finds the uses of a node.
pub(super) struct Finder<'a> {
    pub(super) around: Surroundings<'a>,
    pub(super) lines: Vec<Line>,
    pub(super) each: Option<Each>,
    /// On what the uses depend where the search is.
    pub(super) conditions: Vec<Condition>,
    pub(super) input_uses: &'a mut [Vec<Mode>],
    /// Whether something of the node is left out because of an error.
    pub(super) incomplete: bool,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl Names for Finder<'_> {
    fn is_known(&self, name: &str, called: bool) -> bool {
        self.around.scope.is_known(name, called)
    }

    fn replace(&mut self, name: &Ident, mode: Mode) -> TokenStream {
        let text = names::text(name);
        match self.around.scope.meaning(&text) {
            Some(Meaning::Input(input)) => self.input_uses[input].push(mode),
            Some(Meaning::Node(to)) => {
                self.whole(to, mode, name);
            }
            Some(Meaning::Ambiguous(nodes)) => {
                self.diagnostics.error(name, ambiguous(&text, nodes, self.around.graph));
            }
            None => {}
        }
        name.to_token_stream()
    }

    fn is_family(&self, name: &str) -> bool {
        self.around.scope.is_family(name)
    }

    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, hidden: &[String]) -> TokenStream {
        if let Some(Meaning::Node(to)) = self.around.scope.meaning(&names::text(name)) {
            let how = if mode == Mode::Borrow { LineUse::Borrow } else { LineUse::Value };
            let choice = self.around.choice(to, brackets, mode, hidden);
            self.members(to, how, quote!(#name #brackets), choice);
        }
        name.to_token_stream()
    }

    fn condition(&mut self, condition: &[TokenTree], hidden: &[String]) -> Option<TokenStream> {
        self.around.condition(condition, hidden)
    }

    fn enter(&mut self, condition: &[TokenTree], holds: bool) {
        self.conditions.push(Condition { tokens: condition.iter().cloned().collect(), holds });
    }

    fn leave(&mut self) {
        self.conditions.pop();
    }
}

impl Finder<'_> {
    /// The uses of an argument.
    pub(super) fn argument(&mut self, argument: &Argument) {
        match &argument.each {
            Some(each) => self.each(each, &argument.tokens),
            None => {
                replace(argument.tokens.clone(), self);
            }
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
            _ => {
                member(names::last(path), &path.to_token_stream(), "run after", self.around, self.diagnostics)
            }
        };
        let Some(to) = to else { return };
        if let Some(condition) = condition {
            let tokens: Vec<TokenTree> = condition.clone().into_iter().collect();
            if let Some(known) = self.around.known_name(condition) {
                let message = format!(
                    "`{}` is known only when the graph runs: the condition of `after` is made of indices and constants",
                    names::text(&known)
                );
                self.diagnostics.error(&known, message);
                return;
            }
            self.enter(&tokens, true);
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
                let choice = self.around.choice(to, brackets, Mode::Borrow, &[]);
                self.members(to, LineUse::Order, site, choice);
            }
            None if self.conditions.is_empty() => {
                self.lines.push(Line { to, how: LineUse::Order, site, part: None });
            }
            None => self.part(to, LineUse::Order, site, Choice::All),
        }
        if condition.is_some() {
            self.leave();
        }
    }

    /// A use of the whole output of a line.
    fn whole(&mut self, to: usize, mode: Mode, name: &Ident) {
        let is_family = !self.around.graph.nodes[to].indices.is_empty();
        let how = match mode {
            Mode::Borrow => LineUse::Borrow,
            Mode::Place if is_family => LineUse::Borrow,
            Mode::Value | Mode::Place => LineUse::Value,
            Mode::ValueMut => LineUse::ValueMut,
        };
        if is_family && how != LineUse::Borrow {
            let text = names::text(name);
            let indices: Vec<String> =
                self.around.graph.nodes[to].indices.iter().map(|index| names::text(&index.name)).collect();
            let message = format!(
                "`{text}` is a family, the whole of which is taken by reference: write `&{text}`, or `{text}[{}]` for one member",
                indices.join(", ")
            );
            self.diagnostics.error(name, message);
            return;
        }
        let site = name.to_token_stream();
        if !self.conditions.is_empty() {
            self.part(to, how, site, Choice::All);
            return;
        }
        match self.lines.iter_mut().find(|line| line.to == to && line.part.is_none()) {
            Some(line) if line.how >= how => {}
            Some(line) => {
                line.how = how;
                line.site = site;
            }
            None => self.lines.push(Line { to, how, site, part: None }),
        }
    }

    fn members(
        &mut self,
        to: usize,
        how: LineUse,
        site: TokenStream,
        choice: Result<Choice, (TokenStream, String)>,
    ) {
        match choice {
            Ok(choice) => {
                let how = if matches!(choice, Choice::Slice(..)) { how.min(LineUse::Borrow) } else { how };
                self.part(to, how, site, choice);
            }
            Err((place, message)) => self.diagnostics.error(place, message),
        }
    }

    fn part(&mut self, to: usize, how: LineUse, site: TokenStream, choice: Choice) {
        let part = Some(Part { conditions: self.conditions.clone(), choice });
        self.lines.push(Line { to, how, site, part });
    }

    /// `each &name` or `each name`, where brackets can choose of a family.
    fn each(&mut self, each: &Ident, source: &TokenStream) {
        const FORM: &str = "`each` runs over the output of a task: write `each &task`, or `each task` to take its elements by value";
        if self.each.is_some() {
            self.fails(each, "a task runs over the elements of one output: `each` is given twice");
            return;
        }
        let tokens: Vec<TokenTree> = source.clone().into_iter().collect();
        let by_value = !is_punct(tokens.first(), '&');
        let (name, brackets) = match if by_value { &tokens[..] } else { &tokens[1..] } {
            [TokenTree::Ident(name)] => (name, None),
            [TokenTree::Ident(name), TokenTree::Group(brackets)] if self.is_family(&names::text(name)) => {
                (name, Some(brackets))
            }
            _ => return self.fails(source, FORM),
        };
        let text = names::text(name);
        let to = match self.around.scope.meaning(&text) {
            Some(Meaning::Node(to)) => to,
            Some(Meaning::Input(_)) => {
                let message = format!("`{text}` is an input of the graph: {FORM}");
                return self.fails(name, message);
            }
            _ => match member(name, &name.to_token_stream(), "run over", self.around, self.diagnostics) {
                Some(to) => to,
                None => {
                    self.incomplete = true;
                    return;
                }
            },
        };
        let how = if by_value { LineUse::Value } else { LineUse::Borrow };
        let line = self.lines.len();
        match brackets {
            None => self.part(to, how, name.to_token_stream(), Choice::All),
            Some(brackets) => {
                let mode = if by_value { Mode::Value } else { Mode::Borrow };
                let choice = self.around.choice(to, brackets, mode, &[]);
                self.members(to, how, quote!(#name #brackets), choice);
                if self.lines.len() == line {
                    self.incomplete = true;
                    return;
                }
            }
        }
        self.each = Some(Each { line, by_value });
    }

    /// The rank that a task runs on.
    pub(super) fn on(&mut self, on: &TokenStream) {
        let before = self.lines.len();
        let uses_before: Vec<usize> = self.input_uses.iter().map(Vec::len).collect();
        replace(on.clone(), self);
        // It is asked for many times, so that it moves no input.
        for (uses, before) in self.input_uses.iter_mut().zip(uses_before) {
            uses.extend_from_within(before..);
        }
        for line in self.lines.split_off(before) {
            let message = "an output can not say where a task runs, which is decided before any task has run: `on` takes inputs, indices, constants and `ranks`";
            self.fails(&line.site, message);
        }
    }

    /// Reports what makes the graph impossible to expand.
    fn fails(&mut self, place: impl ToTokens, message: impl std::fmt::Display) {
        self.incomplete = true;
        self.diagnostics.error(place, message);
    }
}
