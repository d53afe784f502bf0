//! What a function returns, seen as a task's output.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

use crate::diag::Diagnostics;
use crate::task::check::Output;

/// The output of a function with this return type.
pub(crate) fn output(returned: &ReturnType, diagnostics: &mut Diagnostics) -> Output {
    let ReturnType::Type(_, ty) = returned else {
        return Output::Plain(quote!(()));
    };
    if let Some(token) = find_impl(ty) {
        diagnostics.error(
            token,
            "the output of a task needs a type with a name: return that type, or a `Box<dyn Trait + Send + Sync>`",
        );
        return Output::Unknown;
    }
    if let Type::Never(token) = &**ty {
        diagnostics.error(token, "a task has to return: others wait for it");
        return Output::Unknown;
    }
    if let Some((borrow, owned)) = find_borrow(ty) {
        diagnostics.error(
            borrow,
            format!("the output of a task has to be owned (`'static`), since it outlives the call: return {owned}"),
        );
        return Output::Unknown;
    }
    if is_result(ty) { Output::Fallible(ty.to_token_stream()) } else { Output::Plain(ty.to_token_stream()) }
}

fn is_result(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "Result"),
        Type::Group(group) => is_result(&group.elem),
        Type::Paren(paren) => is_result(&paren.elem),
        _ => false,
    }
}

/// The first `impl Trait` in a type.
pub(crate) fn find_impl(ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::ImplTrait(found) => Some(found.to_token_stream()),
        ty => parts(ty).into_iter().find_map(find_impl),
    }
}

/// The first borrow in a type that is not `'static`, and what to return instead.
fn find_borrow(ty: &Type) -> Option<(TokenStream, String)> {
    match ty {
        Type::Reference(reference) => {
            if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static") {
                return find_borrow(&reference.elem);
            }
            let owned = match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") => "`String`, for instance".to_owned(),
                Type::Path(path) if path.path.is_ident("Path") => "`PathBuf`, for instance".to_owned(),
                Type::Slice(slice) => format!("`Vec<{}>`, for instance", text(&*slice.elem)),
                Type::TraitObject(object) => format!("`Box<{}>`, for instance", text(object)),
                elem => format!("`{}`, for instance", text(elem)),
            };
            Some((ty.to_token_stream(), owned))
        }
        Type::Path(path) => {
            let arguments = path.path.segments.iter().find_map(|segment| match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Lifetime(lifetime) if lifetime.ident != "static" => Some(lifetime),
                    _ => None,
                }),
                _ => None,
            });
            match arguments {
                Some(_) => Some((ty.to_token_stream(), "a type that borrows nothing".to_owned())),
                None => parts(ty).into_iter().find_map(find_borrow),
            }
        }
        Type::TraitObject(object) => object.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Lifetime(lifetime) if lifetime.ident != "static" => {
                Some((ty.to_token_stream(), "a type that borrows nothing".to_owned()))
            }
            _ => None,
        }),
        ty => parts(ty).into_iter().find_map(find_borrow),
    }
}

/// A type's source text, without the spaces that a token stream's text has around punctuation.
fn text(tokens: impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut text = spaced;
    for (from, to) in [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&")] {
        text = text.replace(from, to);
    }
    text
}

/// The types that a type is made of. What stands in parentheses behind `Fn` or `fn` is left out: it
/// is what a value takes and gives, not what it holds.
fn parts(ty: &Type) -> Vec<&Type> {
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
