//! Names: what a path's last segment is called, and which known name was meant.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// A name as it is shown: without `r#`.
pub(crate) fn text(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The last segment of a path.
pub(crate) fn last(path: &syn::Path) -> &Ident {
    &path.segments.last().expect("a path has a segment").ident
}

/// A path as the user wrote it, without spaces.
pub(crate) fn path_text(path: &syn::Path) -> String {
    let mut text = String::new();
    if path.leading_colon.is_some() {
        text.push_str("::");
    }
    for (i, segment) in path.segments.iter().enumerate() {
        if i > 0 {
            text.push_str("::");
        }
        text.push_str(&segment.ident.to_string());
    }
    text
}

/// Whether a name is written as those of types are.
pub(crate) fn is_of_type(ident: &Ident) -> bool {
    text(ident).starts_with(char::is_uppercase)
}

/// Whether two paths are written alike.
pub(crate) fn same(first: &syn::Path, second: &syn::Path) -> bool {
    path_text(first) == path_text(second)
}

/// The identifier at the user's place, but as written by the macro: lints that judge a user's
/// names leave it alone.
pub(crate) fn generated(ident: &Ident) -> Ident {
    let span = Span::call_site().located_at(ident.span());
    let name = text(ident);
    // The edition of what is written by the macro is the macro's, not the user's.
    if KEYWORDS_OF_SOME_EDITIONS.contains(&name.as_str()) {
        Ident::new_raw(&name, span)
    } else {
        let mut ident = ident.clone();
        ident.set_span(span);
        ident
    }
}

/// Names that are keywords from some edition on.
const KEYWORDS_OF_SOME_EDITIONS: [&str; 5] = ["async", "await", "dyn", "gen", "try"];

/// The method of a twin that calls its function, at the place of a name.
pub(crate) fn call(at: &Ident) -> Ident {
    Ident::new("__call", at.span())
}

/// `; did you mean `x`?` where one of the names is near to `name`, else nothing.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    near(name, known).map_or_else(String::new, |candidate| format!("; did you mean `{candidate}`?"))
}

/// The nearest of the names, where one is near to `name`.
pub(crate) fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, candidate)| distance > 0 && distance <= limit(name.len().max(candidate.len())))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many edits make a name another one: a third of its length, as in rustc.
fn limit(length: usize) -> usize {
    (length / 3).max(1)
}

/// The text of a doc comment: its lines, without the space after `///`.
pub(crate) fn description(attributes: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(pair) = &attribute.meta else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { continue };
        let text = text.value();
        lines.extend(
            text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()),
        );
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_meant() {
        assert_eq!(did_you_mean("lod", ["mean", "load", "report"]), "; did you mean `load`?");
        assert_eq!(did_you_mean("laod", ["load"]), "; did you mean `load`?");
        assert_eq!(did_you_mean("x", ["y", "load"]), "; did you mean `y`?");
        assert_eq!(did_you_mean("summary", ["load", "mean"]), "");
    }

    #[test]
    fn a_description_is_the_doc_comment() {
        let attributes: [syn::Attribute; 4] = [
            syn::parse_quote!(#[doc = " The first line,"]),
            syn::parse_quote!(#[must_use]),
            syn::parse_quote!(#[doc = ""]),
            syn::parse_quote!(#[doc = "   and\n the others. "]),
        ];
        assert_eq!(description(&attributes), "The first line,\n\n  and\nthe others.");
    }

    #[test]
    fn a_path_is_shown_without_spaces() {
        assert_eq!(path_text(&syn::parse_quote!(::a::r#type::b)), "::a::r#type::b");
    }
}
