//! Uses in tokens that cannot be parsed: what a macro makes of them is not known.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Path};

use super::patterns::bind_all;
use super::prepare::{is_keyword, with};
use super::{Mode, Resolver};
use crate::graph::tokens::{closure_end, is_alone, is_operand, is_path_separator, is_punct, is_reference};
use crate::names;
use crate::streams::IntoStream as _;

impl Resolver<'_> {
    /// Replaces in tokens: those between `,`, `;` and `=>` may be expressions.
    pub(super) fn tokens(&mut self, stream: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut replaced = TokenStream::new();
        let mut start = 0;
        while start < tokens.len() {
            let end = part_end(&tokens, start);
            let separator = separator(&tokens, end);
            let part: TokenStream = tokens[start..end].iter().cloned().into_stream();
            // All of it is no expression.
            let is_all = start == 0 && end == tokens.len();
            match if is_all { None } else { syn::parse2::<Expr>(part).ok() } {
                Some(mut expression) => {
                    self.value(&mut expression);
                    expression.to_tokens(&mut replaced);
                }
                None => self.part(&tokens[start..end], &mut replaced),
            }
            replaced.extend(tokens[end..end + separator].iter().cloned());
            start = end + separator;
        }
        replaced
    }

    fn part(&mut self, tokens: &[TokenTree], replaced: &mut TokenStream) {
        let outer = self.hidden.len();
        let mut at = 0;
        while at < tokens.len() {
            if let Some(end) = closure_end(tokens, at) {
                let parameters: TokenStream = tokens[at..=end].iter().cloned().into_stream();
                bind_all(parameters.clone(), &mut self.hidden);
                replaced.extend(parameters);
                at = end + 1;
                continue;
            }
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let group = self.brackets_for(&group.stream()).unwrap_or(group).clone();
                    let inside = match name_of_macro(tokens, at) {
                        Some(name) => self.arguments_of_macro(Some(name), group.stream()),
                        None => self.inside(group.stream()),
                    };
                    let mut group = with(&group, inside);
                    if is_operand(tokens, at) {
                        let parentheses = Group::new(Delimiter::Parenthesis, group.stream());
                        group = with(&parentheses, group.stream());
                    }
                    replaced.extend([TokenTree::Group(group)]);
                    at += 1;
                }
                TokenTree::Ident(name) => at = self.name(tokens, at, name, replaced),
                token => {
                    replaced.extend([token.clone()]);
                    at += 1;
                }
            }
        }
        self.hidden.leave(outer);
    }

    /// Replaces a name or a path, and says where it ends.
    pub(super) fn name(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        name: &Ident,
        replaced: &mut TokenStream,
    ) -> usize {
        let mut end = at + 1;
        while is_path_separator(tokens, end) && matches!(tokens.get(end + 2), Some(TokenTree::Ident(_))) {
            end += 3;
        }
        let before = at.checked_sub(1);
        let is_family =
            end == at + 1 && self.is_family(name) && is_followed_by(tokens, end, Delimiter::Bracket);
        let is_called = is_followed_by(tokens, end, Delimiter::Parenthesis);
        if is_value(tokens, at, end) {
            if let (Some(TokenTree::Group(brackets)), true) = (tokens.get(end), is_family) {
                let brackets = self.brackets_for(&brackets.stream()).unwrap_or(brackets).clone();
                let mode = mode(tokens, before, end + 1);
                replaced.extend(self.names.member(name, &brackets, mode, &self.hidden));
                return end + 1;
            }
            let mode = mode(tokens, before, end);
            let parsed = self.parsed(&tokens[at..end]);
            if let Some(place) = parsed.as_ref().and_then(|path| self.path(path, mode, is_called)) {
                // `inputs.name(…)` would be a method.
                replaced.extend(if is_called { quote_spanned!(name.span()=> (#place)) } else { place });
                return end;
            }
            let arguments = tokens.get(end).filter(|_| is_called);
            if let (Some(TokenTree::Group(arguments)), Some(path)) = (arguments, &parsed) {
                self.names.calls(path, &arguments.stream());
            }
        }
        replaced.extend(tokens[at..end].iter().cloned());
        end
    }

    /// The path in these tokens, if its last segment is a name that is known.
    fn parsed(&self, path: &[TokenTree]) -> Option<Path> {
        let Some(TokenTree::Ident(name)) = path.last() else { return None };
        if !self.names.is_known(&names::text(name), false) {
            return None;
        }
        match path {
            [_] => Some(name.clone().into()),
            path => syn::parse2(path.iter().cloned().into_stream()).ok(),
        }
    }
}

/// Where the tokens from `start` on end, that may be one expression.
fn part_end(tokens: &[TokenTree], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() && separator(tokens, at) == 0 {
        at = closure_end(tokens, at).unwrap_or(at) + 1;
    }
    at.min(tokens.len())
}

/// How many tokens a separator at `at` has.
fn separator(tokens: &[TokenTree], at: usize) -> usize {
    if is_punct(tokens.get(at), ',') || is_punct(tokens.get(at), ';') {
        1
    } else if is_punct(tokens.get(at), '=') && is_punct(tokens.get(at + 1), '>') {
        2
    } else {
        0
    }
}

/// The name of the macro whose arguments are in the group at `at`.
fn name_of_macro(tokens: &[TokenTree], at: usize) -> Option<&Ident> {
    if !is_punct(at.checked_sub(1).and_then(|before| tokens.get(before)), '!') {
        return None;
    }
    match tokens.get(at.checked_sub(2)?)? {
        TokenTree::Ident(name) if !is_keyword(&tokens[at - 2]) => Some(name),
        _ => None,
    }
}

/// Whether what stands from `at` to `end` is a value, not a field, a part of a longer path, a label, a key or the name of
/// a macro.
fn is_value(tokens: &[TokenTree], at: usize, end: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_field = is_punct(before, '.') && !(at >= 2 && is_punct(tokens.get(at - 2), '.'));
    let in_path = (at >= 2 && is_path_separator(tokens, at - 2)) || is_path_separator(tokens, end);
    let is_label = is_punct(before, '\'');
    let is_macro = is_punct(tokens.get(end), '!') && !is_punct(tokens.get(end + 1), '=');
    let is_first = before.is_none() || is_punct(before, ',');
    let is_key = is_alone(tokens.get(end), ':') || (is_first && is_alone(tokens.get(end), '='));
    let is_type = matches!(before, Some(TokenTree::Ident(word)) if word == "as");
    !(is_field || in_path || is_label || is_macro || is_key || is_type)
}

fn is_followed_by(tokens: &[TokenTree], at: usize, delimiter: Delimiter) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// How what stands behind the token at `before`, and ends in front of the one at `end`, is used.
fn mode(tokens: &[TokenTree], before: Option<usize>, end: usize) -> Mode {
    let is_followed = is_followed_by(tokens, end, Delimiter::Bracket)
        || (is_punct(tokens.get(end), '.') && !is_punct(tokens.get(end + 1), '.'));
    let is_mut = |before: usize| matches!(&tokens[before], TokenTree::Ident(word) if word == "mut");
    match before {
        Some(before) if is_followed && is_mut(before) && !is_method(tokens, end) => Mode::PlaceMut,
        _ if is_followed => Mode::Place,
        _ if is_followed_by(tokens, end, Delimiter::Parenthesis) => Mode::Value,
        Some(before) if is_punct(tokens.get(before), '&') && is_reference(tokens, before) => Mode::Borrow,
        Some(before) if is_mut(before) => Mode::ValueMut,
        _ => Mode::Value,
    }
}

/// Whether a method is called on the place whose brackets and fields begin at `at`.
fn is_method(tokens: &[TokenTree], mut at: usize) -> bool {
    loop {
        if is_followed_by(tokens, at, Delimiter::Bracket) {
            at += 1;
        } else if is_punct(tokens.get(at), '.') {
            if is_followed_by(tokens, at + 2, Delimiter::Parenthesis) || is_path_separator(tokens, at + 2) {
                return true;
            }
            at += 2;
        } else {
            return false;
        }
    }
}
