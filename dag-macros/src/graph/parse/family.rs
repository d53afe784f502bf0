//! The indices of a family.

use proc_macro2::{Group, Ident, TokenTree};

use syn::Expr;

use super::expressions;
use super::families::Families;
use crate::diag::Diagnostics;
use crate::graph::ast::{Index, Range};
use crate::graph::tokens::{is_word, split};
use crate::names;

/// How many indices a family can have, as in the runtime.
pub(crate) const MAX_INDICES: usize = 8;

const FORM: &str = "an index of a family has a name and a range: `name[index in 0..10] = task(argument)`";

/// `[index in range, …]`
pub(super) fn indices(group: &Group, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Index>> {
    let mut indices: Vec<Index> = Vec::new();
    for (tokens, comma) in split(group.stream()) {
        let [first, rest @ ..] = tokens.as_slice() else {
            if let Some(comma) = comma {
                return Err(syn::Error::new(comma, FORM));
            }
            continue;
        };
        let TokenTree::Ident(name) = first else { return Err(syn::Error::new(first.span(), FORM)) };
        if !is_word(rest.first(), "in") {
            return Err(syn::Error::new(rest.first().unwrap_or(first).span(), FORM));
        }
        if syn::parse2::<Ident>(first.clone().into()).is_err() {
            let message = match name.to_string().as_str() {
                "_" => "an index has a name, even if it is not used: write `i` in place of `_`".to_string(),
                _ => keyword(name),
            };
            return Err(syn::Error::new(name.span(), message));
        }
        let range = &rest[1..];
        if range.is_empty() {
            return Err(syn::Error::new(rest[0].span(), FORM));
        }
        let expression = expressions::expression(range, &Families::default(), "the indices of a family")?;
        expressions::bounds(range, &Families::default())?;
        let is_range = !matches!(
            expression,
            Expr::Binary(_) | Expr::Unary(_) | Expr::Lit(_) | Expr::Reference(_) | Expr::Cast(_)
        );
        if let Some(problem) = problem(name, &indices) {
            diagnostics.error(name, problem);
        }
        if let Some(literal) = Range::new(range).no_integer() {
            let message = format!("an index is an integer, and `{literal}` is not one");
            return Err(syn::Error::new(literal.span(), message));
        }
        let range = Range::new(range);
        if !is_range || range.bounds.as_ref().is_some_and(|all| all.start.is_empty() || all.end.is_empty()) {
            let message = "the range of an index has a start and an end: `0..10`";
            return Err(syn::Error::new_spanned(&range.tokens, message));
        }
        indices.push(Index { name: name.clone(), range });
    }
    match indices.len() {
        0 => Err(syn::Error::new(group.span(), FORM)),
        count if count > MAX_INDICES => {
            Err(syn::Error::new(group.span(), format!("a family has at most {MAX_INDICES} indices")))
        }
        _ => Ok(indices),
    }
}

/// What to say of a keyword in the place of a name.
pub(super) fn keyword(word: &Ident) -> String {
    match word.to_string().as_str() {
        "self" | "Self" | "super" | "crate" => format!("`{word}` is a keyword: write another name"),
        _ => format!("`{word}` is a keyword: write `r#{word}`, or another name"),
    }
}

/// What is wrong with the name of an index, behind these.
fn problem(name: &Ident, earlier: &[Index]) -> Option<String> {
    let text = names::text(name);
    let twice = earlier.iter().any(|index| names::text(&index.name) == text);
    twice.then(|| format!("the family has an index `{text}` already"))
}
