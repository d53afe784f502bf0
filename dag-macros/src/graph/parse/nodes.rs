//! The nodes of a graph, between commas.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

use super::families::Families;
use super::node::{line, no_task, node};
use super::using;
use crate::diag::Diagnostics;
use crate::graph::ast::Node;
use crate::graph::tokens::{is_punct, split};
use crate::names;
use crate::streams::IntoStream as _;

/// The nodes between commas, and whether all could be parsed.
pub(super) fn nodes(tokens: &TokenStream, diagnostics: &mut Diagnostics) -> (Vec<Node>, bool) {
    let mut nodes: Vec<Node> = Vec::new();
    let mut complete = true;
    // Whether the last node was wrong, so that what begins as none does may be the rest of it, and whether there was none.
    let (mut broken, mut empty) = (false, false);
    let segments = split(tokens.clone());
    let families = Families::of(segments.iter().map(|(tokens, _)| tokens.as_slice()));
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
        if nodes.last().is_some_and(|node| !node.using.is_empty()) && is_number_of(&tokens) {
            diagnostics.error_at(tokens[0].span(), using::TWICE);
            (broken, empty, complete) = (true, false, false);
            continue;
        }
        let result = segment.parser(&mut found, diagnostics).parse2(tokens.into_iter().into_stream());
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

/// Whether it is a name and a number, as behind `using` in brackets.
fn is_number_of(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Ident(_), _, TokenTree::Literal(_), ..]) && is_punct(tokens.get(1), '=')
}

/// What stands between two commas: a node, or several where commas are missing.
struct Segment<'a> {
    /// Where it ends.
    end: Span,
    /// The names of the graph's families.
    families: &'a Families,
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
            let mut result = line(input, &mut node, self.families, diagnostics);
            if result.is_ok() && node.ends_with_its_path() && is_name(input, &names::last(&node.path).clone())
            {
                // A name that is there twice was to be there once.
                if !self.behind_nothing {
                    diagnostics.push(input.error(unexpected(input)));
                }
                input.parse::<Ident>()?;
                result = line(input, &mut node, self.families, diagnostics);
            }
            if result.is_ok() && node.ends_with_its_path() && input.peek(Token![:]) {
                // The path goes on, or is a name: it is not known which task it is.
                unfinished.get_or_insert_with(|| input.error(unexpected(input)));
                let name = node.name().clone();
                node.path = no_task(name.span());
                node.instance = Some(name);
            }
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
            if !is_name || is_meant(input) {
                input.parse::<TokenStream>()?;
                return Ok(());
            }
            // Go on as if the comma stood there: what follows may be a node of its own.
        }
    }
}

/// Whether this name comes next.
fn is_name(input: ParseStream<'_>, name: &Ident) -> bool {
    input.peek(syn::Ident) && input.fork().parse::<Ident>().is_ok_and(|found| found == *name)
}

/// Whether a word of the language with a slip of the pen comes next.
fn is_meant(input: ParseStream<'_>) -> bool {
    input.fork().parse::<Ident>().is_ok_and(|word| !names::did_you_mean(&word.to_string(), WORDS).is_empty())
}

/// The words that may stand behind a task.
const WORDS: [&str; 5] = ["after", "when", "using", "on", "keep"];

/// What to say of the token behind a node.
fn unexpected(input: ParseStream<'_>) -> String {
    if input.peek(syn::token::Bracket) {
        "a family has a name and a task: `name[index in 0..10] = task(argument)`".to_owned()
    } else if input.peek(syn::token::Paren) {
        "expected one list of arguments".to_owned()
    } else {
        let word = input.fork().call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
        let meant = match word.as_str() {
            "if" => "; did you mean `when`?".to_owned(),
            _ => names::did_you_mean(&word, WORDS),
        };
        let form = if input.peek(Token![:]) { ", or `name = task` for an instance" } else { "" };
        format!(
            "expected `,`, `after [task]`, `when condition`, `using limit`, `on rank` or `keep` behind a task{form}{meant}"
        )
    }
}
