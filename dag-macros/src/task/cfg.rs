//! `#[cfg]` on the parameters of a function and on what it depends on. That on the function itself is rustc's, which goes
//! by it before any attribute macro.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{FnArg, GenericParam};

use crate::cfg::{Case, first};
use crate::streams::IntoStream as _;
use crate::task::attribute::Attribute;
use crate::task::function::Item;

/// The two forms of a task in which something is under a condition; none where nothing is.
pub(super) fn configure(
    arguments: &TokenStream,
    attribute: &Attribute,
    item: &mut Item,
) -> Option<TokenStream> {
    let mut condition = first(&attribute.attributes, |_| true);
    retain(item, &mut |attributes| {
        condition = condition.take().or_else(|| {
            first(attributes, |attribute| ["from", "key"].iter().any(|name| attribute.path().is_ident(name)))
        });
        true
    });
    let condition = condition?;
    let runtime = attribute.runtime();
    let form = |holds| {
        let (case, mut item) = (Case { condition: &condition, holds }, item.clone());
        let arguments = decided(&case, arguments.clone());
        retain(&mut item, &mut |attributes| case.decide(attributes));
        let Item { attributes, visibility, signature, body, .. } = item;
        quote!(#[#runtime::task(#arguments)] #(#attributes)* #visibility #signature #body)
    };
    let (with, without) = (form(true), form(false));
    Some(quote!(#[cfg(#condition)] #with #[cfg(not(#condition))] #without))
}

/// Retains the parameters whose attributes the function says to keep.
fn retain(item: &mut Item, keep: &mut dyn FnMut(&mut Vec<syn::Attribute>) -> bool) {
    let generics = std::mem::take(&mut item.signature.generics.params).into_pairs();
    item.signature.generics.params = generics
        .filter_map(|mut parameter| {
            let attributes = match parameter.value_mut() {
                GenericParam::Lifetime(parameter) => &mut parameter.attrs,
                GenericParam::Type(parameter) => &mut parameter.attrs,
                GenericParam::Const(parameter) => &mut parameter.attrs,
            };
            keep(attributes).then_some(parameter)
        })
        .collect();
    let inputs = std::mem::take(&mut item.signature.inputs).into_pairs();
    item.signature.inputs = inputs
        .filter_map(|mut parameter| {
            let attributes = match parameter.value_mut() {
                FnArg::Receiver(receiver) => &mut receiver.attrs,
                FnArg::Typed(parameter) => &mut parameter.attrs,
            };
            keep(attributes).then_some(parameter)
        })
        .collect();
}

/// The arguments of the attribute, whose lists are without what is not there.
fn decided(case: &Case<'_>, arguments: TokenStream) -> TokenStream {
    let in_list = |token| match token {
        TokenTree::Group(group)
            if matches!(group.delimiter(), Delimiter::Bracket | Delimiter::Parenthesis) =>
        {
            let list = |input: ParseStream<'_>| entries(case, input);
            let mut decided = Group::new(group.delimiter(), list.parse2(group.stream()).unwrap_or_default());
            decided.set_span(group.span());
            TokenTree::Group(decided)
        }
        token => token,
    };
    arguments.into_iter().map(in_list).into_stream()
}

/// The entries of a list that are there.
fn entries(case: &Case<'_>, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut entries = TokenStream::new();
    while !input.is_empty() {
        let mut attributes = input.call(syn::Attribute::parse_outer)?;
        let is_there = case.decide(&mut attributes);
        let mut entry = quote!(#(#attributes)*);
        while !input.is_empty() {
            let token = input.parse::<TokenTree>()?;
            let is_comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
            token.to_tokens(&mut entry);
            if is_comma {
                break;
            }
        }
        if is_there {
            entries.extend(entry);
        }
    }
    Ok(entries)
}
