//! Uses of inputs and tasks in arguments, recognised on tokens: an argument need not be Rust before
//! they are replaced.

mod keys;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use self::keys::Keys;
use crate::graph::bindings::{Bindings, hide};
use crate::graph::captures::{captures, given};
use crate::graph::tokens::{
    commas, is_operand, is_path_separator, is_punct, is_reference, is_struct_literal, is_word,
};
use crate::names;

/// How a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `&name`
    Borrow,
    /// `name`
    Value,
    /// `&mut name`: the value, in a place that can be changed.
    ValueMut,
    /// `name.field`, `name.method()`, `name[index]`, `name?`: the value, or its place.
    Place,
}

impl Mode {
    /// Whether the value is used itself, not a place that it is in.
    pub(crate) fn takes(self) -> bool {
        matches!(self, Mode::Value | Mode::ValueMut)
    }
}

/// Decides on names, and says what stands in their place.
pub(crate) trait Names {
    /// Whether the name is an input or a task, to be used here. `called`: parentheses follow.
    fn is_known(&self, name: &str, called: bool) -> bool;
    /// What replaces a use.
    fn replace(&mut self, name: &Ident, mode: Mode) -> TokenStream;
    /// Whether the name is that of a family, so that brackets behind it choose members.
    fn is_family(&self, name: &str) -> bool;
    /// What replaces a use of members. `hidden` are the names that are bound or declared inside the argument.
    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, hidden: &[String]) -> TokenStream;
    /// What replaces the condition of an `if`, where indices and constants alone decide it. `hidden`
    /// are the names that are bound or declared inside the argument.
    fn condition(&mut self, condition: &[TokenTree], hidden: &[String]) -> Option<TokenStream>;
    /// Enters a block whose uses are there where such a condition holds, or does not hold.
    fn enter(&mut self, condition: &[TokenTree], holds: bool);
    /// Leaves the block entered last.
    fn leave(&mut self);
}

/// The argument with each use replaced.
pub(crate) fn replace(argument: TokenStream, names: &mut impl Names) -> TokenStream {
    sequence(argument, &mut Vec::new(), Keys::None, names)
}

/// Replaces in a sequence of tokens.
fn sequence(
    stream: TokenStream,
    hidden: &mut Vec<String>,
    keys: Keys,
    names: &mut impl Names,
) -> TokenStream {
    let tokens: Vec<TokenTree> = stream.into_iter().map(bare).collect();
    slice(&tokens, hidden, keys, names)
}

fn slice(tokens: &[TokenTree], hidden: &mut Vec<String>, keys: Keys, names: &mut impl Names) -> TokenStream {
    let mut bindings = Bindings::new(tokens, hidden);
    let mut replaced = TokenStream::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(end) = bindings.pattern(tokens, at) {
            replaced.extend(tokens[at..=end].iter().cloned());
            at = end + 1;
            continue;
        }
        bindings.pass(tokens, at);
        if is_word(tokens.get(at), "if")
            && let Some(end) = conditional(tokens, at, &mut bindings, &mut replaced, names)
        {
            at = end;
            continue;
        }
        match &tokens[at] {
            TokenTree::Group(group) => {
                let block = bindings.block(tokens, at);
                let stream = if group.delimiter() == Delimiter::Brace && is_match(&tokens[..at]) {
                    arms(group.stream(), bindings.hidden, names)
                } else {
                    sequence(group.stream(), bindings.hidden, Keys::of_group(tokens, at), names)
                };
                let stream = with_captures(stream, tokens, at, bindings.hidden, names);
                bindings.leave(block);
                let delimiter =
                    if is_operand(tokens, at) { Delimiter::Parenthesis } else { group.delimiter() };
                let mut group_replaced = Group::new(delimiter, stream);
                group_replaced.set_span(group.span());
                replaced.extend([TokenTree::Group(group_replaced)]);
            }
            TokenTree::Ident(ident) if is_use(tokens, at, ident, bindings.hidden, keys, names) => {
                if keys == Keys::OfFields && is_shorthand(tokens, at) {
                    replaced.extend([TokenTree::Ident(ident.clone())]);
                    replaced.extend(quote::quote_spanned!(ident.span()=> :));
                }
                if let Some(TokenTree::Group(brackets)) = tokens.get(at + 1)
                    && brackets.delimiter() == Delimiter::Bracket
                    && names.is_family(&names::text(ident))
                {
                    replaced.extend(names.member(ident, brackets, mode(tokens, at, at + 1), bindings.hidden));
                    at += 2;
                    continue;
                }
                let place = names.replace(ident, mode(tokens, at, at));
                if is_called(tokens, at) {
                    // `inputs.name(…)` would be a method.
                    replaced.extend(quote::quote_spanned!(ident.span()=> (#place)));
                } else {
                    replaced.extend(place);
                }
            }
            token => replaced.extend([token.clone()]),
        }
        at += 1;
    }
    bindings.end();
    replaced
}

/// Replaces in an `if` at `at`, whose uses depend on what indices and constants decide, with all its branches, and says
/// where it ends. Another `if` is left alone.
fn conditional(
    tokens: &[TokenTree],
    at: usize,
    bindings: &mut Bindings<'_>,
    replaced: &mut TokenStream,
    names: &mut impl Names,
) -> Option<usize> {
    let block = block(tokens, at)?;
    let condition = &tokens[at + 1..block];
    let stands_for_it = names.condition(condition, bindings.hidden)?;
    replaced.extend([tokens[at].clone()]);
    replaced.extend(stands_for_it);
    names.enter(condition, true);
    bindings.block(tokens, block);
    replaced.extend(slice(&tokens[block..=block], bindings.hidden, Keys::None, names));
    names.leave();
    if !is_word(tokens.get(block + 1), "else") {
        return Some(block + 1);
    }
    bindings.pass(tokens, block + 1);
    replaced.extend([tokens[block + 1].clone()]);
    let end = chain_end(tokens, block + 2);
    names.enter(condition, false);
    bindings.block(tokens, end - 1);
    replaced.extend(slice(&tokens[block + 2..end], bindings.hidden, Keys::None, names));
    names.leave();
    Some(end)
}

/// The block of the `if` at `at`.
fn block(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => matches!(punct.as_char(), ',' | ';'),
        TokenTree::Ident(word) => word == "let",
        TokenTree::Literal(_) => false,
    };
    let block = (at + 1..tokens.len()).find(|&at| ends(&tokens[at]))?;
    let is_arm = (at..block).any(|at| is_punct(tokens.get(at), '=') && is_punct(tokens.get(at + 1), '>'));
    (matches!(&tokens[block], TokenTree::Group(_)) && !is_arm && block > at + 1).then_some(block)
}

/// Where the branch behind an `else` ends: a block, or an `if` with all its branches.
fn chain_end(tokens: &[TokenTree], mut at: usize) -> usize {
    while is_word(tokens.get(at), "if") {
        let is_block = |at: &usize| matches!(&tokens[*at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let Some(block) = (at..tokens.len()).find(is_block) else { return tokens.len() };
        if !is_word(tokens.get(block + 1), "else") {
            return block + 1;
        }
        at = block + 2;
    }
    tokens.len().min(at + 1)
}

/// A name that a `macro_rules!` macro passed on as an expression, without the group around it.
fn bare(token: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = &token else { return token };
    let mut tokens = group.stream().into_iter();
    match (group.delimiter(), tokens.next(), tokens.next()) {
        (Delimiter::None, Some(only), None) => bare(only),
        _ => token,
    }
}

/// The arguments of the macro at `at`, with what its format string captures given to it: a string's names can not be
/// replaced.
fn with_captures(
    stream: TokenStream,
    tokens: &[TokenTree],
    at: usize,
    hidden: &[String],
    names: &mut impl Names,
) -> TokenStream {
    let mut values = Vec::new();
    for name in captures(tokens, at) {
        let text = names::text(&name);
        if !hidden.contains(&text) && names.is_known(&text, false) {
            let mut value = names.replace(&name, Mode::Borrow);
            if names.is_family(&text) {
                // A slice has no size of its own.
                value = quote::quote_spanned!(name.span()=> &#value);
            }
            values.push((name, value));
        }
    }
    if values.is_empty() { stream } else { given(stream, values) }
}

/// Whether a brace group behind these tokens holds the arms of a `match`.
fn is_match(before: &[TokenTree]) -> bool {
    before
        .iter()
        .rev()
        .take_while(
            |token| !matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace),
        )
        .any(|token| is_word(Some(token), "match"))
}

/// Replaces in the arms of a `match`: what a pattern binds hides the names in its own arm.
fn arms(stream: TokenStream, hidden: &mut Vec<String>, names: &mut impl Names) -> TokenStream {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let outer = hidden.len();
    let mut replaced = TokenStream::new();
    let mut start = 0;
    while start < tokens.len() {
        let is_arrow = |at: &usize| is_punct(tokens.get(*at), '=') && is_punct(tokens.get(at + 1), '>');
        let arrow = (start..tokens.len()).find(is_arrow).unwrap_or(tokens.len());
        let guard = (start..arrow).find(|&at| is_word(tokens.get(at), "if")).unwrap_or(arrow);
        let end = arm_end(&tokens, arrow);
        tokens[start..guard].iter().for_each(|token| hide(token, hidden));
        replaced.extend(tokens[start..guard].iter().cloned());
        replaced.extend(sequence(tokens[guard..end].iter().cloned().collect(), hidden, Keys::None, names));
        hidden.truncate(outer);
        start = end;
    }
    replaced
}

/// Where the arm whose arrow is at `arrow` ends: behind a block, or behind a comma.
fn arm_end(tokens: &[TokenTree], arrow: usize) -> usize {
    let body = tokens.len().min(arrow + 2);
    match tokens.get(body) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            body + 1 + usize::from(is_punct(tokens.get(body + 1), ','))
        }
        _ => commas(&tokens[body..]).first().map_or(tokens.len(), |comma| body + comma + 1),
    }
}

fn is_use(
    tokens: &[TokenTree],
    at: usize,
    ident: &Ident,
    hidden: &[String],
    keys: Keys,
    names: &impl Names,
) -> bool {
    let name = names::text(ident);
    if hidden.contains(&name) || !names.is_known(&name, is_called(tokens, at)) {
        return false;
    }
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_field = is_punct(before, '.') && !(at >= 2 && is_punct(tokens.get(at - 2), '.'));
    let in_path = (at >= 2 && is_path_separator(tokens, at - 2)) || is_path_separator(tokens, at + 1);
    let is_label = is_punct(before, '\'');
    let is_macro = is_punct(tokens.get(at + 1), '!') && !is_punct(tokens.get(at + 2), '=');
    let is_key = keys.is_key(tokens, at);
    let is_type = is_word(before, "as") || (at + 1 < tokens.len() && is_struct_literal(tokens, at + 1));
    !(is_field || in_path || is_label || is_macro || is_key || is_type)
}

/// Whether the name at `at`, in a struct literal, stands for `name: name`.
fn is_shorthand(tokens: &[TokenTree], at: usize) -> bool {
    (at == 0 || is_punct(tokens.get(at - 1), ','))
        && (at + 1 == tokens.len() || is_punct(tokens.get(at + 1), ','))
}

fn is_called(tokens: &[TokenTree], at: usize) -> bool {
    is_followed_by(tokens, at, Delimiter::Parenthesis)
}

fn is_followed_by(tokens: &[TokenTree], at: usize, delimiter: Delimiter) -> bool {
    matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// How the name at `at` is used, where the last token that belongs to it is at `end`.
fn mode(tokens: &[TokenTree], at: usize, end: usize) -> Mode {
    let before = at.checked_sub(1);
    if before.is_some_and(|before| is_punct(tokens.get(before), '&') && is_reference(tokens, before)) {
        Mode::Borrow
    } else if before.is_some_and(|before| is_word(tokens.get(before), "mut")) {
        Mode::ValueMut
    } else if is_followed_by(tokens, end, Delimiter::Bracket)
        || is_punct(tokens.get(end + 1), '?')
        || (is_punct(tokens.get(end + 1), '.') && !is_punct(tokens.get(end + 2), '.'))
    {
        Mode::Place
    } else {
        Mode::Value
    }
}

#[cfg(test)]
mod tests;
