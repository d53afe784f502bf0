//! Names that a format string captures: `format!("{path}")` uses `path`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::Parser;

use crate::graph::tokens::{commas, is_punct};
use crate::streams::IntoStream as _;

/// The names that a macro of this name captures by its format string, and that it is not given as arguments, at the place
/// of the string. None where it is no macro that formats.
pub(super) fn captures(name: &str, arguments: &TokenStream) -> Vec<Ident> {
    let Some(position) = position(name) else { return Vec::new() };
    let inside: Vec<TokenTree> = arguments.clone().into_iter().collect();
    let mut arguments = self::arguments(&inside);
    let Some([format]) = arguments.nth(position) else { return Vec::new() };
    let Some(format) = literal(format) else { return Vec::new() };
    let given: Vec<String> = arguments.filter_map(key).collect();
    let mut captured: Vec<Ident> = Vec::new();
    for name in names(&format.value()) {
        let Ok(mut name) = Ident::parse_any.parse_str(&name) else { continue };
        // A string captures `r#type` as `{type}`.
        let is_keyword = syn::parse2::<Ident>(name.to_token_stream()).is_err();
        if is_keyword && !["_", "self", "Self", "super", "crate"].iter().any(|word| name == word) {
            name = Ident::new_raw(&name.to_string(), name.span());
        }
        name.set_span(format.span());
        if name != "_" && !captured.contains(&name) && !given.contains(&name.unraw().to_string()) {
            captured.push(name);
        }
    }
    captured
}

/// The arguments that give a macro what it would have captured.
pub(super) fn given(stream: TokenStream, values: Vec<(Ident, TokenStream)>) -> TokenStream {
    let mut tokens: Vec<TokenTree> = stream.into_iter().collect();
    if is_punct(tokens.last(), ',') {
        tokens.pop();
    }
    let mut stream: TokenStream = tokens.into_iter().into_stream();
    for (name, value) in values {
        stream.extend(quote_spanned!(name.span()=> , #name = #value));
    }
    stream
}

/// Whether a macro of this name only borrows its argument at `position`, as those that format do.
pub(super) fn borrows(name: &str, position: usize) -> bool {
    self::position(name).is_some_and(|format| position > format || format == 2)
}

/// Which argument of a macro is its format string, where `std` has it.
fn position(name: &str) -> Option<usize> {
    match name {
        "format" | "format_args" | "panic" | "print" | "println" | "eprint" | "eprintln" | "todo"
        | "unimplemented" | "unreachable" => Some(0),
        "assert" | "debug_assert" | "write" | "writeln" => Some(1),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Some(2),
        _ => None,
    }
}

/// The arguments between the commas.
fn arguments(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    let mut start = 0;
    let ends = commas(tokens).into_iter().chain([tokens.len()]);
    ends.map(move |end| &tokens[std::mem::replace(&mut start, end + 1)..end])
}

/// The name of `name = value`.
fn key(argument: &[TokenTree]) -> Option<String> {
    match argument {
        [TokenTree::Ident(name), equals, ..] if is_punct(Some(equals), '=') => Some(name.unraw().to_string()),
        _ => None,
    }
}

/// The string that a token is, also where a `macro_rules!` macro passed it on.
fn literal(token: &TokenTree) -> Option<syn::LitStr> {
    match token {
        TokenTree::Literal(literal) => match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => Some(text),
            _ => None,
        },
        TokenTree::Group(group) => {
            let mut tokens = group.stream().into_iter();
            literal(&tokens.next()?).filter(|_| tokens.next().is_none())
        }
        _ => None,
    }
}

/// The names in the braces of a format string: of a value, or of a width or a precision behind `:`.
fn names(format: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = format;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let (value, how) = rest[..close].split_once(':').unwrap_or((&rest[..close], ""));
        names.push(value.trim().to_owned());
        for (end, _) in how.match_indices('$') {
            let is_part = |character: char| character == '_' || character.is_alphanumeric();
            let start = how[..end]
                .rfind(|character| !is_part(character))
                .map_or(0, |before| before + how[before..].chars().next().map_or(0, char::len_utf8));
            names.push(how[start..end].trim_start_matches('0').to_owned());
        }
        rest = &rest[close + 1..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let call: syn::Macro = syn::parse_str(source).unwrap();
        let name = call.path.segments.last().unwrap().ident.to_string();
        let captured: Vec<String> = captures(&name, &call.tokens).iter().map(ToString::to_string).collect();
        assert_eq!(captured, expected);
    }

    #[test]
    fn names_in_braces_are_captured() {
        check(r#"format!("{a}{b:?}{ c }")"#, &["a", "b", "c"]);
        check(
            r#"std::format!("{a:>width$.precision$}{a:08}{a:0w$}{:1$}", 1, 2)"#,
            &["a", "width", "precision", "w"],
        );
        check(r##"write!(f, r#"{a}"#)"##, &["a"]);
        check(r#"assert_eq!(x, y, "{a}")"#, &["a"]);
        check(r#"format!("{type}")"#, &["r#type"]);
    }

    #[test]
    fn what_is_no_capture_is_left_alone() {
        check(r#"format!("{{a}} {} {0} {_}", a)"#, &[]);
        check(r#"format!("{a} {b}", a = 1)"#, &["b"]);
        check(r#"format!("{type} {match}", r#type = 1, match = 2)"#, &[]);
        check(r#"assert_eq!("{a}", "{b}")"#, &[]);
        check(r#"select!("{a}")"#, &[]);
        check(r#"format!(text, "{a}")"#, &[]);
        check(r#"format!("{a")"#, &[]);
    }
}
