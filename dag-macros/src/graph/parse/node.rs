//! One node of a graph.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Path, Token, bracketed, parenthesized};

use super::families::Families;
use super::using::using;
use super::when::when;
use super::{expressions, family};
use crate::diag::Diagnostics;
use crate::graph::ast::{Argument, Member, Node, When};
use crate::graph::tokens::{commas, ends_expression, is_punct, split};
use crate::names;
use crate::streams::IntoStream as _;
use crate::task::path;

/// `attributes (name family? =)? path`. `unfinished` is what a family lacks, whose uses are right all the same.
pub(super) fn node(
    input: ParseStream<'_>,
    end: Span,
    unfinished: &mut Option<syn::Error>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Node> {
    let attributes = input.call(Attribute::parse_outer)?;
    if input.is_empty() {
        return Err(syn::Error::new(end, "expected a task behind the attributes"));
    }
    if input.peek(Token![let]) {
        diagnostics.push(input.error("an instance is written without `let`: `name = task(argument)`"));
        input.parse::<Token![let]>()?;
    }
    let mut instance = None;
    let mut indices = Vec::new();
    let mut task = None;
    if input.peek(syn::Ident)
        && input.peek2(syn::token::Bracket)
        && (!is_word(input, "after") || has_indices(input))
    {
        let name = input.parse::<Ident>()?;
        instance = Some(name.clone());
        indices = family::indices(&input.parse::<Group>()?, diagnostics)?;
        if !input.peek(Token![=]) {
            let message = "expected `=` and a task behind a family: `name[index in 0..10] = task(argument)`";
            *unfinished = Some(syn::Error::new(if input.is_empty() { end } else { input.span() }, message));
            // Before a name, as if the `=` stood there.
            if !input.peek(syn::Ident) {
                task = Some(no_task(name.span()));
            }
        } else {
            input.parse::<Token![=]>()?;
            if input.is_empty() {
                return Err(syn::Error::new(
                    end,
                    "expected a task behind `=`: `name[index in 0..10] = task(argument)`",
                ));
            }
        }
    } else if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        instance = Some(input.parse::<Ident>()?);
        input.parse::<Token![=]>()?;
        if input.is_empty() {
            return Err(syn::Error::new(end, "expected a task behind `=`: `name = task(argument)`"));
        }
    }
    let task = match task {
        Some(task) => task,
        None => path(input, "a task: `task`, `task(argument)` or `name = task(argument)`", diagnostics)?,
    };
    let call = names::last(&task).span();
    Ok(Node {
        attributes,
        instance,
        indices,
        path: task,
        call,
        arguments: Vec::new(),
        after: Vec::new(),
        when: None,
        using: Vec::new(),
        on: None,
        keep: None,
    })
}

/// What stands for the task of a node that does not say which.
pub(super) fn no_task(at: Span) -> Path {
    syn::parse_quote_spanned!(at=> __dag::NoTask)
}

/// Whether a name and indices of a family come next: `name[index in …]`.
fn has_indices(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let group = ahead.parse::<Ident>().and_then(|_| ahead.parse::<Group>());
    group.is_ok_and(|group| {
        let mut tokens = group.stream().into_iter().skip(1);
        matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "in")
    })
}

/// `(arguments)? (after [members])? (when condition)? (using units)? (on expression)? keep?`
pub(super) fn line(
    input: ParseStream<'_>,
    node: &mut Node,
    families: &Families,
    diagnostics: &mut Diagnostics,
) -> syn::Result<()> {
    if input.peek(syn::token::Paren) {
        let content;
        let parentheses = parenthesized!(content in input);
        node.call = parentheses.span.join();
        let arguments = arguments(content.parse()?)?;
        for argument in &arguments {
            let tokens: Vec<TokenTree> = argument.tokens.clone().into_iter().collect();
            expressions::check(&tokens, families, "arguments")?;
        }
        node.arguments = arguments;
    }
    if is_word(input, "after") {
        let keyword = input.parse::<Ident>()?;
        if !input.peek(syn::token::Bracket) {
            return Err(syn::Error::new(keyword.span(), "expected a list of tasks: `after [first, second]`"));
        }
        let content;
        bracketed!(content in input);
        while !content.is_empty() {
            node.after.push(member(&content, diagnostics)?);
            if !content.is_empty() && !content.peek(Token![,]) {
                return Err(content.error("expected `,` between tasks"));
            }
            content.parse::<Option<Token![,]>>()?;
        }
    }
    if is_word(input, "when") {
        // Whatever is wrong with the condition, the output is an `Option`.
        node.when = Some(When::unknown(input.fork().parse()?));
        node.when = Some(when(input, families)?);
    }
    if is_word(input, "using") {
        node.using = using(input, families)?;
    }
    if is_word(input, "on") {
        let keyword = input.parse::<Ident>()?;
        let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        node.keep = last_keep(&mut tokens);
        if tokens.is_empty() {
            return Err(syn::Error::new(keyword.span(), "expected the rank that the task runs on: `on 0`"));
        }
        let is_list = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
        let misplaced =
            (1..tokens.len()).filter(|&at| ends_expression(&tokens, at)).find(|&at| match &tokens[at] {
                TokenTree::Ident(word) if word == "after" => tokens.get(at + 1).is_some_and(is_list),
                TokenTree::Ident(word) => ["on", "when", "using", "keep"].iter().any(|other| word == other),
                _ => false,
            });
        if let Some(at) = misplaced {
            if let Some(word) = misplaced_when(&tokens[at]) {
                node.when = Some(When::unknown(word.clone()));
            }
            let message = match &tokens[at] {
                TokenTree::Ident(word) if word == "using" => {
                    "the rank comes last: `task(argument) using limit on rank`"
                }
                TokenTree::Ident(word) if word == "keep" => KEEP_IS_LAST,
                _ => "the rank comes last: `task(argument) after [first] when condition on rank`",
            };
            return Err(syn::Error::new(tokens[at].span(), message));
        }
        expressions::check(&tokens, families, "tasks")?;
        node.on = Some(tokens.into_iter().into_stream());
    }
    if is_word(input, "keep") {
        node.keep = Some(input.parse()?);
        let next = input.fork().parse::<Ident>();
        if next.is_ok_and(|next| ["after", "when", "using", "on", "keep"].iter().any(|word| next == word)) {
            return Err(input.error(KEEP_IS_LAST));
        }
    }
    Ok(())
}

const KEEP_IS_LAST: &str = "`keep` is the last word of a task: `task(argument) after [first] when condition using limit on rank keep`";

/// Takes the word `keep` off the end of an expression.
fn last_keep(tokens: &mut Vec<TokenTree>) -> Option<Ident> {
    let last = tokens.len().checked_sub(1)?;
    match &tokens[last] {
        TokenTree::Ident(word) if word == "keep" && ends_expression(tokens, last) => {
            let word = word.clone();
            tokens.pop();
            Some(word)
        }
        _ => None,
    }
}

/// The word `when`.
fn misplaced_when(token: &TokenTree) -> Option<&Ident> {
    match token {
        TokenTree::Ident(word) if word == "when" => Some(word),
        _ => None,
    }
}

/// `path[index, …] if condition`
fn member(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Member> {
    let attributes = input.call(Attribute::parse_outer)?;
    let path = path(input, "a task", diagnostics)?;
    let brackets = if input.peek(syn::token::Bracket) { Some(input.parse::<Group>()?) } else { None };
    brackets.iter().try_for_each(|brackets| expressions::indices(brackets, &Families::default()))?;
    let mut condition = None;
    if input.peek(Token![if]) {
        let keyword = input.parse::<Token![if]>()?;
        let rest: Vec<TokenTree> = input.fork().parse::<TokenStream>()?.into_iter().collect();
        let end = commas(&rest).first().copied().unwrap_or(rest.len());
        let tokens = (0..end).map(|_| input.parse::<TokenTree>()).collect::<syn::Result<TokenStream>>()?;
        if tokens.is_empty() {
            return Err(syn::Error::new(keyword.span, "expected a condition: `after [task if condition]`"));
        }
        expressions::check(&rest[..end], &Families::default(), "tasks")?;
        condition = Some(tokens);
    }
    Ok(Member { attributes, path, brackets, condition })
}

/// Whether this word comes next.
pub(super) fn is_word(input: ParseStream<'_>, word: &str) -> bool {
    input.peek(syn::Ident) && input.fork().parse::<Ident>().is_ok_and(|found| found == word)
}

/// The arguments between the commas of a call.
fn arguments(tokens: TokenStream) -> syn::Result<Vec<Argument>> {
    let mut arguments = Vec::new();
    for (mut tokens, comma) in split(tokens) {
        let attributes = attributes(&mut tokens)?;
        match (tokens.first(), comma) {
            (None, None) => {}
            (None, Some(comma)) => {
                return Err(syn::Error::new(comma, "expected an argument before this comma"));
            }
            (Some(TokenTree::Ident(word)), _) if word == "each" && is_source(&tokens) => {
                let (each, tokens) = (Some(word.clone()), tokens[1..].iter().cloned().into_stream());
                arguments.push(Argument { attributes, each, tokens });
            }
            _ => {
                let tokens = tokens.into_iter().into_stream();
                arguments.push(Argument { attributes, each: None, tokens });
            }
        }
    }
    Ok(arguments)
}

/// Takes the attributes off the front of an argument.
fn attributes(tokens: &mut Vec<TokenTree>) -> syn::Result<Vec<Attribute>> {
    if !is_punct(tokens.first(), '#') {
        return Ok(Vec::new());
    }
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        Ok((attributes, input.parse::<TokenStream>()?))
    };
    let end = tokens.last().map_or_else(Span::call_site, TokenTree::span);
    let (attributes, rest) = parser.parse2(tokens.drain(..).into_stream())?;
    if rest.is_empty() {
        return Err(syn::Error::new(end, "expected an argument behind the attributes"));
    }
    tokens.extend(rest);
    Ok(attributes)
}

/// Whether an argument that begins with the word `each` goes on with what that runs over.
fn is_source(tokens: &[TokenTree]) -> bool {
    matches!(tokens.get(1), Some(TokenTree::Ident(_))) || is_punct(tokens.get(1), '&')
}
