//! `dag!`: tokens → graphs as written ([`parse`]) → checked graphs ([`check`]) → tokens
//! ([`expand`](mod@expand)).

mod ast;
mod cfg;
mod check;
mod expand;
mod indices;
mod lifetimes;
mod parse;
mod tokens;
mod uses;

use proc_macro2::{TokenStream, TokenTree};

use crate::diag::Diagnostics;
use crate::streams::IntoStream as _;

/// The expansion of `dag!`: the first token is `$crate` of the runtime, the rest is the user's.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let runtime: TokenStream =
        tokens.next().into_iter().collect::<Vec<TokenTree>>().into_iter().into_stream();
    let mut diagnostics = Diagnostics::default();
    let mut expansion = TokenStream::new();
    let graphs = parse::parse(tokens.into_stream(), &mut diagnostics);
    let mut unknown = Vec::new();
    let is_parsed = diagnostics.is_empty();
    for graph in check::distinct(graphs, &mut diagnostics) {
        match cfg::configure(graph, &runtime, &mut diagnostics) {
            Ok(graph) => {
                let model = check::check(graph, &runtime, &mut diagnostics);
                expansion.extend(expand::expand(&model, &runtime));
                unknown.extend(expand::unknown(&model));
            }
            Err(alternatives) => expansion.extend(alternatives),
        }
    }
    // What could not be parsed may be missing.
    let first = diagnostics.first();
    let errors = if is_parsed { diagnostics.into_item() } else { diagnostics.into_tokens() };
    quote::quote!(#expansion #errors #(mod #unknown { #first })*)
}
