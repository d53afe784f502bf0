//! The path of what expansions may name.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// The path of `dag_runtime::__private`, as single tokens: a stream inside of another one costs a call of the compiler, and
/// this path is in nearly everything that an expansion writes.
#[derive(Clone)]
pub(crate) struct PrivatePath(Vec<TokenTree>);

impl PrivatePath {
    /// The path in the runtime that has this one.
    pub(crate) fn of(runtime: &TokenStream) -> Self {
        PrivatePath(quote!(#runtime::__private::v0_1).into_iter().collect())
    }

    /// The path as if it stood at another place, each token with its own meaning.
    pub(crate) fn at(&self, span: Span) -> Self {
        let mut path = self.clone();
        path.0.iter_mut().for_each(|token| token.set_span(span.resolved_at(token.span())));
        path
    }
}

impl ToTokens for PrivatePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}
