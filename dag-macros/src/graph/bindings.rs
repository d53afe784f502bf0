//! The names that patterns and items in an argument bind: where they hide inputs, tasks and constants of the same name.

use proc_macro2::{Delimiter, Spacing, TokenTree};

use crate::graph::tokens::{closure_end, ends_expression, is_punct, is_word};
use crate::names;

/// The bindings in one sequence of tokens, between the same delimiters.
pub(crate) struct Bindings<'a> {
    /// The names that are hidden where the walk is.
    pub(crate) hidden: &'a mut Vec<String>,
    /// How many were hidden outside.
    outer: usize,
    /// How many are hidden to the end of the sequence. The others, the parameters of a closure, are
    /// up to the next `,` or `;`.
    kept: usize,
    /// Bound by a `let` whose `;` is to come.
    statement: Vec<String>,
    condition: Option<Condition>,
}

/// An `if let`, `while let` or `for` whose block is to come.
struct Condition {
    /// Bound, and not hidden before the block.
    names: Vec<String>,
    /// How many names were hidden before it.
    outer: usize,
    /// How many blocks come before its own.
    blocks: usize,
}

impl<'a> Bindings<'a> {
    /// At the start of a sequence, in all of which its items are known.
    pub(crate) fn new(tokens: &[TokenTree], hidden: &'a mut Vec<String>) -> Self {
        let outer = hidden.len();
        (0..tokens.len()).for_each(|at| declare(tokens, at, hidden));
        let kept = hidden.len();
        Bindings { hidden, outer, kept, statement: Vec::new(), condition: None }
    }

    /// Binds the names of a pattern that begins at `at`, if one does, and says where it ends.
    pub(crate) fn pattern(&mut self, tokens: &[TokenTree], at: usize) -> Option<usize> {
        if let Some(end) = closure_end(tokens, at) {
            tokens[at..end].iter().for_each(|token| hide(token, self.hidden));
            return Some(end);
        }
        let is_for = is_word(tokens.get(at), "for") && !is_punct(tokens.get(at + 1), '<');
        if !is_for && !is_word(tokens.get(at), "let") {
            return None;
        }
        let is_end = |end: &usize| match &tokens[*end] {
            TokenTree::Ident(word) => is_for && word == "in",
            TokenTree::Punct(punct) => match punct.as_char() {
                '=' => !is_for && !is_punct(tokens.get(end - 1), '.'),
                character => character == ';',
            },
            _ => false,
        };
        let end = (at + 1..tokens.len()).find(is_end)?;
        let mut names = Vec::new();
        tokens[at + 1..end].iter().for_each(|token| hide(token, &mut names));
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if is_for || is_word(before, "if") || is_word(before, "while") || is_punct(before, '&') {
            let outer = self.hidden.len();
            let new = || Condition { names: Vec::new(), outer, blocks: 0 };
            self.condition.get_or_insert_with(new).names.append(&mut names);
        } else {
            self.statement = names;
        }
        Some(if is_punct(tokens.get(end), ';') { end - 1 } else { end })
    }

    /// Passes a token that is in no pattern.
    pub(crate) fn pass(&mut self, tokens: &[TokenTree], at: usize) {
        match &tokens[at] {
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' | ';' => {
                    self.hidden.truncate(self.kept);
                    self.condition = None;
                    if punct.as_char() == ';' {
                        self.hidden.append(&mut self.statement);
                        self.kept = self.hidden.len();
                    }
                }
                // What a condition binds is known behind its `&&`.
                '&' if punct.spacing() == Spacing::Joint && ends_expression(tokens, at) => {
                    if let Some(condition) = &mut self.condition {
                        self.hidden.append(&mut condition.names);
                    }
                }
                _ => {}
            },
            TokenTree::Ident(word) => {
                if let Some(condition) = &mut self.condition
                    && ["match", "if", "else", "loop", "unsafe"].iter().any(|other| word == other)
                {
                    condition.blocks += 1;
                }
            }
            _ => {}
        }
    }

    /// Hides what a condition binds, where the group at `at` is its block. To be given to
    /// [`leave`](Self::leave) behind it.
    pub(crate) fn block(&mut self, tokens: &[TokenTree], at: usize) -> Option<usize> {
        let is_brace =
            matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let condition = self.condition.as_mut().filter(|_| is_brace)?;
        if condition.blocks > 0 {
            condition.blocks -= 1;
            return None;
        }
        let is_range = is_punct(at.checked_sub(1).and_then(|before| tokens.get(before)), '.');
        if !is_range && !ends_expression(tokens, at) {
            return None;
        }
        let Condition { mut names, outer, .. } = self.condition.take()?;
        self.hidden.append(&mut names);
        Some(outer)
    }

    /// Leaves a group.
    pub(crate) fn leave(&mut self, block: Option<usize>) {
        if let Some(outer) = block {
            self.hidden.truncate(outer);
        }
    }

    /// At the end of the sequence.
    pub(crate) fn end(self) {
        self.hidden.truncate(self.outer);
    }
}

/// Stands for all names, which a `use` with a `*` may bring. It is none that a program can have.
pub(crate) const ALL: &str = "*";

/// Hides the name of the item that begins at `at`, if one does.
fn declare(tokens: &[TokenTree], at: usize, hidden: &mut Vec<String>) {
    const ITEMS: [&str; 8] = ["fn", "const", "static", "mod", "struct", "enum", "trait", "type"];
    let TokenTree::Ident(word) = &tokens[at] else { return };
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    // `*const T`, `'static`, `r.type`.
    if ['*', '\'', '.'].iter().any(|&sign| is_punct(before, sign)) {
        return;
    }
    if word == "macro_rules" {
        return tokens.iter().skip(at + 2).take(1).for_each(|name| hide_name(name, hidden));
    }
    if word == "use" {
        let end = tokens[at..].iter().position(|token| is_punct(Some(token), ';'));
        return import(&tokens[at + 1..end.map_or(tokens.len(), |end| at + end)], hidden);
    }
    if ITEMS.iter().any(|item| word == item) {
        let is_mutable = is_word(tokens.get(at + 1), "mut");
        tokens.iter().skip(at + 1 + usize::from(is_mutable)).take(1).for_each(|name| hide_name(name, hidden));
    }
}

fn hide_name(name: &TokenTree, hidden: &mut Vec<String>) {
    if let TokenTree::Ident(name) = name {
        hidden.push(names::text(name));
    }
}

/// Hides what a `use` brings: the last name of each path, or the one behind `as`.
fn import(tree: &[TokenTree], hidden: &mut Vec<String>) {
    for (at, token) in tree.iter().enumerate() {
        match token {
            TokenTree::Group(group) => import(&group.stream().into_iter().collect::<Vec<_>>(), hidden),
            TokenTree::Punct(punct) if punct.as_char() == '*' => hidden.push(ALL.into()),
            TokenTree::Ident(_) if at + 1 == tree.len() || is_punct(tree.get(at + 1), ',') => {
                hide_name(token, hidden);
            }
            _ => {}
        }
    }
}

/// Hides the names in a pattern.
pub(crate) fn hide(pattern: &TokenTree, hidden: &mut Vec<String>) {
    match pattern {
        TokenTree::Ident(ident) => hidden.push(names::text(ident)),
        TokenTree::Group(group) => group.stream().into_iter().for_each(|token| hide(&token, hidden)),
        _ => {}
    }
}
