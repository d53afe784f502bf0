//! The list behind `uses`.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Path, Token};

use super::paths::path;
use super::until_comma;
use crate::diag::Diagnostics;
use crate::names;

/// `[path, …]`
pub(super) fn uses(
    input: ParseStream<'_>,
    attributes: &mut Vec<syn::Attribute>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Vec<Path>> {
    if !input.peek(syn::token::Bracket) {
        return Err(input.error("expected a list of constants and tasks: write `uses = [CONSTANT, helper]`"));
    }
    let TokenTree::Group(group) = input.parse::<TokenTree>()? else { return Ok(Vec::new()) };
    let parser = |content: ParseStream<'_>| {
        let mut paths: Vec<Path> = Vec::new();
        while !content.is_empty() {
            match entry(content, attributes, diagnostics) {
                Ok(path) if paths.iter().any(|other| names::same(other, &path)) => {
                    let message = format!("`{}` is listed twice in `uses`", names::path_text(&path));
                    diagnostics.error(&path, message);
                }
                Ok(path) => paths.push(path),
                Err(error) => {
                    diagnostics.push(error);
                    until_comma(content);
                }
            }
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(paths)
    };
    parser.parse2(group.stream())
}

/// One path, up to its comma.
fn entry(
    input: ParseStream<'_>,
    attributes: &mut Vec<syn::Attribute>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Path> {
    const WHAT: &str = "the path of a constant or a task";
    attributes.extend(input.call(syn::Attribute::parse_outer)?);
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(format!("expected {WHAT}")));
    }
    let path = path(input, WHAT, diagnostics)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(path);
    }
    Err(input.error("expected `,`: `uses` lists paths, so give an expression a name, as a constant"))
}
