//! The indices of a family in expressions that are known at compile time: ranges, conditions, and the
//! brackets behind a family's name.
//!
//! There an index is an `isize` in a local of its own. Where other things than indices and literals stand
//! beside it, it takes the integer type that its place asks for, as a literal does, so that `x + 1 < CELLS`
//! needs no cast whatever the type of `CELLS` is; with a method behind it, it is of the type that the
//! place says.

mod integers;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

use crate::graph::ast::Index;
use crate::graph::tokens::{is_path_separator, is_punct};
use crate::names;

/// The indices that an expression can use.
#[derive(Clone, Copy)]
pub(crate) struct Indices<'a> {
    indices: &'a [Index],
}

/// A set of indices: bit `p` stands for the one at position `p`.
pub(crate) type Mask = u32;

/// What an index is where a method is called on it.
#[derive(Clone, Copy)]
pub(crate) enum Receiver {
    Isize,
    Usize,
}

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

impl<'a> Indices<'a> {
    pub(crate) fn new(indices: &'a [Index]) -> Self {
        Indices { indices }
    }

    /// The position of the index of this name.
    pub(crate) fn position(self, name: &Ident) -> Option<usize> {
        let text = names::text(name);
        self.indices.iter().position(|index| names::text(&index.name) == text)
    }

    /// The expression with the local of each index in its place.
    pub(crate) fn replace(self, tokens: TokenStream, receiver: Receiver) -> TokenStream {
        if self.is_alone(&tokens.clone().into_iter().collect::<Vec<_>>()) {
            return self.replaced(tokens, receiver, Type::Open);
        }
        let signed = integers::signed(self, &tokens);
        self.replaced(signed.unwrap_or(tokens), receiver, Type::Open)
    }

    fn replaced(self, tokens: TokenStream, receiver: Receiver, given: Type) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut replaced = TokenStream::new();
        let mut start = 0;
        for end in conjunctions(&tokens).into_iter().chain([tokens.len()]) {
            let ty = match given {
                Type::Open if self.is_alone(&tokens[start..end]) => Type::Isize,
                Type::Open => Type::Inferred,
                given => given,
            };
            for at in start..end {
                match &tokens[at] {
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
                    TokenTree::Ident(name) if is_value(&tokens, at) => match self.position(name) {
                        Some(position) => replaced.extend(value(&tokens, at, position, receiver, ty)),
                        None => replaced.extend([tokens[at].clone()]),
                    },
                    token => replaced.extend([token.clone()]),
                }
            }
            start = end;
        }
        replaced
    }

    /// Whether an expression is made of indices and literals.
    fn is_alone(self, tokens: &[TokenTree]) -> bool {
        tokens.iter().enumerate().all(|(at, token)| match token {
            TokenTree::Group(group) => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                self.is_alone(&tokens)
            }
            TokenTree::Ident(name) => {
                ["if", "else"].iter().any(|word| name == word)
                    || (is_value(tokens, at) && self.position(name).is_some())
            }
            _ => true,
        })
    }

    /// The index that is all of an expression.
    pub(crate) fn only(self, tokens: &TokenStream) -> Option<usize> {
        let mut tokens = tokens.clone().into_iter();
        match (tokens.next()?, tokens.next()) {
            (TokenTree::Ident(name), None) => self.position(&name),
            _ => None,
        }
    }

    /// The indices that an expression mentions.
    pub(crate) fn mentioned(self, tokens: &TokenStream) -> Mask {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let of = |(at, token): (usize, &TokenTree)| match token {
            TokenTree::Group(group) => self.mentioned(&group.stream()),
            TokenTree::Ident(name) if is_value(&tokens, at) => {
                self.position(name).map_or(0, |position| 1 << position)
            }
            _ => 0,
        };
        tokens.iter().enumerate().map(of).fold(0, |mask, more| mask | more)
    }

    /// These indices, and those that their ranges depend on.
    pub(crate) fn closure(self, mut mask: Mask) -> Mask {
        for position in (0..self.indices.len()).rev() {
            if mask & (1 << position) != 0 {
                mask |= self.mentioned(&self.indices[position].range.tokens);
            }
        }
        mask
    }

    /// By how much an expression differs from the index at this position, where it is that index, plus or minus terms
    /// without any index.
    pub(crate) fn difference(self, tokens: &TokenStream, position: usize) -> Option<TokenStream> {
        let mut difference = quote!(0);
        for (sign, term) in self.terms(tokens, position)? {
            if self.mentioned(&term) != 0 {
                return None;
            }
            difference.extend(quote!(#sign (#term) as __dag::isize));
        }
        Some(difference)
    }

    /// Whether an expression grows with the index at this position, or does not depend on it.
    pub(crate) fn is_monotonic(self, tokens: &TokenStream, position: usize) -> bool {
        let depends = |tokens: &TokenStream| self.mentioned(tokens) & (1 << position) != 0;
        !depends(tokens)
            || self.terms(tokens, position).is_some_and(|terms| terms.iter().all(|(_, term)| !depends(term)))
    }

    /// The terms that an expression adds to the index at this position, each behind its sign.
    fn terms(self, tokens: &TokenStream, position: usize) -> Option<Vec<(TokenTree, TokenStream)>> {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        match tokens.first()? {
            TokenTree::Ident(name) if self.position(name) == Some(position) => {}
            _ => return None,
        }
        let rest = &tokens[1..];
        let mut terms = Vec::new();
        let mut at = 0;
        while at < rest.len() {
            let is_sign = |at: usize| is_punct(rest.get(at), '+') || is_punct(rest.get(at), '-');
            if !is_sign(at) {
                return None;
            }
            let end = (at + 1..rest.len()).find(|&end| is_sign(end)).unwrap_or(rest.len());
            if end == at + 1 || !rest[at + 1..end].iter().all(is_factor) {
                return None;
            }
            terms.push((rest[at].clone(), rest[at + 1..end].iter().cloned().collect()));
            at = end;
        }
        Some(terms)
    }
}

/// The local of the index at this position.
pub(crate) fn local(position: usize) -> Ident {
    format_ident!("k{position}", span = Span::mixed_site())
}

/// Whether a name stands for a value, rather than a field or a part of a path.
fn is_value(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_field = is_punct(before, '.') && !(at >= 2 && is_punct(tokens.get(at - 2), '.'));
    let in_path = (at >= 2 && is_path_separator(tokens, at - 2)) || is_path_separator(tokens, at + 1);
    let is_called = matches!(
        tokens.get(at + 1),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis
    );
    !is_field && !in_path && !is_called
}

/// Whether a token can stand in a term.
fn is_factor(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => ['*', '/', ':', '.'].contains(&punct.as_char()),
        TokenTree::Ident(word) => word != "as",
        _ => true,
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

/// Whether the group at `at` holds the arguments of what is before it, or its index.
fn takes_arguments(tokens: &[TokenTree], at: usize, group: &Group) -> bool {
    if group.delimiter() == Delimiter::Brace {
        return false;
    }
    match at.checked_sub(1).map(|before| &tokens[before]) {
        Some(TokenTree::Ident(word)) => {
            !["if", "match", "in", "return"].iter().any(|keyword| word == keyword)
        }
        Some(TokenTree::Group(_)) => true,
        Some(TokenTree::Punct(punct)) if punct.as_char() == '!' => {
            at > 1 && matches!(&tokens[at - 2], TokenTree::Ident(_))
        }
        Some(TokenTree::Punct(punct)) => punct.as_char() == '>',
        _ => false,
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

fn value(tokens: &[TokenTree], at: usize, position: usize, receiver: Receiver, ty: Type) -> TokenStream {
    let (mut local, span) = (local(position), Span::mixed_site().located_at(tokens[at].span()));
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
    use super::*;
    use std::str::FromStr;

    use crate::graph::ast::Range;

    fn indices() -> Vec<Index> {
        let index = |name: &str, range: &str| {
            let tokens: Vec<TokenTree> = TokenStream::from_str(range).unwrap().into_iter().collect();
            Index { name: Ident::new(name, Span::call_site()), range: Range::new(&tokens) }
        };
        vec![index("i", "0..N"), index("j", "0..=i"), index("k", "i.x..j")]
    }

    fn tokens(source: &str) -> TokenStream {
        TokenStream::from_str(source).unwrap()
    }

    #[test]
    fn indices_are_told_from_other_names() {
        let indices = indices();
        let mentioned = |source| Indices::new(&indices).mentioned(&tokens(source));
        assert_eq!(mentioned("i + (j)"), 0b11);
        assert_eq!(mentioned("x.i + i::N + k(1)"), 0);
        assert_eq!(mentioned("0..i"), 0b1);
        assert_eq!(mentioned("i.abs()"), 0b1);
    }

    #[test]
    fn indices_have_the_types_of_their_places() {
        let indices = indices();
        let replaced =
            |source: &str, receiver| Indices::new(&indices).replace(tokens(source), receiver).to_string();
        let check = |source: &str, expected: &str| {
            let expected = tokens(&expected.replace('$', "(if true { k0 as _ } else { 0 })")).to_string();
            assert_eq!(replaced(source, Receiver::Isize), expected, "{source}");
        };
        check("i + 1 < N", "$ + 1 < ((N) as __dag::isize)");
        check("i.abs() + i * N", "((k0.abs()) as __dag::isize) + $ * ((N) as __dag::isize)");
        check("(i - 1).rem_euclid(i)", "(k0 - 1).rem_euclid($)");
        check("(2 * (i - 1)).abs()", "(2 * (k0 - 1)).abs()");
        check("(f(i) - i).abs()", "(f($) - k0).abs()");
        check("f(i).abs()", "f($).abs()");
        check("(i + 1 < N).then_some(1)", "($ + 1 < N).then_some(1)");
        check("i - 2 * N..=i + (N)", "$ - ((2 * N) as __dag::isize)..=$ + (((N)) as __dag::isize)");
        check("i - 1usize << N", "$ - ((1usize) as __dag::isize) << N");
        check("if (i - 1).abs() > i { i }", "if (k0 - 1).abs() > $ { $ }");
        assert_eq!(
            replaced("(i - 1).pow(2)", Receiver::Usize),
            tokens("((k0 as __dag::usize) - 1).pow(2)").to_string()
        );
        // Nothing else would give them one.
        check("(i - 1) * 7 / 2", "(k0 - 1) * 7 / 2");
        check("if i > 0 { i - 1 } else { 0 }", "if k0 > 0 { k0 - 1 } else { 0 }");
        check("if i > 0 { i - 1 } else { N }", "if $ > 0 { $ - 1 } else { N }");
        check("i * 7 > 2 && i < N || !(i > 1)", "k0 * 7 > 2 && $ < ((N) as __dag::isize) || !(k0 > 1)");
        check("(i > 0 && i < N) == ALL", "(k0 > 0 && $ < ((N) as __dag::isize)) == ALL");
        check("Next { i }.0 + i", "((Next { i }.0) as __dag::isize) + $");
        check("LIST[i] + i", "((LIST[$]) as __dag::isize) + $");
    }

    #[test]
    fn ranges_bring_the_indices_that_they_depend_on() {
        let indices = indices();
        let closure = |mask| Indices::new(&indices).closure(mask);
        assert_eq!((closure(0b1), closure(0b10), closure(0b100)), (0b1, 0b11, 0b111));
    }

    #[test]
    fn sums_grow_with_an_index() {
        let indices = indices();
        let is_monotonic = |source, position| Indices::new(&indices).is_monotonic(&tokens(source), position);
        assert!(is_monotonic("i", 0) && is_monotonic("i - 1", 0) && is_monotonic("i - f(j) + k", 0));
        assert!(is_monotonic("j * j", 0) && is_monotonic("N", 0));
        assert!(!is_monotonic("i - i", 0) && !is_monotonic("i * 2", 0) && !is_monotonic("j + i", 0));
        assert!(!is_monotonic("i - f(i)", 0) && !is_monotonic("i % 3", 0));
    }

    #[test]
    fn differences_are_terms_without_indices() {
        let indices = indices();
        let difference = |source, position| {
            Indices::new(&indices).difference(&tokens(source), position).map(|tokens| tokens.to_string())
        };
        assert_eq!(difference("i", 0).unwrap(), "0");
        assert_eq!(difference("i", 1), None);
        assert_eq!(difference("i - 1", 0).unwrap(), "0 - (1) as __dag :: isize");
        assert_eq!(
            difference("j + A::B - 2 * C", 1).unwrap(),
            "0 + (A :: B) as __dag :: isize - (2 * C) as __dag :: isize"
        );
        assert_eq!(difference("i - j", 0), None);
        assert_eq!(difference("i % 2", 0), None);
        assert_eq!(difference("1 + i", 0), None);
        assert_eq!(difference("i - 1 == 2", 0), None);
    }
}
