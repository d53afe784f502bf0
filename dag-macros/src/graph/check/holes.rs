//! What stands for a use in an expression, before it is known how the use is written.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

const PREFIX: &str = "__dag_use_";

/// The name that stands for a use, at the place of another name.
pub(crate) fn hole(number: usize, at: &Ident) -> Ident {
    format_ident!("{PREFIX}{number}", span = at.span())
}

/// The local that says whether a condition in the arguments of a line holds.
pub(crate) fn condition_local(number: usize) -> Ident {
    format_ident!("__c{number}", span = Span::mixed_site())
}

/// The expression with what `fill` gives in the place of each hole.
pub(crate) fn filled(expression: TokenStream, fill: &mut dyn FnMut(usize) -> TokenStream) -> TokenStream {
    let mut filled = TokenStream::new();
    for token in expression {
        match token {
            TokenTree::Ident(name) => match number(&name) {
                Some(number) => filled.extend(fill(number)),
                None => filled.extend([TokenTree::Ident(name)]),
            },
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), self::filled(group.stream(), fill));
                inside.set_span(group.span());
                filled.extend([TokenTree::Group(inside)]);
            }
            token => filled.extend([token]),
        }
    }
    filled
}

/// The number of the condition that a name stands for.
pub(crate) fn condition_number(name: &Ident) -> Option<usize> {
    name.to_string().strip_prefix("__c")?.parse().ok()
}

/// The number of the use that a name stands for.
pub(crate) fn number(name: &Ident) -> Option<usize> {
    name.to_string().strip_prefix(PREFIX)?.parse().ok()
}
