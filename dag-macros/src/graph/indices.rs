//! The indices of a family in expressions that are known at compile time: ranges, conditions, and the
//! brackets behind a family's name.
//!
//! There an index is an `isize` in a local of its own. Where other things than indices and literals stand
//! beside it, it takes the integer type that its place asks for, as a literal does, so that `x + 1 < CELLS`
//! needs no cast whatever the type of `CELLS` is; with a method behind it, it is of the type that the
//! place says.

mod integers;
mod locals;
mod terms;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

pub(crate) use self::integers::{Kind, span};
pub(crate) use self::locals::Receiver;
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

impl<'a> Indices<'a> {
    pub(crate) fn new(indices: &'a [Index]) -> Self {
        Indices { indices }
    }

    /// The position of the index of this name.
    pub(crate) fn position(self, name: &Ident) -> Option<usize> {
        let text = names::text(name);
        self.indices.iter().position(|index| names::text(&index.name) == text)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    use crate::graph::ast::Range;

    pub(super) fn indices() -> Vec<Index> {
        let index = |name: &str, range: &str| {
            let tokens: Vec<TokenTree> = TokenStream::from_str(range).unwrap().into_iter().collect();
            Index { name: Ident::new(name, Span::call_site()), range: Range::new(&tokens) }
        };
        vec![index("i", "0..N"), index("j", "0..=i"), index("k", "i.x..j")]
    }

    pub(super) fn tokens(source: &str) -> TokenStream {
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
    fn ranges_bring_the_indices_that_they_depend_on() {
        let indices = indices();
        let closure = |mask| Indices::new(&indices).closure(mask);
        assert_eq!((closure(0b1), closure(0b10), closure(0b100)), (0b1, 0b11, 0b111));
    }
}
