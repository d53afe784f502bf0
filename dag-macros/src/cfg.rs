//! `#[cfg]` and `#[cfg_attr]` inside of what a macro is given.
//!
//! A macro does not know what is configured. So what it is given is written out twice, as if the first condition in it
//! held and as if it did not, each under the condition or its opposite: the compiler drops one before it is expanded.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// A condition, held to be true or not.
pub(crate) struct Case<'a> {
    /// What stands in the parentheses of `#[cfg(…)]`.
    pub(crate) condition: &'a TokenStream,
    pub(crate) holds: bool,
}

/// Which attributes beside `#[cfg]` mean something, so that it matters whether they are there.
pub(crate) type Matters = fn(&Attribute) -> bool;

/// The first condition in the attributes of one thing. `#[cfg_attr]` counts where it adds what `matters`.
pub(crate) fn first(attributes: &[Attribute], matters: Matters) -> Option<TokenStream> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(list.tokens.clone()),
        _ => conditional(attribute)
            .filter(|(_, added)| added.iter().any(|added| decides(added, matters)))
            .map(|(condition, _)| condition),
    })
}

/// Whether an attribute is a condition, or one that matters, or adds such a one.
fn decides(attribute: &Attribute, matters: Matters) -> bool {
    attribute.path().is_ident("cfg")
        || matters(attribute)
        || conditional(attribute).is_some_and(|(_, added)| added.iter().any(|added| decides(added, matters)))
}

impl Case<'_> {
    /// Takes the condition out of the attributes of one thing, and says whether it is there.
    pub(crate) fn decide(&self, attributes: &mut Vec<Attribute>) -> bool {
        let mut is_there = true;
        let mut decided = Vec::new();
        for attribute in attributes.drain(..) {
            match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg") => match self.value(&list.tokens) {
                    Some(value) => is_there &= value,
                    None => decided.push(attribute),
                },
                _ => match conditional(&attribute) {
                    Some((condition, added)) => match self.value(&condition) {
                        Some(true) => decided.extend(added),
                        Some(false) => {}
                        None => decided.push(attribute),
                    },
                    None => decided.push(attribute),
                },
            }
        }
        *attributes = decided;
        is_there
    }

    /// What a condition evaluates to, where this one decides that.
    fn value(&self, condition: &TokenStream) -> Option<bool> {
        let (text, own) = (condition.to_string(), self.condition.to_string());
        if text == own {
            return Some(self.holds);
        }
        let is_opposite = |first: &TokenStream, second: &str| {
            let inside = |input: ParseStream<'_>| {
                let list = input.parse::<syn::MetaList>()?;
                Ok(list.path.is_ident("not").then(|| list.tokens.to_string()))
            };
            inside.parse2(first.clone()).ok().flatten().is_some_and(|inside| inside == second)
        };
        let is_opposite = is_opposite(condition, &own) || is_opposite(self.condition, &text);
        is_opposite.then_some(!self.holds)
    }
}

/// The condition of a `#[cfg_attr]`, and what it adds.
fn conditional(attribute: &Attribute) -> Option<(TokenStream, Vec<Attribute>)> {
    let Meta::List(list) = &attribute.meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let parser = |input: ParseStream<'_>| {
        let mut condition = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            condition.extend([input.parse::<TokenTree>()?]);
        }
        input.parse::<Option<Token![,]>>()?;
        Ok((condition, Punctuated::<Meta, Token![,]>::parse_terminated(input)?))
    };
    let (condition, added) = parser.parse2(list.tokens.clone()).ok()?;
    let added = added.into_iter().map(|meta| Attribute { meta, ..attribute.clone() });
    Some((condition, added.collect()))
}
