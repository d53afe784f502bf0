//! Indices plus and minus something: what the form of an expression tells of its values.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::{Indices, Kind};
use crate::graph::tokens::is_punct;
use crate::streams::IntoStream as _;

impl Indices<'_> {
    /// By how much an expression differs from the index at this position, where it is that index, plus or minus terms
    /// without any index or size.
    pub(crate) fn difference(self, tokens: &TokenStream, position: usize) -> Option<TokenStream> {
        let mut difference = quote!(0);
        for (sign, term) in self.terms(tokens, position)? {
            if !self.is_constant(&term) {
                return None;
            }
            let term = self.integer(Kind::Bound, &term);
            difference.extend(quote!(#sign (#term)));
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
            terms.push((rest[at].clone(), rest[at + 1..end].iter().cloned().into_stream()));
            at = end;
        }
        Some(terms)
    }
}

/// Whether a token can stand in a term.
fn is_factor(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => ['*', '/', ':', '.'].contains(&punct.as_char()),
        TokenTree::Ident(word) => word != "as",
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{indices, sizes, tokens};
    use super::*;

    #[test]
    fn sums_grow_with_an_index() {
        let indices = indices();
        let is_monotonic =
            |source, position| Indices::new(&[], &indices).is_monotonic(&tokens(source), position);
        assert!(is_monotonic("i", 0) && is_monotonic("i - 1", 0) && is_monotonic("i - f(j) + k", 0));
        assert!(is_monotonic("j * j", 0) && is_monotonic("N", 0));
        assert!(!is_monotonic("i - i", 0) && !is_monotonic("i * 2", 0) && !is_monotonic("j + i", 0));
        assert!(!is_monotonic("i - f(i)", 0) && !is_monotonic("i % 3", 0));
    }

    #[test]
    fn differences_are_terms_without_indices() {
        let (sizes, indices) = (sizes(), indices());
        let difference = |source, position| {
            Indices::new(&sizes, &indices)
                .difference(&tokens(source), position)
                .map(|tokens| tokens.to_string())
        };
        assert_eq!(difference("i", 0).unwrap(), "0");
        assert_eq!(difference("i", 1), None);
        assert_eq!(difference("i - 1", 0).unwrap(), "0 - ((1) as __dag :: isize)");
        assert_eq!(
            difference("j + A::B - 2 * C", 1).unwrap(),
            "0 + (__dag :: integer ! (bound :: constant , (A :: B))) - (__dag :: integer ! (bound :: constant , (2 * C)))"
        );
        assert_eq!(difference("i - j", 0), None);
        assert_eq!(difference("i - n", 0), None);
        assert_eq!(difference("i % 2", 0), None);
        assert_eq!(difference("1 + i", 0), None);
        assert_eq!(difference("i - 1 == 2", 0), None);
    }
}
