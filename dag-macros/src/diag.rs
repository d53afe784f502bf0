//! Errors: all of a phase are gathered and reported together.

use crate::streams::IntoStream as _;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
}

impl Diagnostics {
    /// Adds an error that covers `tokens`.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error at `span`.
    pub(crate) fn error_at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// Adds an error of the parser.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// Whether none was found so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// How many were found so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.len()
    }

    /// Forgets all but the first errors: the others follow from these.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.errors.truncate(count);
    }

    /// Takes the value, or adds its error.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The first error again, which rustc tells once: in a module of its own, where the name of any type is one that is not
    /// known, of which nothing is told.
    pub(crate) fn first_again(&self) -> Option<TokenStream> {
        self.errors.first().map(syn::Error::to_compile_error)
    }

    /// The errors in an item of their own. In a module with an error of a macro, rustc does not tell of names that it does
    /// not find; here nothing is missing because of the error.
    pub(crate) fn into_item(self) -> TokenStream {
        let errors = if self.is_empty() { return TokenStream::new() } else { self.into_tokens() };
        quote!(const _: () = { #errors };)
    }

    /// The first error once more: rustc shows it once. It does not tell of names that it does not find in a module with
    /// such an error, nor of what follows from them.
    pub(crate) fn first(&self) -> Option<TokenStream> {
        self.errors.first().map(syn::Error::to_compile_error)
    }

    /// One `compile_error!` for each error, in the order in which they were found.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.errors.iter().map(syn::Error::to_compile_error).into_stream()
    }

    /// What they say.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.errors.iter().map(ToString::to_string).collect()
    }
}
