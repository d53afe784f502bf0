//! Tokens → graphs. A mistake costs the node or the clause that it stands in, not the rest.

mod family;
mod node;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Path, Token, Type, Visibility, braced, parenthesized};

use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Input, Output};
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
    let mut inputs = Vec::new();
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        inputs = Punctuated::<Input, Token![,]>::parse_terminated_with(&content, self::input)?
            .into_iter()
            .collect();
    }
    let mut outputs = Vec::new();
    let mut incomplete = false;
    if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        match self::outputs(input) {
            Ok(names) => outputs = names,
            Err(error) => {
                diagnostics.push(error);
                incomplete = true;
                while !input.is_empty() && !input.peek(syn::token::Brace) && !input.peek(Token![where]) {
                    input.parse::<TokenTree>()?;
                }
            }
        }
    }
    generics.where_clause = input.parse()?;
    if !input.peek(syn::token::Brace) {
        return Err(input.error(format!("expected `{{`: the tasks of graph `{name}` in braces")));
    }
    let content;
    braced!(content in input);
    let (nodes, complete) = node::nodes(&content.parse::<TokenStream>()?, diagnostics);
    incomplete |= !complete;
    Ok(Graph { attributes, visibility, name, generics, inputs, outputs, nodes, incomplete })
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

fn input(input: ParseStream<'_>) -> syn::Result<Input> {
    let attributes = input.call(Attribute::parse_outer)?;
    if !input.peek(syn::Ident) {
        return Err(input.error("expected an input: `name: Type`"));
    }
    let name = input.parse::<Ident>()?;
    if !input.peek(Token![:]) {
        return Err(syn::Error::new(name.span(), format!("an input needs a type: `{name}: Type`")));
    }
    input.parse::<Token![:]>()?;
    let ty = input.parse::<Type>()?;
    Ok(Input { attributes, name, ty })
}

/// `path` or `(path, …)`
fn outputs(input: ParseStream<'_>) -> syn::Result<Vec<Output>> {
    const FORM: &str = "expected the names of tasks: `-> name` or `-> (first, second)`";
    let name = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let is_path = input.peek(syn::Ident)
            || (input.peek(Ident::peek_any) && input.peek2(Token![::]))
            || input.peek(Token![::]);
        if is_path {
            Ok(Output { attributes, path: input.call(Path::parse_mod_style)? })
        } else {
            Err(input.error(FORM))
        }
    };
    if !input.peek(syn::token::Paren) {
        return Ok(vec![name(input)?]);
    }
    let content;
    parenthesized!(content in input);
    let mut names = Vec::new();
    while !content.is_empty() {
        let result = name(&content).and_then(|output| {
            names.push(output);
            match content.is_empty() || content.peek(Token![,]) {
                true => content.parse::<Option<Token![,]>>(),
                false => {
                    Err(content.error("expected `,`: an output is the name of a task, or of a whole family"))
                }
            }
        });
        if let Err(error) = result {
            // What is left would be reported, too.
            content.parse::<TokenStream>()?;
            return Err(error);
        }
    }
    Ok(names)
}
