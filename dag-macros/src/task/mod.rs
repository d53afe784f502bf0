//! `#[task(…)]`: attribute and function ([`parse`]) → model ([`check`]) → tokens ([`expand`](mod@expand)).

mod attribute;
mod binder;
mod cfg;
mod check;
mod code;
mod expand;
mod function;
mod keys;
mod model;
mod output;
mod types;

use proc_macro2::TokenStream;

pub(crate) use attribute::path;
pub(crate) use types::elide;
#[cfg(feature = "store")]
pub(crate) use types::parts;

use crate::diag::Diagnostics;

/// The expansion of the attribute with these arguments on this item; with what keys of kept outputs need, if that is asked
/// for.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream, has_keys: bool) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let attribute = attribute::parse(arguments.clone(), &mut diagnostics);
    let mut function = function::item(item.clone(), has_keys, &mut diagnostics);
    let alternatives =
        function.as_mut().and_then(|function| cfg::configure(&arguments, &attribute, function));
    if let Some(alternatives) = alternatives {
        return alternatives;
    }
    let Some(function) = function.and_then(|function| function::function(function, &mut diagnostics)) else {
        let errors = diagnostics.into_tokens();
        return quote::quote!(#item #errors);
    };
    let task = check::check(attribute, function, has_keys, &mut diagnostics);
    if task.is_unsure {
        return expand::unsure(&task, diagnostics.into_tokens());
    }
    let mut expansion = expand::expand(&task);
    if !diagnostics.is_empty() {
        expansion.extend(diagnostics.into_item());
    }
    expansion
}
