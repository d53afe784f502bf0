//! Expressions that give the same in each run.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use crate::graph::tokens::{ends_expression, is_punct};

/// Whether an expression of integers gives the same in each run: it has no inputs, and calls nothing. What cannot be told
/// from tokens is taken for a call, but for operators: those of a type of the program have to give the same.
pub(super) fn is_fixed(expression: &TokenStream, is_input: &impl Fn(&Ident) -> bool) -> bool {
    let tokens: Vec<TokenTree> = expression.clone().into_iter().collect();
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Ident(name) => {
            !["unsafe", "let", "for"].iter().any(|word| name == word) && !is_input(name)
        }
        TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => match punct.as_char() {
            '.' | '?' | '#' | '$' => false,
            // A macro, or an operator.
            '!' => is_punct(tokens.get(at + 1), '='),
            // A dereference may be a call, also of what is behind a reference.
            '*' | '&' => ends_expression(&tokens, at) && !is_block(at.checked_sub(1).map(|at| &tokens[at])),
            _ => true,
        },
        TokenTree::Group(group) => {
            let may_be_call = match group.delimiter() {
                Delimiter::Parenthesis => {
                    ends_expression(&tokens, at) || is_punct(at.checked_sub(1).map(|at| &tokens[at]), '>')
                }
                Delimiter::Bracket => true,
                Delimiter::Brace | Delimiter::None => false,
            };
            !may_be_call && is_fixed(&group.stream(), is_input)
        }
    })
}

/// Whether a token is a block, behind which a statement may begin.
fn is_block(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn what_has_no_inputs_and_calls_nothing_gives_the_same() {
        let fixed = |text: &str| is_fixed(&text.parse().unwrap(), &|name| names::text(name) == "input");
        for text in [
            "0",
            "k + 1",
            "x * ranks / CELLS",
            "(i * shapes::COLUMNS + j) * ranks / (N * N)",
            "if i != j { i } else { 1 } as usize",
            "match x % 2 { 0 => 0, _ => ranks - 1 }",
            "-1 & x << 2",
        ] {
            assert!(fixed(text), "{text}");
        }
        for text in [
            "input",
            "(x + input) * ranks",
            "if true { input } else { 0 }",
            "owner(x)",
            "owners::of::<u32>(x)",
            "(OWNER)(x)",
            "OWNERS[x]",
            "x.min(ranks)",
            "*OWNER + x",
            "x * *OWNER",
            "if true {} *OWNER",
            "{ let r: &usize = OWNER; x }",
            "&OWNER + 0",
            "r#input",
            "{ for k in OWNERS {} x }",
            "env!(\"RANK\")",
            "owner! { x }",
            "unsafe { OWNER }",
            "!OWNER",
        ] {
            assert!(!fixed(text), "{text}");
        }
    }
}
