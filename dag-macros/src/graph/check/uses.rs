//! What a node depends on by its own line.

use proc_macro2::{Group, Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use super::again::again;
use super::holes::{condition_local, hole};
use super::in_place::{Clause, MutableInputs};
use super::members::{Choice, Condition, Part, Surroundings};
use super::scope::{Meaning, ambiguous};
use super::{Call, Decided, Each, Line, LineUse, Use, Used};
use crate::diag::Diagnostics;
use crate::graph::ast::Argument;
use crate::graph::uses::{Hidden, Mode, Names, replace};
use crate::names;

/// Finds the uses of a node.
pub(super) struct Finder<'a> {
    pub(super) around: Surroundings<'a>,
    pub(super) lines: Vec<Line>,
    pub(super) each: Option<Each>,
    pub(super) call: Call,
    /// On what the uses depend where the search is.
    pub(super) conditions: Vec<Condition>,
    /// The conditions whose branches the search is in.
    pub(super) open: Vec<Open>,
    pub(super) condition_count: usize,
    /// In the condition of `when`: how many dependencies there were before it.
    pub(super) when: Option<usize>,
    pub(super) input_uses: &'a mut [Vec<Mode>],
    /// The number of the node, and the part of it where the search is.
    pub(super) number: usize,
    pub(super) clause: Clause,
    pub(super) mutable: &'a mut MutableInputs,
    /// Whether something of the node is left out because of an error.
    pub(super) incomplete: bool,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// A condition that indices and constants decide.
pub(super) struct Open {
    number: usize,
    tokens: TokenStream,
    /// How many dependencies and uses of `&mut` inputs there were before it.
    uses: usize,
}

impl<'a> Finder<'a> {
    /// Before the search, in the arguments of the first node.
    pub(super) fn new(
        around: Surroundings<'a>,
        input_uses: &'a mut [Vec<Mode>],
        mutable: &'a mut MutableInputs,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Finder {
            around,
            lines: Vec::new(),
            each: None,
            call: Call::default(),
            conditions: Vec::new(),
            open: Vec::new(),
            condition_count: 0,
            when: None,
            input_uses,
            number: 0,
            clause: Clause::Arguments,
            mutable,
            incomplete: false,
            diagnostics,
        }
    }
}

impl Names for Finder<'_> {
    fn is_known(&self, name: &str, called: bool) -> bool {
        self.around.scope.is_known(name, called)
    }

    fn is_listed(&self, path: &Path) -> bool {
        self.around.scope.listed(path).is_some()
    }

    fn is_family(&self, name: &str) -> bool {
        self.around.scope.is_family(name)
    }

    fn has_conditions(&self) -> bool {
        !self.around.node.indices.is_empty()
    }

    fn replace(&mut self, path: &Path, mode: Mode) -> TokenStream {
        let of = match self.around.scope.meaning_of(path) {
            Some(Meaning::Input(input)) => {
                self.input_uses[input].push(mode);
                self.note(input, mode, names::last(path));
                Used::Input(input)
            }
            Some(Meaning::Node(to)) => self.whole(to, mode, path),
            Some(Meaning::Ambiguous(nodes)) => {
                let text = names::path_text(path);
                self.diagnostics.error(path, ambiguous(&text, nodes, self.around.graph));
                Used::Mistake(None)
            }
            None => return path.to_token_stream(),
        };
        self.used(names::last(path), mode, of)
    }

    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, hidden: &Hidden) -> TokenStream {
        let Some(Meaning::Node(to)) = self.around.scope.meaning(&names::text(name)) else {
            return name.to_token_stream();
        };
        let how = if mode.takes() { LineUse::Value } else { LineUse::Borrow };
        let choice = self.around.choice(to, brackets, mode, hidden);
        let of = match self.members(to, how, quote!(#name #brackets), choice) {
            Some(line) => Used::Part(line),
            None => Used::Mistake(Some(to)),
        };
        self.used(name, mode, of)
    }

    fn condition(&mut self, condition: &TokenStream, hidden: &Hidden) -> bool {
        let is_decided = self.around.is_decided(condition, hidden);
        if is_decided {
            let (number, tokens) = (self.condition_count, condition.clone());
            self.open.push(Open { number, tokens, uses: self.use_count() });
            self.condition_count += 1;
        }
        is_decided
    }

    fn enter(&mut self, holds: bool) {
        if let Some(Open { number, tokens, .. }) = self.open.last() {
            let (number, tokens) = (Some(*number), tokens.clone());
            self.conditions.push(Condition { number, tokens, holds });
        }
    }

    fn leave(&mut self) {
        self.conditions.pop();
    }

    fn decided(&mut self) -> TokenStream {
        let Some(Open { number, tokens, uses }) = self.open.pop() else { return TokenStream::new() };
        if self.use_count() == uses {
            // Nothing depends on it: it is looked at only where it stands.
            return self.around.condition(&tokens);
        }
        let under = self.conditions.iter().filter_map(|under| Some((under.number?, under.holds))).collect();
        self.call.conditions.push(Decided { number, tokens, under });
        condition_local(number).into_token_stream()
    }

    fn calls(&mut self, path: &Path, arguments: &TokenStream) {
        self.call.again.extend(again(self.around.graph, path, arguments));
    }
}

impl Finder<'_> {
    /// The uses of the arguments.
    pub(super) fn arguments(&mut self, arguments: &[Argument], bound: &Hidden) {
        for argument in arguments {
            let replaced = match &argument.each {
                Some(each) => {
                    self.each(each, &argument.tokens);
                    TokenStream::new()
                }
                None => replace(argument.tokens.clone(), bound, self),
            };
            self.call.arguments.push(replaced);
        }
    }

    /// Takes note of the use of an input.
    pub(super) fn note(&mut self, input: usize, mode: Mode, site: &Ident) {
        self.mutable.note((self.number, self.clause), input, mode, site, &self.conditions);
    }

    /// How many uses there are so far that a condition may decide.
    fn use_count(&self) -> usize {
        self.lines.len() + self.mutable.uses.len()
    }

    /// What stands for a use.
    fn used(&mut self, name: &Ident, mode: Mode, of: Used) -> TokenStream {
        let hole = hole(self.call.uses.len(), name);
        self.call.uses.push(Use { name: name.clone(), mode, of });
        hole.into_token_stream()
    }

    /// A use of the whole output of a line.
    fn whole(&mut self, to: usize, mode: Mode, path: &Path) -> Used {
        let is_family = !self.around.graph.nodes[to].indices.is_empty();
        let how = match mode {
            Mode::Borrow | Mode::Place | Mode::PlaceMut => LineUse::Borrow,
            Mode::Value | Mode::Target | Mode::TargetMut => LineUse::Value,
            Mode::ValueMut => LineUse::ValueMut,
        };
        if is_family && how != LineUse::Borrow {
            let text = names::path_text(path);
            let indices: Vec<String> =
                self.around.graph.nodes[to].indices.iter().map(|index| names::text(&index.name)).collect();
            let message = format!(
                "`{text}` is a family, the whole of which is taken by reference: write `&{text}`, or `{text}[{}]` for one member",
                indices.join(", ")
            );
            self.diagnostics.error(path, message);
            return Used::Mistake(None);
        }
        let site = path.to_token_stream();
        if !self.conditions.is_empty() {
            return Used::Part(self.part(to, how, site, Choice::All));
        }
        let Some(before) = self.lines.iter().position(|line| line.to == to && line.part.is_none()) else {
            self.lines.push(Line { to, how, site, part: None, beside: false });
            return Used::Whole(to);
        };
        let is_in_arguments = self.when.is_some_and(|when| before < when);
        let line = &mut self.lines[before];
        if line.how < how {
            line.how = how;
            if !is_in_arguments {
                line.site = site.clone();
            }
        }
        // What the arguments take, the condition cannot use, unless it is `Copy`: the table tells.
        let is_taken = line.how > LineUse::Borrow;
        if is_in_arguments && is_taken && !self.lines.iter().any(|line| line.to == to && line.beside) {
            self.lines.push(Line { to, how: LineUse::Borrow, site, part: None, beside: true });
        }
        Used::Whole(to)
    }

    /// A use of members, and the number of its line.
    pub(super) fn members(
        &mut self,
        to: usize,
        how: LineUse,
        site: TokenStream,
        choice: Result<Choice, (TokenStream, String)>,
    ) -> Option<usize> {
        match choice {
            Ok(choice) => {
                let how = if matches!(choice, Choice::Slice(..)) { how.min(LineUse::Borrow) } else { how };
                Some(self.part(to, how, site, choice))
            }
            Err((place, message)) => {
                self.diagnostics.error(place, message);
                None
            }
        }
    }

    pub(super) fn part(&mut self, to: usize, how: LineUse, site: TokenStream, choice: Choice) -> usize {
        let part = Some(Part { conditions: self.conditions.clone(), choice });
        self.lines.push(Line { to, how, site, part, beside: false });
        self.lines.len() - 1
    }

    /// Reports what makes the graph impossible to expand.
    pub(super) fn fails(&mut self, place: impl ToTokens, message: impl std::fmt::Display) {
        self.incomplete = true;
        self.diagnostics.error(place, message);
    }
}
