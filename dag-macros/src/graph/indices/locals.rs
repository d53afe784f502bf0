//! The locals of indices and sizes in the place of their names, each of the type that its place asks for.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::checked::checked;
use super::{Indices, Kind, Receiver, integers, is_value, takes_arguments};
use crate::graph::tokens::{closure_end, is_punct};

/// The type of an index where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    /// What is beside it decides.
    Open,
    /// That which its place asks for.
    Inferred,
    Isize,
    /// That of a [`Receiver`].
    Receiver,
}

impl Indices<'_> {
    /// An expression as an integer of this kind, whatever its type. It is never wrapped.
    pub(crate) fn integer(self, kind: Kind, tokens: &TokenStream) -> TokenStream {
        let receiver = if matches!(kind, Kind::Limit) { Receiver::Usize } else { Receiver::Isize };
        let (at, replaced) = (integers::span(tokens), self.replace(tokens.clone(), receiver));
        match (kind, self.is_plain(tokens)) {
            (Kind::Limit, true) => quote_spanned!(at=> (#replaced) as __dag::i128),
            (Kind::Index | Kind::Bound, true) => quote_spanned!(at=> (#replaced) as __dag::isize),
            (kind, false) => self.converted(kind, tokens, &replaced),
        }
    }

    /// The expression with the local of each index and size in its place.
    pub(crate) fn replace(self, tokens: TokenStream, receiver: Receiver) -> TokenStream {
        let tokens = if self.sizes.is_empty() { tokens } else { self.wide_shifts(tokens) };
        let is_alone = self.is_alone(&tokens.clone().into_iter().collect::<Vec<_>>());
        let signed = if is_alone { None } else { integers::signed(self, &tokens) };
        let tokens = signed.unwrap_or(tokens);
        let checked = if self.checked { checked(self, &tokens, receiver) } else { None };
        self.replaced(checked.unwrap_or(tokens), receiver, Type::Open)
    }

    fn replaced(self, tokens: TokenStream, receiver: Receiver, given: Type) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut replaced = TokenStream::new();
        let (mut start, mut body) = (0, 0);
        for end in conjunctions(&tokens).into_iter().chain([tokens.len()]) {
            let ty = match given {
                Type::Open if self.is_alone(&tokens[start..end]) => Type::Isize,
                Type::Open => Type::Inferred,
                given => given,
            };
            for at in start..end {
                // The parameters of a closure are names of its own.
                if let Some(last) = closure_end(&tokens, at) {
                    body = last + 1;
                }
                match &tokens[at] {
                    token if at < body => replaced.extend([token.clone()]),
                    // A name alone in a struct is a field too.
                    TokenTree::Group(group) if is_struct(&tokens[start..at], group) => {
                        replaced.extend([tokens[at].clone()]);
                    }
                    TokenTree::Group(group) => {
                        let inside = self.replaced(group.stream(), receiver, inside(&tokens, at, group, ty));
                        let mut inside = Group::new(group.delimiter(), inside);
                        inside.set_span(group.span());
                        replaced.extend([TokenTree::Group(inside)]);
                    }
                    TokenTree::Ident(name) if is_value(&tokens, at) => match self.local(name) {
                        Some(local) => replaced.extend(value(&tokens, at, local, receiver, ty)),
                        None => replaced.extend([tokens[at].clone()]),
                    },
                    token => replaced.extend([token.clone()]),
                }
            }
            start = end;
        }
        replaced
    }

    /// Whether an expression is made of indices, sizes and literals.
    pub(super) fn is_alone(self, tokens: &[TokenTree]) -> bool {
        tokens.iter().enumerate().all(|(at, token)| match token {
            TokenTree::Group(group) => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                self.is_alone(&tokens)
            }
            TokenTree::Ident(name) => {
                ["if", "else"].iter().any(|word| name == word)
                    || (is_value(tokens, at) && self.contains(name))
            }
            _ => true,
        })
    }
}

/// Whether a method is called on what ends at `at`, or a field of it is taken.
fn is_receiver(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at + 1), '.') && !is_punct(tokens.get(at + 2), '.')
}

/// Where conditions are joined by `&&` or `||`.
fn conjunctions(tokens: &[TokenTree]) -> Vec<usize> {
    let is_block =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let is_double = |at: usize, sign| is_punct(tokens.get(at), sign) && is_punct(tokens.get(at + 1), sign);
    if tokens.iter().any(is_block) {
        return Vec::new();
    }
    (1..tokens.len()).filter(|&at| is_double(at, '&') || is_double(at, '|')).collect()
}

/// The type of an index in the group at `at`, where that of one beside the group is `ty`.
fn inside(tokens: &[TokenTree], at: usize, group: &Group, ty: Type) -> Type {
    let content: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_comparison = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), '<' | '>' | '='));
    let is_sum = group.delimiter() == Delimiter::Parenthesis && !content.iter().any(is_comparison);
    if takes_arguments(tokens, at, group) {
        Type::Inferred
    } else if is_sum && (is_receiver(tokens, at) || ty == Type::Receiver) {
        Type::Receiver
    } else if ty == Type::Receiver || !conjunctions(&content).is_empty() {
        Type::Open
    } else {
        ty
    }
}

/// Whether a group holds the fields of a struct of the name before it, rather than a block.
fn is_struct(before: &[TokenTree], group: &Group) -> bool {
    let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(_));
    let begins_block = |token: &TokenTree| {
        matches!(token, TokenTree::Ident(word) if
            ["if", "else", "match", "while", "for", "in", "loop", "unsafe", "const", "move"].iter().any(|known| word == known))
    };
    group.delimiter() == Delimiter::Brace
        && before.last().is_some_and(is_name)
        && !before.iter().any(begins_block)
}

fn value(tokens: &[TokenTree], at: usize, mut local: Ident, receiver: Receiver, ty: Type) -> TokenStream {
    let span = Span::mixed_site().located_at(tokens[at].span());
    local.set_span(span);
    let is_cast = matches!(tokens.get(at + 1), Some(TokenTree::Ident(word)) if word == "as");
    let is_typed = ty == Type::Receiver || is_receiver(tokens, at);
    match receiver {
        Receiver::Isize if is_typed || is_cast => quote_spanned!(span=> #local),
        Receiver::Usize if is_typed => quote_spanned!(span=> (#local as __dag::usize)),
        _ if ty == Type::Isize => quote_spanned!(span=> #local),
        // An integer whose type is inferred.
        _ => quote_spanned!(span=> (if true { #local as _ } else { 0 })),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{indices, sizes, tokens};
    use super::*;

    #[test]
    fn indices_have_the_types_of_their_places() {
        let (sizes, indices) = (sizes(), indices());
        let replaced = |source: &str, receiver| {
            Indices::new(&sizes, &indices).replace(tokens(source), receiver).to_string()
        };
        let check = |source: &str, expected: &str| {
            let expected = tokens(&expected.replace('$', "(if true { k0 as _ } else { 0 })")).to_string();
            assert_eq!(replaced(source, Receiver::Isize), expected, "{source}");
        };
        check("i + 1 < N", "$ + 1 < (__dag::integer!(bound::constant, (N)))");
        check(
            "i.abs() + i * N",
            "(__dag::integer!(bound::inferred, (k0.abs()))) + $ * (__dag::integer!(bound::constant, (N)))",
        );
        check("(i - 1).rem_euclid(i)", "(k0 - 1).rem_euclid($)");
        check("(2 * (i - 1)).abs()", "(2 * (k0 - 1)).abs()");
        check("(f(i) - i).abs()", "(f($) - k0).abs()");
        check("f(i).abs()", "f($).abs()");
        check("(i + 1 < N).then_some(1)", "($ + 1 < N).then_some(1)");
        check(
            "i - 2 * N..=i + (N)",
            "$ - (__dag::integer!(bound::constant, (2 * N)))..=$ + (__dag::integer!(bound::constant, ((N))))",
        );
        check("i - 1usize << N", "$ - (__dag::integer!(bound::constant, (1usize))) << N");
        check("if (i - 1).abs() > i { i }", "if (k0 - 1).abs() > $ { $ }");
        assert_eq!(
            replaced("(i - 1).pow(2)", Receiver::Usize),
            tokens("((k0 as __dag::usize) - 1).pow(2)").to_string()
        );
        // Nothing else would give them one.
        check("(i - 1) * 7 / 2", "(k0 - 1) * 7 / 2");
        check("if i > 0 { i - 1 } else { 0 }", "if k0 > 0 { k0 - 1 } else { 0 }");
        check("if i > 0 { i - 1 } else { N }", "if $ > 0 { $ - 1 } else { N }");
        check(
            "i * 7 > 2 && i < N || !(i > 1)",
            "k0 * 7 > 2 && $ < (__dag::integer!(bound::constant, (N))) || !(k0 > 1)",
        );
        check("(i > 0 && i < N) == ALL", "(k0 > 0 && $ < (__dag::integer!(bound::constant, (N)))) == ALL");
        check("Next { i }.0 + i", "(__dag::integer!(bound::inferred, (Next { i }.0))) + $");
        check("n - 1", "z1 - 1");
        check("2 * (n - i) < m", "2 * (z1 - k0) < z0");
        check("if n - 1 > i { n } else { i }", "if z1 - 1 > k0 { z1 } else { k0 }");
        check("n - N", "(if true { z1 as _ } else { 0 }) - (__dag::integer!(bound::constant, (N)))");
        check("1 << i", "1isize << k0");
        check("f(1 << i)", "f(1 << $)");
        check("(2 << i) * (1 << 3)", "(2isize << k0) * (1 << 3)");
        check("LIST[i] + i", "(__dag::integer!(bound::inferred, (LIST[$]))) + $");
    }
}
