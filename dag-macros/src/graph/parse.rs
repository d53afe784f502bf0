//! Tokens → graphs. A mistake costs the node or the clause that it stands in, not the rest.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Token, Type, Visibility, braced, bracketed, parenthesized};

use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Input, Node};
use crate::graph::tokens::commas;
use crate::names;
use crate::task::path;

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
    let (nodes, complete) = nodes(&content.parse::<TokenStream>()?, diagnostics);
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

/// `name` or `(name, …)`
fn outputs(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    const FORM: &str = "expected the names of tasks: `-> name` or `-> (first, second)`";
    let name = |input: ParseStream<'_>| {
        if input.peek(syn::Ident) { input.parse::<Ident>() } else { Err(input.error(FORM)) }
    };
    if !input.peek(syn::token::Paren) {
        return Ok(vec![name(input)?]);
    }
    let content;
    parenthesized!(content in input);
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, name)?.into_iter().collect())
}

/// The nodes between commas, and whether all could be parsed.
fn nodes(tokens: &TokenStream, diagnostics: &mut Diagnostics) -> (Vec<Node>, bool) {
    let mut nodes = Vec::new();
    let mut complete = true;
    for (tokens, comma) in split(tokens.clone()) {
        let Some(last) = tokens.last() else {
            if let Some(comma) = comma {
                diagnostics.error_at(comma, "expected a task before this comma");
            }
            continue;
        };
        let end = last.span();
        let mut found = Vec::new();
        let parser = |input: ParseStream<'_>| {
            loop {
                let mut node = node(input, end, diagnostics)?;
                let result = line(input, &mut node, diagnostics);
                found.push(node);
                result?;
                if input.is_empty() {
                    return Ok(());
                }
                // Go on as if the comma stood there: what follows may be a node of its own.
                let error = input.error(unexpected(input));
                if !input.peek(syn::Ident) || input.peek2(syn::token::Bracket) {
                    return Err(error);
                }
                diagnostics.push(error);
            }
        };
        let result = parser.parse2(tokens.into_iter().collect());
        if let Err(error) = result {
            diagnostics.push(error);
            complete = false;
        }
        nodes.append(&mut found);
    }
    (nodes, complete)
}

/// What to say of the token behind a node.
fn unexpected(input: ParseStream<'_>) -> String {
    if input.peek(syn::token::Bracket) {
        "families are not supported by this version".to_owned()
    } else if input.peek(syn::token::Paren) {
        "expected one list of arguments".to_owned()
    } else {
        let word = input.fork().call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
        let meant = names::did_you_mean(&word, ["after"]);
        let form = if input.peek(Token![:]) { ", or `name = task` for an instance" } else { "" };
        format!("expected `,` or `after [task]` behind a task{form}{meant}")
    }
}

/// `attributes (name =)? path`
fn node(input: ParseStream<'_>, end: Span, diagnostics: &mut Diagnostics) -> syn::Result<Node> {
    let attributes = input.call(Attribute::parse_outer)?;
    if input.is_empty() {
        return Err(syn::Error::new(end, "expected a task behind the attributes"));
    }
    if input.peek(Token![let]) {
        diagnostics.push(input.error("an instance is written without `let`: `name = task(argument)`"));
        input.parse::<Token![let]>()?;
    }
    let mut instance = None;
    if input.peek(syn::Ident) && input.peek2(syn::token::Bracket) && !is_after(input) {
        return Err(input.error("families are not supported by this version"));
    }
    if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        instance = Some(input.parse::<Ident>()?);
        input.parse::<Token![=]>()?;
        if input.is_empty() {
            return Err(syn::Error::new(end, "expected a task behind `=`: `name = task(argument)`"));
        }
    }
    let task = path(input, "a task: `task`, `task(argument)` or `name = task(argument)`", diagnostics)?;
    let call = names::last(&task).span();
    Ok(Node { attributes, instance, path: task, call, arguments: Vec::new(), after: Vec::new() })
}

/// `(arguments)? (after [members])?`
fn line(input: ParseStream<'_>, node: &mut Node, diagnostics: &mut Diagnostics) -> syn::Result<()> {
    if input.peek(syn::token::Paren) {
        let content;
        let parentheses = parenthesized!(content in input);
        node.call = parentheses.span.join();
        node.arguments = arguments(content.parse()?)?;
    }
    if is_after(input) {
        let keyword = input.parse::<Ident>()?;
        if !input.peek(syn::token::Bracket) {
            return Err(syn::Error::new(keyword.span(), "expected a list of tasks: `after [first, second]`"));
        }
        let content;
        bracketed!(content in input);
        while !content.is_empty() {
            node.after.push(path(&content, "a task", diagnostics)?);
            if !content.is_empty() && !content.peek(Token![,]) {
                return Err(content.error(behind_member(&content)));
            }
            content.parse::<Option<Token![,]>>()?;
        }
    }
    if input.peek(syn::Ident) && input.fork().parse::<Ident>().is_ok_and(|word| word == "on") {
        return Err(input.error("`on` is not supported by this version"));
    }
    Ok(())
}

/// What to say of the token behind a task in `after`.
fn behind_member(input: ParseStream<'_>) -> &'static str {
    if input.peek(syn::token::Bracket) {
        "families are not supported by this version"
    } else if input.peek(Token![if]) {
        "conditions are not supported by this version"
    } else {
        "expected `,` between tasks"
    }
}

fn is_after(input: ParseStream<'_>) -> bool {
    input.peek(syn::Ident) && input.fork().parse::<Ident>().is_ok_and(|word| word == "after")
}

/// The arguments between the commas of a call.
fn arguments(tokens: TokenStream) -> syn::Result<Vec<TokenStream>> {
    let mut arguments = Vec::new();
    for (tokens, comma) in split(tokens) {
        match (tokens.first(), comma) {
            (None, None) => {}
            (None, Some(comma)) => {
                return Err(syn::Error::new(comma, "expected an argument before this comma"));
            }
            (Some(TokenTree::Ident(word)), _) if word == "each" && tokens.len() > 1 => {
                return Err(syn::Error::new(word.span(), "`each` is not supported by this version"));
            }
            _ => arguments.push(tokens.into_iter().collect()),
        }
    }
    Ok(arguments)
}

/// The tokens between commas, each with the comma behind it. An empty last part has no comma.
fn split(tokens: TokenStream) -> Vec<(Vec<TokenTree>, Option<Span>)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for comma in commas(&tokens) {
        parts.push((tokens[start..comma].to_vec(), Some(tokens[comma].span())));
        start = comma + 1;
    }
    parts.push((tokens[start..].to_vec(), None));
    parts
}
