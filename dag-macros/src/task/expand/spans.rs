//! Where tokens stand: rustc shows errors there.

use crate::streams::IntoStream as _;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Path;

/// The spans of the first and the last token.
pub(super) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// As [`ends`], without asking the compiler for the tokens of most paths.
pub(super) fn path_ends(path: &Path) -> (Span, Span) {
    match (path.segments.first(), path.segments.last()) {
        (Some(first), Some(last)) if path.leading_colon.is_none() && last.arguments.is_none() => {
            (first.ident.span(), last.ident.span())
        }
        _ => ends(path),
    }
}

/// The tokens at another place, meaning what they mean.
pub(super) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        })
        .into_stream()
}

/// The tokens as if they stood at another place, each with its own meaning.
pub(super) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span.resolved_at(token.span()));
            token
        })
        .into_stream()
}
