//! Arguments that are too simple to need a parser, which costs more than all else: `a + b.len()`, `Some(&cell[t - 1, x])`.
//! No name is bound in them, and what is beside a name says how it is used.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::prepare::with;
use super::{Names, Resolver};
use crate::graph::tokens::{ends_expression, is_path_separator, is_punct};
use crate::names;

/// Words that ask for a parser, sorted.
const WORDS: [&str; 36] = [
    "as", "async", "await", "become", "box", "break", "builtin", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "pub", "raw",
    "ref", "return", "static", "struct", "trait", "try", "type", "unsafe", "use", "while",
];

/// Whether these tokens are such an argument, or a part of one.
pub(super) fn is_flat(tokens: &[TokenTree], names: &dyn Names) -> bool {
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Ident(name) => WORDS.binary_search(&name.to_string().as_str()).is_err(),
        TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => match punct.as_char() {
            '&' | '+' | '-' | '/' | '%' | ',' | '.' => true,
            ':' => {
                let before = at.checked_sub(1).map(|before| &tokens[before]);
                (matches!(before, Some(TokenTree::Ident(_))) && is_path_separator(tokens, at))
                    || (at > 1 && is_path_separator(tokens, at - 1))
            }
            _ => false,
        },
        TokenTree::Group(group) => {
            // What is in parentheses is a place, where they are.
            let is_place = !ends_expression(tokens, at)
                && (is_punct(at.checked_sub(1).and_then(|before| tokens.get(before)), '&')
                    || is_punct(tokens.get(at + 1), '.')
                    || matches!(tokens.get(at + 1), Some(TokenTree::Group(_))));
            match group.delimiter() {
                Delimiter::Bracket if is_family(at.checked_sub(1).map(|before| &tokens[before]), names) => {
                    true
                }
                Delimiter::Parenthesis | Delimiter::Bracket => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    !is_place && is_flat(&inside, names)
                }
                Delimiter::Brace | Delimiter::None => false,
            }
        }
    })
}

fn is_family(token: Option<&TokenTree>, names: &dyn Names) -> bool {
    matches!(token, Some(TokenTree::Ident(name)) if names.is_family(&names::text(name)))
}

impl Resolver<'_> {
    /// Replaces in tokens that are such an argument.
    pub(super) fn flat(&mut self, tokens: &[TokenTree]) -> TokenStream {
        let mut replaced = TokenStream::new();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    replaced.extend([TokenTree::Group(with(group, self.flat(&inside)))]);
                    at += 1;
                }
                TokenTree::Ident(name) => at = self.name(tokens, at, name, &mut replaced),
                token => {
                    replaced.extend([token.clone()]);
                    at += 1;
                }
            }
        }
        replaced
    }
}
