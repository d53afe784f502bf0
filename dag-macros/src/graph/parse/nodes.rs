//! The nodes of a graph, between commas.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

use super::node::{line, node};
use crate::diag::Diagnostics;
use crate::graph::ast::Node;
use crate::graph::tokens::commas;
use crate::names;

/// The nodes between commas, and whether all could be parsed.
pub(super) fn nodes(tokens: &TokenStream, diagnostics: &mut Diagnostics) -> (Vec<Node>, bool) {
    let mut nodes = Vec::new();
    let mut complete = true;
    // Whether the last node was wrong, so that what begins as none does may be the rest of it, and whether there was none.
    let (mut broken, mut empty) = (false, false);
    let segments = split(tokens.clone());
    let families: Vec<String> = segments.iter().filter_map(|(tokens, _)| family_name(tokens)).collect();
    for (tokens, comma) in segments {
        let before = diagnostics.count();
        let Some(last) = tokens.last() else {
            if let Some(comma) = comma {
                diagnostics.error_at(comma, "expected a task before this comma");
                (broken, empty, complete) = (true, true, false);
            }
            continue;
        };
        let is_rest = match &tokens[0] {
            TokenTree::Punct(punct) => matches!(punct.as_char(), '=' | ':' | '.'),
            TokenTree::Group(_) => true,
            _ => false,
        };
        let is_part = broken && is_rest;
        let end = last.span();
        let mut found = Vec::new();
        let segment = Segment { end, families: &families, behind_nothing: empty };
        let result = segment.parser(&mut found, diagnostics).parse2(tokens.into_iter().collect());
        complete &= result.is_ok();
        let first = result.err().filter(|_| diagnostics.count() == before);
        first.into_iter().for_each(|error| diagnostics.push(error));
        if is_part {
            diagnostics.truncate(before);
        }
        (broken, empty) = (diagnostics.count() > before || is_part, false);
        nodes.append(&mut found);
    }
    (nodes, complete)
}

/// The name of a family that begins here, behind attributes.
fn family_name(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [TokenTree::Punct(sign), TokenTree::Group(_), rest @ ..] if sign.as_char() == '#' => {
            family_name(rest)
        }
        [TokenTree::Ident(word), rest @ ..] if word == "let" => family_name(rest),
        [TokenTree::Ident(name), TokenTree::Group(group), ..] => {
            (group.delimiter() == Delimiter::Bracket).then(|| names::text(name))
        }
        _ => None,
    }
}

/// What stands between two commas: a node, or several where commas are missing.
struct Segment<'a> {
    /// Where it ends.
    end: Span,
    /// The names of the graph's families.
    families: &'a [String],
    /// Whether there is a comma too much before it: then one that is missing behind its node has been told of.
    behind_nothing: bool,
}

impl Segment<'_> {
    fn parser(
        self,
        found: &mut Vec<Node>,
        diagnostics: &mut Diagnostics,
    ) -> impl FnOnce(ParseStream<'_>) -> syn::Result<()> {
        move |input| loop {
            let mut unfinished = None;
            let mut node = node(input, self.end, &mut unfinished, diagnostics)?;
            let result = line(input, &mut node, self.families, diagnostics);
            let is_bare = result.is_ok() && node.is_bare();
            let name = names::last(&node.path).clone();
            found.push(node);
            result?;
            unfinished.map_or(Ok(()), Err)?;
            if input.is_empty() {
                return Ok(());
            }
            let error = input.error(unexpected(input));
            let is_name = input.peek(syn::Ident) && !input.peek2(syn::token::Bracket);
            if !is_name && !self.behind_nothing {
                return Err(error);
            }
            if !self.behind_nothing {
                diagnostics.push(error);
            }
            if !is_name {
                input.parse::<TokenStream>()?;
                return Ok(());
            }
            // Go on as if the comma stood there: what follows may be a node of its own. A name that is there twice was to
            // be there once.
            if is_bare && input.fork().parse::<Ident>()? == name {
                found.pop();
            }
        }
    }
}

/// What to say of the token behind a node.
fn unexpected(input: ParseStream<'_>) -> String {
    if input.peek(syn::token::Bracket) {
        "a family has a name and a task: `name[index in 0..10] = task(argument)`".to_owned()
    } else if input.peek(syn::token::Paren) {
        "expected one list of arguments".to_owned()
    } else {
        let word = input.fork().call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
        let meant = names::did_you_mean(&word, ["after", "on"]);
        let form = if input.peek(Token![:]) { ", or `name = task` for an instance" } else { "" };
        format!("expected `,`, `after [task]` or `on rank` behind a task{form}{meant}")
    }
}

/// The tokens between commas, each with the comma behind it. An empty last part has no comma.
pub(super) fn split(tokens: TokenStream) -> Vec<(Vec<TokenTree>, Option<Span>)> {
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
