//! What a node depends on by its own line.

use proc_macro2::{Group, Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;
use syn::parse::{ParseStream, Parser};

use super::again::again;
use super::holes::hole;
use super::members::{Choice, Condition, Part, Surroundings};
use super::scope::{Meaning, ambiguous, member};
use super::{Call, Decided, Each, Line, LineUse, Use, Used};
use crate::diag::Diagnostics;
use crate::graph::ast::{Argument, Member};
use crate::graph::expand::condition_local;
use crate::graph::uses::{Hidden, Mode, Names, bare, replace};
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
    pub(super) input_uses: &'a mut [Vec<Mode>],
    /// Whether something of the node is left out because of an error.
    pub(super) incomplete: bool,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// A condition that indices and constants decide.
pub(super) struct Open {
    number: usize,
    tokens: TokenStream,
    /// How many dependencies there were before it.
    lines: usize,
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
            self.open.push(Open { number, tokens, lines: self.lines.len() });
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
        let Some(Open { number, tokens, lines }) = self.open.pop() else { return TokenStream::new() };
        if self.lines.len() == lines {
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
    pub(super) fn arguments(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            let replaced = match &argument.each {
                Some(each) => {
                    self.each(each, &argument.tokens);
                    TokenStream::new()
                }
                None => replace(argument.tokens.clone(), self),
            };
            self.call.arguments.push(replaced);
        }
        // Those inside of others were done with first.
        self.call.conditions.sort_by_key(|condition| condition.number);
    }

    /// What stands for a use.
    fn used(&mut self, name: &Ident, mode: Mode, of: Used) -> TokenStream {
        let hole = hole(self.call.uses.len(), name);
        self.call.uses.push(Use { name: name.clone(), mode, of });
        hole.into_token_stream()
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
                let message = format!(
                    "`{}` is known only when the graph runs: the condition of `after` is made of indices and constants",
                    names::text(&known)
                );
                self.diagnostics.error(&known, message);
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
                self.lines.push(Line { to, how: LineUse::Order, site, part: None });
            }
            None => {
                self.part(to, LineUse::Order, site, Choice::All);
            }
        }
        if condition.is_some() {
            self.conditions.pop();
        }
    }

    /// A use of the whole output of a line.
    fn whole(&mut self, to: usize, mode: Mode, path: &Path) -> Used {
        let is_family = !self.around.graph.nodes[to].indices.is_empty();
        let how = match mode {
            Mode::Borrow | Mode::Place => LineUse::Borrow,
            Mode::Value => LineUse::Value,
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
        match self.lines.iter_mut().find(|line| line.to == to && line.part.is_none()) {
            Some(line) if line.how >= how => {}
            Some(line) => {
                line.how = how;
                line.site = site;
            }
            None => self.lines.push(Line { to, how, site, part: None }),
        }
        Used::Whole(to)
    }

    /// A use of members, and the number of its line.
    fn members(
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

    fn part(&mut self, to: usize, how: LineUse, site: TokenStream, choice: Choice) -> usize {
        let part = Some(Part { conditions: self.conditions.clone(), choice });
        self.lines.push(Line { to, how, site, part });
        self.lines.len() - 1
    }

    /// `each &name` or `each name`, where brackets can choose of a family.
    fn each(&mut self, each: &Ident, source: &TokenStream) {
        const FORM: &str = "`each` runs over the output of a task: write `each &task`, or `each task` to take its elements by value";
        if self.each.is_some() {
            self.fails(each, "a task runs over the elements of one output: `each` is given twice");
            return;
        }
        let parser = |input: ParseStream<'_>| {
            let reference = input.parse::<Option<syn::Token![&]>>()?;
            let path = input.call(Path::parse_mod_style)?;
            let brackets = input.parse::<Option<Group>>()?;
            Ok((reference.is_none(), path, brackets))
        };
        let Ok((by_value, path, brackets)) =
            parser.parse2(source.clone().into_iter().map(bare).collect::<TokenStream>())
        else {
            return self.fails(source, FORM);
        };
        let is_family = path.get_ident().is_some_and(|name| self.is_family(&names::text(name)));
        if brackets.is_some() && !is_family {
            return self.fails(source, FORM);
        }
        let to = match self.around.scope.meaning_of(&path) {
            Some(Meaning::Node(to)) => to,
            Some(Meaning::Input(_)) => {
                let message = format!("`{}` is an input of the graph: {FORM}", names::path_text(&path));
                return self.fails(path, message);
            }
            _ if path.get_ident().is_none() => return self.fails(source, FORM),
            _ => match member(&path, "run over", self.around, self.diagnostics) {
                Some(to) => to,
                None => {
                    self.incomplete = true;
                    return;
                }
            },
        };
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
        self.each = Some(Each { line, by_value });
    }

    /// The rank that a task runs on.
    pub(super) fn on(&mut self, on: &TokenStream) {
        let before = self.lines.len();
        let uses_before: Vec<usize> = self.input_uses.iter().map(Vec::len).collect();
        self.call.on = Some(replace(on.clone(), self));
        // It is asked for many times, so that it moves no input.
        for (uses, before) in self.input_uses.iter_mut().zip(uses_before) {
            uses.extend_from_within(before..);
        }
        for line in self.lines.split_off(before) {
            let message = "an output cannot say where a task runs, which is decided before any task has run: `on` takes inputs, indices, constants and `ranks`";
            self.fails(&line.site, message);
        }
    }

    /// Reports what makes the graph impossible to expand.
    fn fails(&mut self, place: impl ToTokens, message: impl std::fmt::Display) {
        self.incomplete = true;
        self.diagnostics.error(place, message);
    }
}
