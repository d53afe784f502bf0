//! Inputs that borrow and do not say for how long.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::parse::Parser;
use syn::parse_quote;
use syn::punctuated::Punctuated;

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

/// Whether lifetimes are used that the graph does not declare. Rustc tells of those in the types of inputs, in the definition
/// of the graph, which has to be the only place that names them; the others are reported here.
pub(crate) fn undeclared(graph: &mut Graph, diagnostics: &mut Diagnostics) -> bool {
    let mut declared: Vec<String> =
        graph.generics.lifetimes().map(|parameter| parameter.lifetime.ident.to_string()).collect();
    declared.extend(["static".to_owned(), "_".to_owned()]);
    let mut found = Vec::new();
    for input in &graph.inputs {
        without_undeclared(input.ty.to_token_stream(), &mut declared.clone(), &mut found);
    }
    let is_in_inputs = !found.is_empty();
    found.clear();
    let params = without_undeclared(graph.generics.params.to_token_stream(), &mut declared, &mut found);
    let clause = graph.generics.where_clause.to_token_stream();
    let clause = without_undeclared(clause, &mut declared, &mut found);
    let title = names::text(&graph.name);
    for name in &found {
        let more = if graph.generics.params.is_empty() { "" } else { ", …" };
        let message = format!("the lifetime `'{name}` is not declared: write `graph {title}<'{name}{more}>`");
        let mut lifetime = syn::Lifetime::new(&format!("'{name}"), name.span());
        lifetime.apostrophe = name.span();
        diagnostics.error(lifetime, message);
    }
    if !found.is_empty() {
        let parser = Punctuated::parse_terminated;
        graph.generics.params = parser.parse2(params).unwrap_or_default();
        graph.generics.where_clause = syn::parse2(clause).unwrap_or_default();
    }
    is_in_inputs || !found.is_empty()
}

/// The tokens with `'static` in place of lifetimes that are not declared, of which each is found once.
fn without_undeclared(
    tokens: TokenStream,
    declared: &mut Vec<String>,
    found: &mut Vec<Ident>,
) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut result = TokenStream::new();
    let (mut at, mut binds) = (0, false);
    while let Some(token) = tokens.get(at) {
        at += 1;
        match (token, tokens.get(at)) {
            (TokenTree::Ident(word), _) if word == "for" && is_punct(tokens.get(at), '<') => binds = true,
            (TokenTree::Punct(punct), _) if punct.as_char() == '>' => binds = false,
            (TokenTree::Punct(punct), Some(TokenTree::Ident(name))) if punct.as_char() == '\'' => {
                let text = name.to_string();
                if binds {
                    declared.push(text);
                } else if !declared.contains(&text) {
                    at += 1;
                    result.extend(quote_spanned!(name.span()=> 'static));
                    if !found.contains(name) {
                        found.push(name.clone());
                    }
                    continue;
                }
            }
            (TokenTree::Group(group), _) => {
                let inside = without_undeclared(group.stream(), declared, found);
                let mut inside = Group::new(group.delimiter(), inside);
                inside.set_span(group.span());
                result.extend([TokenTree::Group(inside)]);
                continue;
            }
            _ => {}
        }
        result.extend([token.clone()]);
    }
    result
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
