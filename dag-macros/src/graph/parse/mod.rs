//! Tokens → graphs. A mistake costs the node or the clause that it stands in, not the rest.

mod expressions;
mod families;
mod family;
mod header;
mod limits;
mod node;
mod nodes;
mod sizes;
mod using;
mod when;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, GenericParam, Generics, Token, Visibility, braced, parenthesized};

use self::header::Header;
pub(crate) use self::limits::{is_limit, limits};
use crate::diag::Diagnostics;
use crate::graph::ast::Graph;
use crate::names;

/// All graphs of a `dag!`.
pub(crate) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Graph> {
    let mut graphs = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if input.peek(Token![;]) || input.peek(Token![,]) {
                diagnostics.push(input.error("graphs stand side by side: nothing is needed between them"));
                input.parse::<TokenTree>()?;
                continue;
            }
            match graph(input, diagnostics) {
                Ok(graph) => graphs.push(graph),
                Err(error) => {
                    diagnostics.push(error);
                    skip_graph(input);
                }
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        diagnostics.push(error);
    }
    graphs
}

/// Skips to behind the next braces, where another graph may begin.
fn skip_graph(input: ParseStream<'_>) {
    while !input.is_empty() {
        let Ok(token) = input.parse::<TokenTree>() else { return };
        if matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace) {
            return;
        }
    }
}

fn graph(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Graph> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = input.parse::<Visibility>()?;
    keyword(input)?;
    if !input.peek(syn::Ident) {
        return Err(input.error("expected the name of the graph"));
    }
    let name = input.parse::<Ident>()?;
    let mut generics = input.parse::<Generics>()?;
    let is_nameless = |parameter: &&GenericParam| matches!(parameter, GenericParam::Type(parameter) if parameter.ident == "_");
    if let Some(parameter) = generics.params.iter().find(is_nameless) {
        return Err(syn::Error::new_spanned(parameter, "a parameter of a graph has a name"));
    }
    let mut header = Header::default();
    if sizes::are_next(input) {
        header.sizes(input, diagnostics)?;
        if input.peek(Token![<]) {
            let message = format!("generics stand before the sizes: `graph {name}<…>[…]`");
            diagnostics.push(input.error(message));
            generics = input.parse()?;
        }
    }
    header.misplaced_sizes(input, diagnostics)?;
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        header.inputs(&content, diagnostics);
    }
    header.misplaced_sizes(input, diagnostics)?;
    if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        header.outputs(input, diagnostics);
    }
    header.misplaced_sizes(input, diagnostics)?;
    generics.where_clause = input.parse()?;
    if !input.peek(syn::token::Brace) {
        return Err(input.error(format!("expected `{{`: the tasks of graph `{name}` in braces")));
    }
    let content;
    braced!(content in input);
    let (nodes, complete) = nodes::nodes(&content.parse::<TokenStream>()?, diagnostics);
    let Header { sizes, inputs, outputs, unknown } = header;
    let incomplete = !complete || unknown.inputs || unknown.outputs;
    Ok(Graph {
        attributes,
        visibility,
        name,
        generics,
        sizes,
        inputs,
        outputs,
        nodes,
        incomplete,
        checked_at_run: None,
        limits: Vec::new(),
        unknown,
    })
}

fn keyword(input: ParseStream<'_>) -> syn::Result<()> {
    let word = input.call(Ident::parse_any).map_err(|error| {
        let form = "a graph: `graph Name(input: Type) -> output { task, other(argument) }`";
        if input.is_empty() {
            syn::Error::new(Span::call_site(), format!("expected {form}"))
        } else {
            syn::Error::new(error.span(), format!("expected {form}"))
        }
    })?;
    if word == "graph" {
        Ok(())
    } else {
        let meant = names::did_you_mean(&word.to_string(), ["graph"]);
        Err(syn::Error::new(word.span(), format!("expected `graph`, as in `graph Name {{ … }}`{meant}")))
    }
}
