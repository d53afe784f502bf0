//! What lints say of a task: levels that its user sets, and that it is deprecated.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::Attribute;

use crate::streams::IntoStream as _;
use crate::task::model::Task;
use crate::{lints, names};

/// The lint levels of the function, for what is made of it.
pub(super) fn levels(task: &Task) -> TokenStream {
    let attributes = task.function.attributes.iter();
    attributes.filter(|attribute| lints::is_level(attribute)).map(lints::elsewhere).into_stream()
}

/// The twin: a type of the function's name, unless that is an alias.
pub(super) fn twin(task: &Task) -> Ident {
    let name = names::generated(&task.function.signature.ident);
    match deprecated(task) {
        Some(_) => format_ident!("__{}", names::text(&name), span = name.span()),
        None => name,
    }
}

/// The alias of the twin of a deprecated task, which is reported where it is named. A field of a deprecated struct would be
/// deprecated, too.
pub(super) fn alias(
    task: &Task,
    twin: &Ident,
    hidden: Option<&TokenStream>,
    bound: &TokenStream,
) -> Option<TokenStream> {
    let deprecated = deprecated(task)?;
    let (visibility, name) = (&task.function.visibility, names::generated(&task.function.signature.ident));
    Some(quote! {
        #deprecated
        #hidden
        #[allow(non_camel_case_types)]
        #visibility type #name<__Bound = #bound> = #twin<__Bound>;
    })
}

/// What lets the twin call a function that is deprecated.
pub(super) fn allowed(task: &Task) -> Option<TokenStream> {
    deprecated(task).map(|_| quote!(#[allow(deprecated)]))
}

fn deprecated(task: &Task) -> Option<&Attribute> {
    task.function.attributes.iter().find(|attribute| attribute.path().is_ident("deprecated"))
}

/// The body of the function. Where something deprecated is expected, that may be a dependency, which is named nowhere else
/// inside of the function.
pub(super) fn body(task: &Task) -> TokenStream {
    let body = task.function.body.clone();
    if task.dependencies.is_empty() || !task.function.attributes.iter().any(lints::expects_deprecated) {
        return body;
    }
    let paths = task.dependencies.iter().map(|dependency| &dependency.path);
    let named = quote!(type __Dependencies = (#(#paths,)*););
    let with_names = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let inside = group.stream();
            let mut with = Group::new(Delimiter::Brace, quote!(#named #inside));
            with.set_span(group.span());
            TokenTree::Group(with)
        }
        token => token,
    };
    body.into_iter().map(with_names).into_stream()
}
