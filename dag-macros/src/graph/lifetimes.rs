//! Inputs that borrow and do not say for how long.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::parse_quote;

use crate::diag::Diagnostics;
use crate::graph::ast::Graph;
use crate::graph::tokens::is_punct;
use crate::names;

/// Reports the inputs whose types lack lifetimes, and gives them one.
pub(crate) fn name(graph: &mut Graph, diagnostics: &mut Diagnostics) {
    let title = names::text(&graph.name);
    let mut any = false;
    for input in &mut graph.inputs {
        let mut missing = None;
        let named = named(input.ty.to_token_stream(), &mut missing);
        let Some(span) = missing else { continue };
        let name = &input.name;
        let message = format!(
            "an input that borrows names its lifetime: write `graph {title}<'a>({name}: &'a …)`, for instance"
        );
        diagnostics.error_at(span, message);
        input.ty = parse_quote!(#named);
        any = true;
    }
    if any {
        graph.generics.params.insert(0, parse_quote!('__input));
    }
}

/// The type with each missing lifetime filled in, and where the first is missing.
fn named(ty: TokenStream, missing: &mut Option<Span>) -> TokenStream {
    let tokens: Vec<TokenTree> = ty.into_iter().collect();
    let mut named = TokenStream::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            // What a function takes and gives needs none.
            TokenTree::Ident(word) if is_function(word) => {
                named.extend(tokens[at - 1..].iter().cloned());
                return named;
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' && !is_punct(tokens.get(at), '\'') => {
                let span = *missing.get_or_insert(punct.span());
                named.extend([token.clone()]);
                named.extend(quote_spanned!(span=> '__input));
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' && is_underscore(tokens.get(at)) => {
                let span = *missing.get_or_insert(punct.span());
                named.extend(quote_spanned!(span=> '__input));
                at += 1;
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
                let mut inside = Group::new(group.delimiter(), self::named(group.stream(), missing));
                inside.set_span(group.span());
                named.extend([TokenTree::Group(inside)]);
            }
            token => named.extend([token.clone()]),
        }
    }
    named
}

fn is_function(word: &Ident) -> bool {
    ["fn", "Fn", "FnMut", "FnOnce"].iter().any(|function| word == function)
}

fn is_underscore(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if word == "_")
}
