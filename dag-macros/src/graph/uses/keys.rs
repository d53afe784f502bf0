//! Names in arguments that are no values: keys of struct literals and of macros.

use proc_macro2::{Spacing, TokenTree};

use crate::graph::tokens::{is_punct, is_struct_literal};

/// What a sequence of tokens stands in, where that says which names are keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    None,
    /// The body of a struct literal, with `key: value`.
    OfFields,
    /// The arguments of a macro, with `key = value`.
    OfMacro,
}

impl Keys {
    /// The keys in the group at `at`.
    pub(super) fn of_group(tokens: &[TokenTree], at: usize) -> Self {
        if is_struct_literal(tokens, at) {
            Keys::OfFields
        } else if at > 0 && is_punct(tokens.get(at - 1), '!') {
            Keys::OfMacro
        } else {
            Keys::None
        }
    }

    /// Whether the name at `at` is a key.
    pub(super) fn is_key(self, tokens: &[TokenTree], at: usize) -> bool {
        match self {
            Keys::None => false,
            Keys::OfFields => is_punct(tokens.get(at + 1), ':'),
            Keys::OfMacro => {
                (at == 0 || is_punct(tokens.get(at - 1), ','))
                    && matches!(tokens.get(at + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '=' && punct.spacing() == Spacing::Alone)
            }
        }
    }
}
