//! What a twin knows of its function for keys of kept outputs.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use super::spans::{ends, path_ends};
use crate::names;
use crate::private::PrivatePath;
use crate::streams::IntoStream as _;
use crate::task::code::Value;
use crate::task::model::{Output, Source, Task};

/// Items of the impl of `Task`. Most tasks have one constant, since each item costs compile time.
pub(super) fn items(task: &Task, private: &PrivatePath) -> TokenStream {
    let Some(keys) = task.keys.as_ref().filter(|_| !task.is_faulty) else { return TokenStream::new() };
    let mut text = format!("{:032x}", keys.code.hash);
    for (parameter, source) in task.function.parameters.iter().zip(&task.sources) {
        if matches!(source, Source::Argument) {
            text.push(',');
            text.push_str(&names::text(&parameter.name));
        }
    }
    let code = quote!(const CODE: &'static #private::str = #text;);
    let version = keys.version.as_ref().map(|version| {
        quote! {
            const VERSION: #private::Option<#private::u64> = {
                let version: #private::u64 = #version;
                #private::Some(version)
            };
        }
    });
    let volatile = keys.volatile.map(|at| {
        // Rustc says there that the output is no `Key`.
        let at = match &task.output {
            Output::Plain(ty) | Output::Fallible(ty) if !ty.is_empty() => ends(ty).0,
            _ => at,
        };
        let private_at = private.at(at);
        let at = at.resolved_at(Span::call_site());
        let key_of = quote_spanned!(at=> #private_at::key_of::<Self::Output>);
        quote! {
            const VOLATILE: #private::Option<fn(&Self::Output, &mut #private::KeyWriter)> = #private::Some(#key_of);
        }
    });
    let values = if keys.version.is_some() { &[] } else { keys.code.values.as_slice() };
    let uses = (!values.is_empty() || !keys.uses.is_empty()).then(|| {
        let values = values.iter().map(
            |Value { conditions, expression }| quote!(#(#[cfg(#conditions)])* __code.value(&#expression);),
        );
        let used = keys.uses.iter().map(|path| used(path, private));
        quote! {
            #[allow(unexpected_cfgs)]
            fn uses(__code: &mut #private::CodeWriter) {
                #(#values)*
                #(#used)*
            }
        }
    });
    quote!(#code #version #volatile #uses)
}

/// What is used, at its place.
fn used(path: &Path, private: &PrivatePath) -> TokenStream {
    let first = path_ends(path).0;
    let at = first.resolved_at(Span::call_site());
    let is_task = names::text(names::last(path)).contains(char::is_lowercase);
    if is_task {
        let private = private.at(first);
        quote_spanned!(at=> #private::used::<#path>(__code);)
    } else {
        quote_spanned!(at=> __code.value(&#path);)
    }
}

/// Which arguments are left out of keys: all of a task that counts by its output.
pub(super) fn skips(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    let Some(keys) = &task.keys else { return TokenStream::new() };
    let is_volatile = keys.volatile.is_some();
    let arguments = task
        .function
        .parameters
        .iter()
        .zip(&task.sources)
        .filter(|(_, source)| matches!(source, Source::Argument));
    arguments
        .enumerate()
        .filter(|(_, (parameter, _))| is_volatile || parameter.skip.is_some())
        .map(|(number, _)| {
            let number = Literal::usize_unsuffixed(number);
            quote!(impl #private::Skips<#number> for #twin {})
        })
        .into_stream()
}
