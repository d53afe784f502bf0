//! Types as they are written: what they are made of, and the lifetimes in them.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type, TypeReference};

use crate::streams::IntoStream as _;
use crate::task::function::Function;

/// The first `impl Trait` in a type.
pub(super) fn find_impl(ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::ImplTrait(found) => Some(found.to_token_stream()),
        ty => parts(ty).into_iter().find_map(find_impl),
    }
}

/// The types that a type is made of. What stands in parentheses behind `Fn` or `fn` is left out: it
/// is what a value takes and gives, not what it holds.
pub(crate) fn parts(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Array(array) => vec![&array.elem],
        Type::Group(group) => vec![&group.elem],
        Type::Paren(paren) => vec![&paren.elem],
        Type::Ptr(pointer) => vec![&pointer.elem],
        Type::Reference(reference) => vec![&reference.elem],
        Type::Slice(slice) => vec![&slice.elem],
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Path(path) => path
            .path
            .segments
            .iter()
            .filter_map(|segment| match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
                _ => None,
            })
            .flatten()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a reference is to what is never dropped.
pub(super) fn is_static(reference: &TypeReference) -> bool {
    reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static")
}

/// Whether a type has no size that rustc knows, whatever its names mean.
pub(super) fn is_unsized(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// Whether a type is written as a primitive one that is `Copy`.
pub(super) fn is_primitive(ty: TokenStream) -> bool {
    const PRIMITIVES: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
        "u128", "usize",
    ];
    let mut tokens = ty.into_iter();
    let Some(TokenTree::Ident(name)) = tokens.next() else { return false };
    tokens.next().is_none() && PRIMITIVES.iter().any(|primitive| name == primitive)
}

/// What is in an `Option`, if the type is written as one.
pub(super) fn in_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if arguments.args.len() == 1 => parts(ty).first().copied(),
        _ => None,
    }
}

/// A type without the invisible group around what a `macro_rules!` macro passed on.
pub(super) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// The tokens with each lifetime that the function declares replaced by `'_`.
pub(crate) fn elide_lifetimes(function: &Function, tokens: TokenStream) -> TokenStream {
    let declared: Vec<&Ident> =
        function.signature.generics.lifetimes().map(|parameter| &parameter.lifetime.ident).collect();
    if declared.is_empty() { tokens } else { elide(&declared, tokens) }
}

/// The tokens with each of these lifetimes replaced by `'_`.
pub(crate) fn elide(declared: &[&Ident], tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    tokens
        .into_iter()
        .map(|token| {
            let is_lifetime = std::mem::replace(
                &mut after_quote,
                matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
            );
            match token {
                TokenTree::Ident(ident) if is_lifetime && declared.contains(&&ident) => {
                    TokenTree::Ident(Ident::new("_", ident.span()))
                }
                TokenTree::Group(group) => {
                    let mut elided = Group::new(group.delimiter(), elide(declared, group.stream()));
                    elided.set_span(group.span());
                    TokenTree::Group(elided)
                }
                token => token,
            }
        })
        .into_stream()
}
