//! `when condition`, behind a task.

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::Pat;
use syn::parse::{ParseStream, Parser};

use super::expressions;
use super::families::Families;
use crate::graph::ast::{When, WhenPart, WhenPattern};
use crate::graph::tokens::{ends_expression, is_punct, is_word};
use crate::streams::IntoStream as _;

/// The words that may follow a condition.
const NEXT: [&str; 3] = ["using", "on", "keep"];

/// `when condition`
///
/// # Errors
///
/// Says what of it is no condition.
pub(super) fn when(input: ParseStream<'_>, families: &Families) -> syn::Result<When> {
    let word = input.parse::<Ident>()?;
    let mut tokens: Vec<TokenTree> = Vec::new();
    while !input.is_empty() {
        let next = input.fork().parse::<TokenTree>()?;
        let is_next = NEXT.iter().any(|word| is_word(Some(&next), word));
        tokens.push(next);
        if is_next && ends_expression(&tokens, tokens.len() - 1) {
            tokens.pop();
            break;
        }
        input.parse::<TokenTree>()?;
    }
    // A name that is followed by another one is not such a name.
    let is_next = match tokens.as_slice() {
        [TokenTree::Ident(first), TokenTree::Ident(_) | TokenTree::Literal(_), ..] => {
            NEXT.iter().any(|word| first == word)
        }
        _ => false,
    };
    if tokens.is_empty() || is_next {
        let message = "expected a condition: `when condition` or `when let Some(x) = &task`";
        return Err(syn::Error::new(word.span(), message));
    }
    let is_list = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
    let misplaced =
        (1..tokens.len()).filter(|&at| ends_expression(&tokens, at)).find(|&at| match &tokens[at] {
            TokenTree::Ident(word) if word == "after" => tokens.get(at + 1).is_some_and(is_list),
            TokenTree::Ident(word) => word == "when",
            _ => false,
        });
    if let Some(at) = misplaced {
        let message = match is_word(tokens.get(at), "when") {
            true => "a task has one condition: join them by `&&`",
            false => "`when` stands behind `after`: `task(argument) after [first] when condition`",
        };
        return Err(syn::Error::new(tokens[at].span(), message));
    }
    let parts = split(&tokens);
    if parts.len() > 1 || is_word(tokens.first(), "let") {
        // It binds less than `&&`, and so would be evaluated in another order than it is written.
        if let Some(at) = either(&tokens) {
            let message = "`||` does not go with `let`: put it into parentheses, a `match` or a function";
            return Err(syn::Error::new(tokens[at].span(), message));
        }
    }
    let parts = parts.into_iter().map(|part| self::part(part, word.span(), families));
    Ok(When { parts: parts.collect::<syn::Result<_>>()?, word })
}

/// The parts between the `&&`s, if one of them binds names. Otherwise the whole is one part.
fn split(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let is_and = |at: usize| {
        matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '&' && punct.spacing() == Spacing::Joint)
            && is_punct(tokens.get(at + 1), '&')
            && ends_expression(tokens, at)
    };
    let ands: Vec<usize> = (0..tokens.len()).filter(|&at| is_and(at)).collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for end in ands.iter().copied().chain([tokens.len()]) {
        parts.push(&tokens[start..end]);
        start = end + 2;
    }
    let binds = parts.iter().any(|part| is_word(part.first(), "let"));
    if binds { parts } else { vec![tokens] }
}

fn part(tokens: &[TokenTree], word: Span, families: &Families) -> syn::Result<WhenPart> {
    let Some(first) = tokens.first() else {
        return Err(syn::Error::new(word, "a part of the condition is missing beside `&&`"));
    };
    if !is_word(Some(first), "let") {
        expressions::condition(tokens, families, "tasks")?;
        return Ok(WhenPart { pattern: None, expression: tokens.iter().cloned().into_stream() });
    }
    let Some(equals) = (1..tokens.len()).find(|&at| is_equals(tokens, at)) else {
        let message = "expected `=` behind the pattern: `when let Some(x) = &task`";
        return Err(syn::Error::new(first.span(), message));
    };
    let expression = &tokens[equals + 1..];
    if expression.is_empty() {
        let message = "expected what the pattern is compared with: `when let Some(x) = &task`";
        return Err(syn::Error::new(tokens[equals].span(), message));
    }
    expressions::condition(expression, families, "tasks")?;
    let pattern: TokenStream = tokens[1..equals].iter().cloned().into_stream();
    let pattern = Pat::parse_multi_with_leading_vert.parse2(pattern).map_err(|error| {
        // At the end of the pattern, the parser knows no place.
        let is_end = error.to_string().starts_with("unexpected end of input");
        let message = "the pattern is not complete: something is missing in front of this";
        if is_end { syn::Error::new(tokens[equals].span(), message) } else { error }
    })?;
    let written = tokens[..=equals].iter().cloned().into_stream();
    let pattern = WhenPattern { tokens: written, pattern: Box::new(pattern) };
    Ok(WhenPart { pattern: Some(pattern), expression: expression.iter().cloned().into_stream() })
}

/// The `=` between a pattern and its expression, no part of `..=`.
fn is_equals(tokens: &[TokenTree], at: usize) -> bool {
    let goes_on = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.' && punct.spacing() == Spacing::Joint);
    is_punct(tokens.get(at), '=') && !goes_on(&tokens[at - 1])
}

/// The place of a `||` between two values.
fn either(tokens: &[TokenTree]) -> Option<usize> {
    (1..tokens.len()).find(|&at| {
        is_punct(tokens.get(at), '|') && is_punct(tokens.get(at + 1), '|') && ends_expression(tokens, at)
    })
}
