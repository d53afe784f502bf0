//! `#[task(…)]`: attribute and function ([`parse`]) → model ([`check`]) → tokens ([`expand`](mod@expand)).

mod attribute;
mod check;
mod expand;
mod function;
mod output;

use proc_macro2::TokenStream;

pub(crate) use attribute::path;
pub(crate) use check::elide;

use crate::diag::Diagnostics;

/// The expansion of the attribute with these arguments on this item.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let attribute = attribute::parse(arguments, &mut diagnostics);
    let Some(function) = function::parse(item.clone(), &mut diagnostics) else {
        let errors = diagnostics.into_tokens();
        return quote::quote!(#item #errors);
    };
    let task = check::check(attribute, function, &mut diagnostics);
    let expansion = expand::expand(&task);
    let errors = diagnostics.into_item();
    quote::quote!(#expansion #errors)
}
