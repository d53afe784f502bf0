//! `#[limit(name = expression, …)]` on a graph.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta, Token};

use super::expressions;
use super::families::Families;
use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Limit, Range};
use crate::graph::tokens::split;
use crate::names;
use crate::streams::IntoStream as _;

/// Whether an attribute declares limits.
pub(crate) fn is_limit(attribute: &Attribute) -> bool {
    attribute.path().is_ident("limit")
}

/// Takes the attributes that declare limits out of the others.
pub(crate) fn limits(graph: &mut Graph, diagnostics: &mut Diagnostics) {
    let (found, others) = std::mem::take(&mut graph.attributes).into_iter().partition(is_limit);
    graph.attributes = others;
    let found: Vec<Attribute> = found;
    for attribute in found {
        let Meta::List(list) = &attribute.meta else {
            graph.unknown.limits = true;
            diagnostics.error(&attribute.meta, FORM);
            continue;
        };
        let mut is_empty = true;
        for (tokens, _) in split(list.tokens.clone()) {
            let Some(last) = tokens.last().map(TokenTree::span) else { continue };
            is_empty = false;
            match limit.parse2(tokens.into_iter().into_stream()) {
                Ok(limit) => add(limit, graph, diagnostics),
                Err(error) => {
                    graph.unknown.limits = true;
                    let is_at_end = error.to_string().starts_with("unexpected end of input");
                    diagnostics.push(if is_at_end { syn::Error::new(last, FORM) } else { error });
                }
            }
        }
        if is_empty {
            graph.unknown.limits = true;
            diagnostics.error(&attribute.meta, FORM);
        }
    }
}

const FORM: &str =
    "expected limits, each a name and how many units there are: `#[limit(gpu = 1, memory = 16)]`";

fn add(limit: Limit, graph: &mut Graph, diagnostics: &mut Diagnostics) {
    let text = names::text(&limit.name);
    if graph.limits.iter().any(|other| names::text(&other.name) == text) {
        let message = format!("graph `{}` has a limit `{text}` already", names::text(&graph.name));
        return diagnostics.error(&limit.name, message);
    }
    graph.limits.push(limit);
}

fn limit(input: ParseStream<'_>) -> syn::Result<Limit> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error(FORM));
    }
    let name = input.call(Ident::parse_any)?;
    let units = input.parse::<Option<Token![=]>>()?.map(|_| input.parse::<TokenStream>()).transpose()?;
    match units.filter(|units| !units.is_empty()) {
        Some(units) => {
            check(&units, &Families::default())?;
            Ok(Limit { name, units })
        }
        None if input.is_empty() => {
            let message = format!("how many units are there? `{} = 1`", names::text(&name));
            Err(syn::Error::new(name.span(), message))
        }
        None => Err(input.error(FORM)),
    }
}

/// Reports what of a number of units is no expression, or no integer.
pub(super) fn check(units: &TokenStream, families: &Families) -> syn::Result<()> {
    let tokens: Vec<TokenTree> = units.clone().into_iter().collect();
    expressions::check(&tokens, families, "limits")?;
    match Range::new(&tokens).no_integer() {
        Some(literal) => Err(syn::Error::new(
            literal.span(),
            format!("units are counted by an integer, and `{literal}` is not one"),
        )),
        None => Ok(()),
    }
}
