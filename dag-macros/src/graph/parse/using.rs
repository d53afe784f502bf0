//! `using units`, behind a task.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::Token;
use syn::parse::{ParseStream, Parser};

use super::families::Families;
use super::limits;
use crate::graph::ast::Units;
use crate::graph::tokens::{ends_expression, is_word, split};
use crate::streams::IntoStream as _;

const FORM: &str = "expected what the task uses of a limit of the graph: `using gpu`, `using memory = 4` or `using [gpu, memory = 4]`";

/// `using units`
///
/// # Errors
///
/// Says what of it names no units.
pub(super) fn using(input: ParseStream<'_>, families: &Families) -> syn::Result<Vec<Units>> {
    let word = input.parse::<Ident>()?;
    if input.is_empty() {
        return Err(syn::Error::new(word.span(), FORM));
    }
    let mut all = Vec::new();
    if input.peek(syn::token::Bracket) {
        let list = input.parse::<Group>()?;
        for (tokens, comma) in split(list.stream()) {
            if tokens.is_empty() {
                if let Some(comma) = comma {
                    return Err(syn::Error::new(comma, "expected a limit before this comma"));
                }
                continue;
            }
            let one = |input: ParseStream<'_>| {
                let units = units(input, families)?;
                if input.is_empty() { Ok(units) } else { Err(input.error("expected `,` between limits")) }
            };
            all.push(one.parse2(tokens.into_iter().into_stream())?);
        }
        if all.is_empty() {
            return Err(syn::Error::new(list.span(), FORM));
        }
    } else {
        all.push(units(input, families)?);
    }
    let next = input.fork().parse::<TokenTree>().ok();
    if ["when", "after"].iter().any(|word| is_word(next.as_ref(), word)) {
        let message = "`using` stands behind `after` and `when`: `task(argument) after [first] when condition using limit`";
        return Err(input.error(message));
    }
    Ok(all)
}

/// `name` or `name = expression`
fn units(input: ParseStream<'_>, families: &Families) -> syn::Result<Units> {
    if !input.peek(syn::Ident) {
        return Err(input.error(FORM));
    }
    let name = input.parse::<Ident>()?;
    if !input.peek(Token![=]) {
        return Ok(Units { name, units: None });
    }
    let equals = input.parse::<Token![=]>()?;
    let mut tokens: Vec<TokenTree> = Vec::new();
    while !input.is_empty() {
        let next = input.fork().parse::<TokenTree>()?;
        let ends = ["after", "when", "on", "keep"].iter().any(|word| is_word(Some(&next), word));
        tokens.push(next);
        if ends && ends_expression(&tokens, tokens.len() - 1) {
            tokens.pop();
            break;
        }
        input.parse::<TokenTree>()?;
    }
    if tokens.is_empty() {
        return Err(syn::Error::new(equals.span, "expected a number of units: `using memory = 4`"));
    }
    if let Some(again) =
        (1..tokens.len()).find(|&at| is_word(tokens.get(at), "using") && ends_expression(&tokens, at))
    {
        return Err(syn::Error::new(tokens[again].span(), TWICE));
    }
    let units: TokenStream = tokens.into_iter().into_stream();
    limits::check(&units, families)?;
    Ok(Units { name, units: Some(units) })
}

pub(super) const TWICE: &str = "several limits stand in brackets: `using [gpu, memory = 4]`";
