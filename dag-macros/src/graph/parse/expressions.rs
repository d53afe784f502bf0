//! Whether tokens are expressions: a mistake in one is told here, before its parts stand in many places.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;
use syn::parse::{ParseStream, Parser};

use super::families::Families;
use crate::graph::ast::Range;
use crate::graph::tokens::{is_punct, split};
use crate::names;

/// The expression that the tokens are. The brackets behind a family stand for what is in them.
///
/// # Errors
///
/// Says what is wrong at the first token that is. `between` are the things that the tokens can be one of, if a comma is
/// missing.
pub(super) fn expression(tokens: &[TokenTree], families: &Families, between: &str) -> syn::Result<Expr> {
    let end = tokens.last().map_or_else(Span::call_site, TokenTree::span);
    let parser = |input: ParseStream<'_>| {
        let expression = input.parse::<Expr>().map_err(|error| {
            // The parser does not know where the tokens end.
            match input.is_empty() || is_at_end(&error) {
                true => {
                    syn::Error::new(end, "the expression is not complete: something is missing behind this")
                }
                false => error,
            }
        })?;
        if input.is_empty() {
            Ok(expression)
        } else {
            Err(input.error(format!("expected `,` between {between}, or an operator")))
        }
    };
    parser.parse2(indexed(tokens, families)?)
}

/// Reports what of an expression is none, where it is more than a name, a reference to one or a literal.
pub(super) fn check(tokens: &[TokenTree], families: &Families, between: &str) -> syn::Result<()> {
    let is_one = |token: &TokenTree| match token {
        // The parser knows the words of the language.
        TokenTree::Ident(_) => syn::parse2::<Ident>(token.to_token_stream()).is_ok(),
        token => matches!(token, TokenTree::Literal(_)),
    };
    match tokens {
        [token] if is_one(token) => Ok(()),
        [sign, token] if is_punct(Some(sign), '&') && is_one(token) => Ok(()),
        tokens => expression(tokens, families, between).map(drop),
    }
}

/// Reports what of an expression cannot stand behind `if`: a struct without parentheses around it.
pub(super) fn condition(tokens: &[TokenTree], families: &Families, between: &str) -> syn::Result<()> {
    check(tokens, families, between)?;
    let has_braces =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    if !tokens.iter().any(has_braces) {
        return Ok(());
    }
    let parser = |input: ParseStream<'_>| {
        Expr::parse_without_eager_brace(input)?;
        if input.is_empty() { Ok(()) } else { Err(input.error("")) }
    };
    let message = "a struct in a condition stands in parentheses, as behind `if`: `(Size { n }) == size`";
    parser.parse2(indexed(tokens, families)?).map_err(|error| syn::Error::new(error.span(), message))
}

fn is_at_end(error: &syn::Error) -> bool {
    error.to_string().starts_with("unexpected end of input")
}

/// The tokens with an index in all brackets behind families: `cell[t - 1, x]` is no Rust.
fn indexed(tokens: &[TokenTree], families: &Families) -> syn::Result<TokenStream> {
    let mut indexed = TokenStream::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            indexed.extend([token.clone()]);
            continue;
        };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let inside = match before.and_then(name) {
            Some(name) if group.delimiter() == Delimiter::Bracket => index(&name, group, families)?,
            _ => None,
        };
        let inside = match inside {
            Some(index) => index,
            None => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let inside = self::indexed(&inside, families)?;
                // What a macro is given need not be Rust.
                if is_punct(before, '!') { group.stream() } else { inside }
            }
        };
        let mut group = Group::new(group.delimiter(), inside);
        group.set_span(token.span());
        indexed.extend([TokenTree::Group(group)]);
    }
    Ok(indexed)
}

/// The name that a token is, also where a `macro_rules!` macro passed it on.
fn name(token: &TokenTree) -> Option<Ident> {
    match token {
        TokenTree::Ident(name) => Some(name.clone()),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut tokens = group.stream().into_iter();
            name(&tokens.next()?).filter(|_| tokens.next().is_none())
        }
        _ => None,
    }
}

/// What stands for what is in the brackets behind a name, where these choose a member.
fn index(name: &Ident, brackets: &Group, families: &Families) -> syn::Result<Option<TokenStream>> {
    let text = names::text(name);
    if !families.contains(&text) {
        let is_name = syn::parse2::<Ident>(name.to_token_stream()).is_ok();
        if !is_name || split(brackets.stream()).len() < 2 {
            return Ok(None);
        }
        if families.all_known() {
            let meant = names::did_you_mean(&text, families.names());
            return Err(syn::Error::new(name.span(), format!("`{text}` is no family of this graph{meant}")));
        }
    }
    indices(brackets, families)?;
    Ok(Some(TokenTree::Literal(Literal::usize_unsuffixed(0)).into()))
}

/// Reports what between the brackets behind a family is no expression.
pub(super) fn indices(brackets: &Group, families: &Families) -> syn::Result<()> {
    let parts = split(brackets.stream());
    let mut parts = parts.iter().map(|(part, _)| part).filter(|part| !part.is_empty());
    parts.try_for_each(|part| {
        check(part, families, "indices")?;
        bounds(part, families)
    })
}

/// Reports what on either side of a range's dots is no expression: `x > ..` is one as a whole.
pub(super) fn bounds(range: &[TokenTree], families: &Families) -> syn::Result<()> {
    let bounds = Range::new(range).bounds;
    let mut sides = bounds.into_iter().flat_map(|bounds| [bounds.start, bounds.end]);
    sides.try_for_each(|side| {
        let side: Vec<TokenTree> = side.into_iter().collect();
        if side.is_empty() { Ok(()) } else { check(&side, families, "indices") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families() -> Families {
        let line: Vec<TokenTree> =
            "cell[t in 0..9] = task".parse::<TokenStream>().unwrap().into_iter().collect();
        Families::of([line.as_slice()])
    }

    fn checked(source: &str) -> Result<(), String> {
        let tokens: Vec<TokenTree> = source.parse::<TokenStream>().unwrap().into_iter().collect();
        check(&tokens, &families(), "arguments").map_err(|error| error.to_string())
    }

    #[test]
    fn expressions_pass() {
        for source in [
            "x",
            "&x",
            "-1.5",
            "&mut x",
            "if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }",
            "cell[0]",
            "cell[..]",
            "cell[t, ..].len()",
            "vec![cell[0, 1], cell[1, 2]]",
            "my_macro!(any thing, cell[1, 2])",
            "match [a, b] { [a, b] => a + b }",
            "move |x: &[u8; 2]| x[0]",
            "unsafe { a }",
        ] {
            assert_eq!(checked(source), Ok(()), "{source}");
        }
        let name = TokenTree::Group(Group::new(Delimiter::None, "cell".parse().unwrap()));
        let brackets = "[t - 1, x]".parse::<TokenStream>().unwrap().into_iter().next().unwrap();
        assert!(check(&[name, brackets], &families(), "arguments").is_ok());
    }

    #[test]
    fn what_is_no_expression_is_one_error() {
        let check = |source: &str, expected: &str| {
            let error = checked(source).unwrap_err();
            assert!(error.starts_with(expected), "{source}: {error}");
        };
        check("a b", "expected `,` between arguments, or an operator");
        check("1 +", "the expression is not complete");
        check("if", "the expression is not complete");
        check("cell[t - 1 1, x]", "expected `,` between indices, or an operator");
        check("cell[t -, x]", "the expression is not complete");
        check("cell[1, x > ..]", "the expression is not complete");
        check("cel[t, x]", "`cel` is no family of this graph; did you mean `cell`?");
        check("vec![cell[1, _ far]]", "expected `,` between indices, or an operator");
    }
}
