//! Lint levels: those that a user sets reach what a macro makes of an item.

use crate::streams::IntoStream as _;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// Lints of types, as opposed to those of expressions. An expectation is to be fulfilled in one place.
const OF_TYPES: [&str; 14] = [
    "dead_code",
    "missing_copy_implementations",
    "missing_debug_implementations",
    "missing_docs",
    "non_camel_case_types",
    "non_snake_case",
    "private_bounds",
    "private_interfaces",
    "single_use_lifetimes",
    "unnameable_types",
    "unreachable_pub",
    "unused",
    "unused_lifetimes",
    "variant_size_differences",
];

/// Whether an attribute sets the level of a lint.
pub(crate) fn is_level(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level))
}

/// Whether an attribute expects something deprecated.
pub(crate) fn expects_deprecated(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let is_deprecated = |lint: &Meta| name(lint).is_some_and(|name| name == "deprecated");
    list.path.is_ident("expect") && lints(list.tokens.clone()).iter().any(is_deprecated)
}

/// The level for a further place where a lint of the item may fire: what is expected has to be found in one place only.
pub(crate) fn elsewhere(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("expect") => allowed(lints(list.tokens.clone())),
        // Nothing could lower it again inside.
        Meta::List(list) if list.path.is_ident("forbid") => with("deny", &lints(list.tokens.clone())),
        _ => attribute.to_token_stream(),
    }
}

/// The levels on a type, and on the expressions that belong to it.
pub(crate) fn apart(attribute: &Attribute) -> (TokenStream, TokenStream) {
    let Meta::List(list) = &attribute.meta else { return (attribute.to_token_stream(), TokenStream::new()) };
    if !list.path.is_ident("expect") {
        return (attribute.to_token_stream(), elsewhere(attribute));
    }
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for meta in lints(list.tokens.clone()) {
        match name(&meta) {
            // The reason.
            None => {
                here.push(meta.clone());
                there.push(meta);
            }
            Some(name) if OF_TYPES.contains(&name.as_str()) => here.push(meta),
            Some(_) => there.push(meta),
        }
    }
    let both = |first, second| -> TokenStream { [first, second].into_iter().into_stream() };
    let on_type = both(with("expect", &here), with("allow", &there));
    (on_type, both(allowed(here), with("expect", &there)))
}

/// The attribute that allows what is expected elsewhere. What may be unused counts as a use of all that it names.
fn allowed(mut lints: Vec<Meta>) -> TokenStream {
    lints.retain(|lint| !name(lint).is_some_and(|name| ["dead_code", "unused"].contains(&name.as_str())));
    with("allow", &lints)
}

/// An attribute that sets these lints to a level; none where there are none.
fn with(level: &str, lints: &[Meta]) -> TokenStream {
    if lints.iter().all(|lint| name(lint).is_none()) {
        return TokenStream::new();
    }
    let level = proc_macro2::Ident::new(level, proc_macro2::Span::call_site());
    quote!(#[#level(#(#lints),*)])
}

fn lints(tokens: TokenStream) -> Vec<Meta> {
    let parser = |input: ParseStream<'_>| Punctuated::<Meta, Token![,]>::parse_terminated(input);
    parser.parse2(tokens).map(|lints| lints.into_iter().collect()).unwrap_or_default()
}

/// The name of a lint; none of `reason = "…"`.
fn name(lint: &Meta) -> Option<String> {
    match lint {
        Meta::Path(path) => Some(crate::names::path_text(path)),
        _ => None,
    }
}
