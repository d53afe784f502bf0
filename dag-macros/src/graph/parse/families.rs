//! Which names are those of families, before the lines of these are parsed: a line that is wrong has a name all the same.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::graph::tokens::{is_punct, is_word};
use crate::names;

/// The names of a graph's families.
#[derive(Default)]
pub(super) struct Families {
    names: Vec<String>,
    /// Whether there is a line with the indices of a family and without its name.
    some_nameless: bool,
}

impl Families {
    /// Those of these lines.
    pub(super) fn of<'a>(lines: impl IntoIterator<Item = &'a [TokenTree]>) -> Self {
        let mut families = Families::default();
        lines.into_iter().for_each(|line| families.add(line));
        families
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Whether no name is missing because of a mistake.
    pub(super) fn all_known(&self) -> bool {
        !self.some_nameless
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    fn add(&mut self, line: &[TokenTree]) {
        self.names.extend(first(line));
        // What stands further on may have lost its comma.
        for at in (0..line.len()).filter(|&at| is_indices(&line[at])) {
            match at.checked_sub(1).map(|before| &line[before]) {
                Some(TokenTree::Ident(name)) => self.names.push(names::text(name)),
                _ => self.some_nameless = true,
            }
        }
    }
}

/// The name of the family that a line begins with, behind attributes.
fn first(line: &[TokenTree]) -> Option<String> {
    match line {
        [sign, TokenTree::Group(_), rest @ ..] if is_punct(Some(sign), '#') => first(rest),
        [TokenTree::Ident(word), rest @ ..] if word == "let" => first(rest),
        [TokenTree::Ident(name), TokenTree::Group(group), ..] => {
            (group.delimiter() == Delimiter::Bracket).then(|| names::text(name))
        }
        _ => None,
    }
}

/// Whether this is `[index in …]`.
fn is_indices(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let begins = |tokens: TokenStream| {
        let mut tokens = tokens.into_iter();
        matches!(tokens.next(), Some(TokenTree::Ident(_))) && is_word(tokens.next().as_ref(), "in")
    };
    group.delimiter() == Delimiter::Bracket && begins(group.stream())
}
