//! What is done to an argument before it is parsed: `cell[t - 1, x]` is no Rust, so that a name stands for what is in the
//! brackets behind a family; and names that a `macro_rules!` macro passed on stand without the group around them.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};

use super::{Names, Resolver};
use crate::graph::tokens::is_word;
use crate::names;
use crate::streams::IntoStream as _;

/// An argument that is to be parsed.
pub(super) struct Prepared {
    pub(super) tokens: TokenStream,
    /// The brackets that names stand for, by number.
    pub(super) brackets: Vec<Group>,
}

/// What is found in an argument.
#[derive(Clone, Copy, Default)]
struct Found {
    /// Something that may be a use, or decide over one.
    uses: bool,
    /// Brackets behind the name of a family.
    brackets: bool,
    /// A group without delimiters.
    invisible: bool,
}

impl Prepared {
    /// The argument, if something in it may have to be replaced.
    pub(super) fn new(argument: &TokenStream, names: &dyn Names) -> Option<Self> {
        let mut found = Found::default();
        scan(argument, names, &mut found);
        let mut brackets = Vec::new();
        if !(found.uses || found.invisible) {
            return None;
        }
        let tokens = match found.brackets || found.invisible {
            true => prepared(argument.clone(), names, &mut brackets),
            false => argument.clone(),
        };
        Some(Prepared { tokens, brackets })
    }
}

fn scan(tokens: &TokenStream, names: &dyn Names, found: &mut Found) {
    let mut family = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => {
                found.invisible |= group.delimiter() == Delimiter::None;
                found.brackets |= family && group.delimiter() == Delimiter::Bracket;
                family &= group.delimiter() == Delimiter::None;
                scan(&group.stream(), names, found);
                if is_invisible_name(group) {
                    family = group.stream().into_iter().any(|token| is_family(&token, names));
                }
                continue;
            }
            TokenTree::Ident(name) => {
                let text = names::text(name);
                found.uses |= names.is_known(&text, false) || (text == "if" && names.has_conditions());
            }
            // A format string may capture names.
            TokenTree::Literal(literal) => found.uses |= literal.to_string().contains('{'),
            TokenTree::Punct(_) => {}
        }
        family = is_family(&token, names);
    }
}

fn is_family(token: &TokenTree, names: &dyn Names) -> bool {
    matches!(token, TokenTree::Ident(name) if names.is_family(&names::text(name)))
}

/// Whether a group is a name that a macro passed on.
fn is_invisible_name(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    group.delimiter() == Delimiter::None && tokens.next().is_some() && tokens.next().is_none()
}

const STANDS_FOR_BRACKETS: &str = "__dag_brackets_";

fn prepared(tokens: TokenStream, names: &dyn Names, brackets: &mut Vec<Group>) -> TokenStream {
    let mut prepared = TokenStream::new();
    let mut family = false;
    for token in tokens.into_iter().map(bare) {
        let is_family = is_family(&token, names);
        prepared.extend([match token {
            TokenTree::Group(group) => {
                let inside = if family && group.delimiter() == Delimiter::Bracket {
                    let name = format_ident!("{STANDS_FOR_BRACKETS}{}", brackets.len(), span = group.span());
                    brackets.push(group.clone());
                    name.into_token_stream()
                } else {
                    self::prepared(group.stream(), names, brackets)
                };
                TokenTree::Group(with(&group, inside))
            }
            token => token,
        }]);
        family = is_family;
    }
    prepared
}

/// A token that a `macro_rules!` macro passed on, without the group around it.
pub(crate) fn bare(token: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = &token else { return token };
    let mut tokens = group.stream().into_iter();
    match (group.delimiter(), tokens.next(), tokens.next()) {
        (Delimiter::None, Some(only), None) => bare(only),
        _ => token,
    }
}

/// The group with something else inside.
pub(super) fn with(group: &Group, inside: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), inside);
    other.set_span(group.span());
    other
}

impl Resolver<'_> {
    /// The brackets that are in the place of these tokens.
    pub(super) fn brackets_for(&self, inside: &TokenStream) -> Option<&Group> {
        let mut tokens = inside.clone().into_iter();
        match (tokens.next()?, tokens.next()) {
            (TokenTree::Ident(name), None) => {
                let number = name.to_string().strip_prefix(STANDS_FOR_BRACKETS)?.parse::<usize>().ok()?;
                self.brackets.get(number)
            }
            _ => None,
        }
    }

    /// The tokens with all brackets as they were written.
    pub(super) fn restored(&self, tokens: TokenStream) -> TokenStream {
        if self.brackets.is_empty() {
            return tokens;
        }
        let restored = tokens.into_iter().map(|token| match token {
            TokenTree::Group(group) => match self.brackets_for(&group.stream()) {
                Some(brackets) => TokenTree::Group(brackets.clone()),
                None => TokenTree::Group(with(&group, self.restored(group.stream()))),
            },
            token => token,
        });
        restored.into_stream()
    }
}

/// Whether a word of the language comes before `at` that is no value, so that `!` behind it is an operator.
pub(super) fn is_keyword(token: &TokenTree) -> bool {
    ["as", "break", "else", "if", "in", "let", "match", "move", "mut", "return", "while", "yield"]
        .iter()
        .any(|word| is_word(Some(token), word))
}
