//! Iterators as token streams.
//!
//! `collect` would make the compiler translate what `proc_macro2` does for it once for each iterator, which is much code in the
//! first build of a program.

use proc_macro2::{TokenStream, TokenTree};

/// An iterator over parts of a token stream.
pub(crate) trait IntoStream: Iterator<Item: Part> + Sized {
    /// All parts, one after the other.
    fn into_stream(mut self) -> TokenStream {
        Part::join(&mut self)
    }
}

impl<I: Iterator<Item: Part>> IntoStream for I {}

/// What a token stream can be put together from.
pub(crate) trait Part {
    fn join(parts: &mut dyn Iterator<Item = Self>) -> TokenStream;
}

impl Part for TokenStream {
    fn join(parts: &mut dyn Iterator<Item = Self>) -> TokenStream {
        parts.collect()
    }
}

impl Part for TokenTree {
    fn join(parts: &mut dyn Iterator<Item = Self>) -> TokenStream {
        parts.collect()
    }
}
