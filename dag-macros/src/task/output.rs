//! What a function returns, seen as a task's output.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericArgument, GenericParam, PathArguments, ReturnType, Signature, Type, TypeParamBound};

use crate::diag::Diagnostics;
use crate::names;
use crate::task::model::Output;
use crate::task::types::{find_impl, parts};

/// The output of a function with this signature.
pub(crate) fn output(signature: &Signature, diagnostics: &mut Diagnostics) -> Output {
    let ReturnType::Type(_, ty) = &signature.output else {
        return Output::Plain(quote!(()));
    };
    if let Some(token) = find_impl(ty) {
        diagnostics.error(
            token,
            "the output of a task needs a type with a name: return that type, or a `Box<dyn Trait + Send + Sync>`",
        );
        return Output::Wrong;
    }
    if let Some(token) = find_placeholder(ty.to_token_stream()) {
        diagnostics.error(token, "the output of a task has one type: write it in place of `_`");
        return Output::Replaced;
    }
    if let Some((token, sized)) = find_unsized(ty) {
        diagnostics.error(token, format!("what a task returns has to have a size: return {sized}"));
        return Output::Replaced;
    }
    if let Type::Never(token) = &**ty {
        diagnostics.error(token, "a task has to return: others wait for it");
        return Output::Wrong;
    }
    if let Some((borrow, owned)) = find_borrow(ty) {
        diagnostics.error(
            borrow,
            format!(
                "what a task returns has to be owned (`'static`), since it outlives the call: return {owned}"
            ),
        );
        // Those that use the output see the type that they expect.
        return of_type(ty, owned_form(ty.to_token_stream()));
    }
    if mentions_parameter(signature, ty.to_token_stream()) {
        return Output::Unknown;
    }
    of_type(ty, ty.to_token_stream())
}

/// Whether the output can be an `Err`. If it cannot, reports that a key of the attribute asks for it: `why` is what the key does.
pub(super) fn is_fallible(output: &Output, why: &str, at: Span, diagnostics: &mut Diagnostics) -> bool {
    if let Output::Plain(ty) = output {
        let ty = text(ty);
        let message = format!(
            "{why}, so the function has to return a `Result`, or an alias of it that is called so: write `-> Result<{ty}, E>`"
        );
        diagnostics.error_at(at, message);
    }
    matches!(output, Output::Fallible(_))
}

fn of_type(ty: &Type, tokens: TokenStream) -> Output {
    if is_result(ty) { Output::Fallible(tokens) } else { Output::Plain(tokens) }
}

/// The type with `'static` for every lifetime.
fn owned_form(tokens: TokenStream) -> TokenStream {
    let mut owned = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = tokens.next().map_or_else(|| punct.span(), |name| name.span());
                owned.extend(quote_spanned!(name=> 'static));
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                let span = punct.span();
                owned.extend([TokenTree::Punct(punct)]);
                if !matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'') {
                    owned.extend(quote_spanned!(span=> 'static));
                }
            }
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), owned_form(group.stream()));
                inside.set_span(group.span());
                owned.extend([TokenTree::Group(inside)]);
            }
            token => owned.extend([token]),
        }
    }
    owned
}

/// Whether a type or constant parameter of the function stands in a type.
fn mentions_parameter(signature: &Signature, ty: TokenStream) -> bool {
    let parameters: Vec<&Ident> = signature
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    !parameters.is_empty() && mentions(&parameters, ty)
}

fn mentions(names: &[&Ident], tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&&ident),
        TokenTree::Group(group) => mentions(names, group.stream()),
        _ => false,
    })
}

fn is_result(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "Result"),
        Type::Group(group) => is_result(&group.elem),
        Type::Paren(paren) => is_result(&paren.elem),
        _ => false,
    }
}

/// A `_` that stands for a type or a length.
fn find_placeholder(ty: TokenStream) -> Option<TokenTree> {
    let mut after_quote = false;
    ty.into_iter().find_map(|token| {
        let is_lifetime = std::mem::replace(
            &mut after_quote,
            matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
        );
        match token {
            TokenTree::Ident(ref word) if word == "_" && !is_lifetime => Some(token),
            TokenTree::Group(group) => find_placeholder(group.stream()),
            _ => None,
        }
    })
}

/// The first part of a type that lies in its value and has no size, and what to return instead.
fn find_unsized(ty: &Type) -> Option<(TokenStream, String)> {
    let sized = match ty {
        Type::Path(path) if path.path.is_ident("str") => "a `String`, for instance".to_owned(),
        Type::Path(path) if names::path_text(&path.path).ends_with("std::path::Path") => {
            "a `PathBuf`, for instance".to_owned()
        }
        Type::Slice(slice) => format!("a `Vec<{}>`, for instance", text(&*slice.elem)),
        Type::TraitObject(object) => format!("a `Box<{}>`, for instance", text(object)),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let holds = ["Option", "Result", "Vec"].iter().any(|name| last.ident == name);
            return parts(ty).into_iter().filter(|_| holds).find_map(find_unsized);
        }
        Type::Array(_) | Type::Group(_) | Type::Paren(_) | Type::Tuple(_) => {
            return parts(ty).into_iter().find_map(find_unsized);
        }
        _ => return None,
    };
    Some((ty.to_token_stream(), sized))
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
                PathArguments::AngleBracketed(arguments) => {
                    arguments.args.iter().find_map(|argument| match argument {
                        GenericArgument::Lifetime(lifetime) if lifetime.ident != "static" => Some(lifetime),
                        _ => None,
                    })
                }
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
