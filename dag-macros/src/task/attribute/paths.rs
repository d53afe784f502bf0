//! The paths of tasks.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{AngleBracketedGenericArguments, Ident, Path, Token};

use crate::diag::Diagnostics;
use crate::names;

/// Reports an attribute where none can be.
pub(super) fn no_attribute(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.peek(Token![#]) {
        return Ok(());
    }
    let attributes = input.call(syn::Attribute::parse_outer)?;
    let message = "`#[cfg(…)]` stands before a task in the list `depends`: for the rest write `#[cfg_attr(condition, task(…))]`";
    Err(syn::Error::new_spanned(&attributes[0], message))
}

/// The path of a task. What is added to it is reported and left out, so that the parameters still
/// find the dependency that is meant.
pub(crate) fn dependency(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Path> {
    no_attribute(input)?;
    if let Ok(text) = input.parse::<syn::LitStr>() {
        diagnostics.error(&text, "expected the path of a task, not a string: leave the quotes out");
        return text.parse_with(Path::parse_mod_style);
    }
    let path = path(input, "the path of a task", diagnostics)?;
    if input.peek(syn::token::Paren) {
        diagnostics.push(input.error("expected the path of a task, not a call: leave the parentheses out"));
        input.parse::<TokenTree>()?;
    }
    Ok(path)
}

/// A path; generic arguments are reported and left out.
pub(crate) fn path(input: ParseStream<'_>, what: &str, diagnostics: &mut Diagnostics) -> syn::Result<Path> {
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(format!("expected {what}")));
    }
    let mut path = Path { leading_colon: input.parse()?, segments: Punctuated::new() };
    loop {
        let is_keyword = input.peek(Token![crate]) || input.peek(Token![super]) || input.peek(Token![self]);
        let segment = if is_keyword { input.call(Ident::parse_any)? } else { input.parse::<Ident>()? };
        path.segments.push_value(segment.into());
        if input.peek(Token![<]) || (input.peek(Token![::]) && input.peek3(Token![<])) {
            let arguments = input.parse::<AngleBracketedGenericArguments>()?;
            diagnostics.error(arguments, "a task has no generic arguments");
        }
        if !input.peek(Token![::]) {
            if is_keyword {
                return Err(syn::Error::new_spanned(path, format!("expected {what}, not a module")));
            }
            return Ok(path);
        }
        path.segments.push_punct(input.parse()?);
        if !input.peek(Ident::peek_any) {
            return Err(syn::Error::new_spanned(path, "expected a name behind `::`"));
        }
    }
}

/// The paths without repetitions.
pub(super) fn distinct(paths: Vec<Path>, diagnostics: &mut Diagnostics) -> Vec<Path> {
    let mut distinct: Vec<Path> = Vec::new();
    for path in paths {
        if distinct.iter().any(|other| names::same(other, &path)) {
            diagnostics.error(&path, format!("`{}` is listed twice in `depends`", names::path_text(&path)));
        } else {
            distinct.push(path);
        }
    }
    distinct
}
