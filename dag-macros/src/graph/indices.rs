//! The indices of a family and the sizes of a graph in expressions that are known before the graph runs: ranges, conditions,
//! and the brackets behind a family's name.
//!
//! There an index or a size is an `isize` in a local of its own. Where other things than indices and literals stand
//! beside it, it takes the integer type that its place asks for, as a literal does, so that `x + 1 < CELLS`
//! needs no cast whatever the type of `CELLS` is; with a method behind it, it is of the type that the
//! place says.

mod checked;
mod integers;
mod locals;
mod ops;
mod terms;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

pub(crate) use self::checked::{fault, is_checked};
pub(crate) use self::integers::{Kind, span};
pub(crate) use self::ops::{Code, Coder};
use crate::graph::ast::{Index, Size};
use crate::graph::tokens::{is_path_separator, is_punct};
use crate::names;

/// The indices and the sizes that an expression can use.
#[derive(Clone, Copy)]
pub(crate) struct Indices<'a> {
    sizes: &'a [Size],
    indices: &'a [Index],
    /// Whether arithmetic tells where it overflows.
    checked: bool,
}

/// What an index is where a method is called on it.
#[derive(Clone, Copy)]
pub(crate) enum Receiver {
    Isize,
    Usize,
}

/// A set of indices: bit `p` stands for the one at position `p`.
pub(crate) type Mask = u32;

impl<'a> Indices<'a> {
    pub(crate) fn new(sizes: &'a [Size], indices: &'a [Index]) -> Self {
        Indices { sizes, indices, checked: false }
    }

    /// The same, with arithmetic that sets [`fault`] where it overflows.
    pub(crate) fn checked(self) -> Self {
        Indices { checked: true, ..self }
    }

    /// The position of the index of this name.
    pub(crate) fn position(self, name: &Ident) -> Option<usize> {
        let text = names::text(name);
        self.indices.iter().position(|index| names::text(&index.name) == text)
    }

    /// The number of the size of this name.
    pub(crate) fn size(self, name: &Ident) -> Option<usize> {
        let text = names::text(name);
        self.sizes.iter().position(|size| names::text(&size.name) == text)
    }

    /// Whether a name is that of an index or a size.
    pub(crate) fn contains(self, name: &Ident) -> bool {
        self.local(name).is_some()
    }

    /// The local of the index or the size of this name.
    pub(crate) fn local(self, name: &Ident) -> Option<Ident> {
        self.position(name).map(local).or_else(|| self.size(name).map(size_local))
    }

    /// The local of the index or the size that is all of an expression.
    pub(crate) fn only(self, tokens: &TokenStream) -> Option<Ident> {
        let mut tokens = tokens.clone().into_iter();
        match (tokens.next()?, tokens.next()) {
            (TokenTree::Ident(name), None) => self.local(&name),
            _ => None,
        }
    }

    /// Whether an expression mentions neither an index nor a size.
    pub(crate) fn is_constant(self, tokens: &TokenStream) -> bool {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        tokens.iter().enumerate().all(|(at, token)| match token {
            TokenTree::Group(group) => self.is_constant(&group.stream()),
            TokenTree::Ident(name) => !(is_value(&tokens, at) && self.contains(name)),
            _ => true,
        })
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

/// The local of the size of this number.
pub(crate) fn size_local(number: usize) -> Ident {
    format_ident!("z{number}", span = Span::mixed_site())
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

    /// The sizes `m` and `n`.
    pub(super) fn sizes() -> Vec<Size> {
        let size = |name| Size { attributes: Vec::new(), name: Ident::new(name, Span::call_site()) };
        vec![size("m"), size("n")]
    }

    pub(super) fn tokens(source: &str) -> TokenStream {
        TokenStream::from_str(source).unwrap()
    }

    #[test]
    fn indices_are_told_from_other_names() {
        let (sizes, indices) = (sizes(), indices());
        let own = Indices::new(&sizes, &indices);
        let mentioned = |source| own.mentioned(&tokens(source));
        assert_eq!(mentioned("i + (j)"), 0b11);
        assert_eq!(mentioned("x.i + i::N + k(1)"), 0);
        assert_eq!(mentioned("0..i"), 0b1);
        assert_eq!(mentioned("i.abs()"), 0b1);
        assert_eq!(mentioned("n - i"), 0b1);
        let is_constant = |source| own.is_constant(&tokens(source));
        assert!(is_constant("N + x.n + n(1)") && !is_constant("N - (n)") && !is_constant("(i)"));
        let only = |source| own.only(&tokens(source)).map(|local| local.to_string());
        assert_eq!((only("j"), only("n"), only("n + 1")), (Some("k1".into()), Some("z1".into()), None));
    }

    #[test]
    fn ranges_bring_the_indices_that_they_depend_on() {
        let indices = indices();
        let closure = |mask| Indices::new(&[], &indices).closure(mask);
        assert_eq!((closure(0b1), closure(0b10), closure(0b100)), (0b1, 0b11, 0b111));
    }
}
