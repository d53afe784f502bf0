//! The arguments of `#[task(…)]`, as written.

mod paths;
mod uses;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Path, Token};

pub(crate) use self::paths::{dependency, path};
use self::paths::{distinct, no_attribute};
use crate::diag::Diagnostics;
use crate::names;

const KEYS: [&str; 9] = ["depends", "cost", "each", "catch", "retry", "version", "uses", "volatile", "crate"];

/// The arguments of `#[task(…)]`.
#[derive(Default)]
pub(crate) struct Attribute {
    pub(crate) depends: Vec<Path>,
    pub(crate) each: Option<Path>,
    pub(crate) cost: Option<TokenStream>,
    /// Where it says `catch`.
    pub(crate) catch: Option<Span>,
    /// Where it says `retry`, and how often.
    pub(crate) retry: Option<(Span, TokenStream)>,
    /// Where it says `version`, and which one.
    pub(crate) version: Option<(Span, TokenStream)>,
    /// Where it says `uses`, and what.
    pub(crate) uses: Option<(Span, Vec<Path>)>,
    /// Where it says `volatile`.
    pub(crate) volatile: Option<Span>,
    pub(crate) runtime: Option<Path>,
    /// What stands before entries of lists: `#[cfg(…)]`, and what means nothing there.
    pub(crate) attributes: Vec<syn::Attribute>,
    /// Whether something was left out that could say what the task depends on.
    pub(crate) is_unsure: bool,
}

impl Attribute {
    /// The path of `dag_runtime`.
    pub(crate) fn runtime(&self) -> TokenStream {
        self.runtime.as_ref().map_or_else(|| quote!(::dag_runtime), ToTokens::to_token_stream)
    }
}

/// Parses the arguments; what is wrong is left out.
pub(crate) fn parse(arguments: TokenStream, diagnostics: &mut Diagnostics) -> Attribute {
    let mut attribute = Attribute::default();
    let mut seen: Vec<&str> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        // Whether the last argument broke off, so that what comes next may be a part of it.
        let mut broken = false;
        while !input.is_empty() {
            let before = diagnostics.count();
            let is_part = broken && !input.peek(Ident::peek_any);
            let result = argument(input, &mut seen, &mut attribute, diagnostics);
            let follows = is_part || broken && result.is_err();
            broken = result.is_err();
            if let Err(error) = result {
                diagnostics.push(error);
                attribute.is_unsure = true;
                until_comma(input);
            }
            if follows {
                diagnostics.truncate(before);
            }
            if !input.is_empty() && !input.peek(Token![,]) {
                if diagnostics.count() == before {
                    diagnostics.push(input.error("expected `,` between the arguments of `#[task]`"));
                }
                // Go on as if the comma stood there.
                broken = true;
                if !input.peek(Ident::peek_any) {
                    attribute.is_unsure = true;
                    until_comma(input);
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(arguments) {
        diagnostics.push(error);
        attribute.is_unsure = true;
    }
    attribute
}

/// One key with its value.
fn argument(
    input: ParseStream<'_>,
    seen: &mut Vec<&'static str>,
    attribute: &mut Attribute,
    diagnostics: &mut Diagnostics,
) -> syn::Result<()> {
    no_attribute(input)?;
    if input.peek(Token![,]) {
        diagnostics.push(input.error("expected a key before this comma"));
        return Ok(());
    }
    let Some(Key { span, name, is_written }) = key(input, diagnostics)? else {
        return Ok(());
    };
    let repeated = seen.contains(&name);
    if repeated {
        diagnostics.error_at(span, format!("the key `{name}` is given twice"));
    }
    if name == "catch" || name == "volatile" {
        return word(input, span, name, repeated, seen, attribute);
    }
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new(span, needs_value(name)));
        }
    } else if name == "depends" && input.peek(syn::token::Paren) {
        diagnostics.error_at(span, "the tasks stand in a list: write `depends = [first, second]`");
    } else if !is_value(input, name) {
        return Err(syn::Error::new(span, needs_value(name)));
    } else if is_written {
        diagnostics.push(input.error(format!("expected `=` behind `{name}`: write `{}`", form(name))));
    }
    let mut other = Attribute::default();
    // What is given again is checked all the same.
    let attribute = if repeated { &mut other } else { attribute };
    match name {
        "depends" => depends(input, attribute, diagnostics)?,
        "cost" => attribute.cost = Some(input.parse::<Expr>()?.into_token_stream()),
        "retry" => attribute.retry = Some((span, input.parse::<Expr>()?.into_token_stream())),
        "version" => attribute.version = Some((span, input.parse::<Expr>()?.into_token_stream())),
        "uses" => attribute.uses = Some((span, uses::uses(input, &mut attribute.attributes, diagnostics)?)),
        "each" => attribute.each = Some(dependency(input, diagnostics)?),
        _ => attribute.runtime = Some(path(input, "the path of `dag_runtime`", diagnostics)?),
    }
    seen.push(name);
    Ok(())
}

/// A key that has no value.
fn word(
    input: ParseStream<'_>,
    span: Span,
    name: &'static str,
    repeated: bool,
    seen: &mut Vec<&'static str>,
    attribute: &mut Attribute,
) -> syn::Result<()> {
    if !repeated {
        let place = if name == "catch" { &mut attribute.catch } else { &mut attribute.volatile };
        *place = Some(span);
        seen.push(name);
    }
    if input.peek(Token![=]) || input.peek(syn::token::Paren) {
        let error = input.error(format!("`{name}` has no value: leave this out"));
        until_comma(input);
        return Err(error);
    }
    Ok(())
}

/// The key of an argument.
struct Key {
    span: Span,
    /// Which one is meant.
    name: &'static str,
    /// Whether it is there at all.
    is_written: bool,
}

/// The key of the next argument. None where it is not known which one is meant.
fn key(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Option<Key>> {
    const FORM: &str = "expected `depends = [task]`, `cost = 10`, `each = dependency`, `catch`, `retry = 3`, `version = 1`, `uses = [CONSTANT]`, `volatile` or `crate = path`";
    let is_list = |input: ParseStream<'_>| input.peek(syn::token::Bracket);
    let is_missing = input.peek(Token![=]) && !input.peek(Token![==]);
    if is_missing || is_list(input) {
        let ahead = input.fork();
        ahead.parse::<Option<Token![=]>>()?;
        if !is_list(&ahead) {
            return Err(input.error(FORM));
        }
        // A list can only be that of dependencies.
        let span = input.span();
        diagnostics.error_at(span, "expected a key before the list: write `depends = [first, second]`");
        return Ok(Some(Key { span, name: "depends", is_written: false }));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(FORM));
    }
    let key = input.call(Ident::parse_any)?;
    let text = key.to_string();
    if let Some(&name) = KEYS.iter().find(|&&name| name == text) {
        if input.peek(Ident::peek_any) && input.fork().call(Ident::parse_any)? == name {
            let again = input.call(Ident::parse_any)?;
            diagnostics.error(again, format!("`{name}` stands here twice"));
        }
        return Ok(Some(Key { span: key.span(), name, is_written: true }));
    }
    let (near, meant) = (names::near(&text, KEYS), names::did_you_mean(&text, KEYS));
    let message = format!(
        "unknown key `{text}`: `#[task]` takes `depends`, `cost`, `each`, `catch`, `retry`, `version`, `uses`, `volatile` and `crate`{meant}"
    );
    let ahead = input.fork();
    ahead.parse::<Option<Token![=]>>()?;
    let name = near.or(is_list(&ahead).then_some("depends"));
    if name.is_none() && !ahead.peek(syn::Lit) {
        // It may say on what the task depends.
        return Err(syn::Error::new(key.span(), message));
    }
    diagnostics.error(&key, message);
    if name.is_none() {
        until_comma(input);
    }
    Ok(name.map(|name| Key { span: key.span(), name, is_written: true }))
}

/// Whether what comes next can be the value of this key, so that only the `=` is missing.
fn is_value(input: ParseStream<'_>, name: &str) -> bool {
    match name {
        "depends" | "uses" => input.peek(syn::token::Bracket),
        "cost" | "retry" | "version" => input.peek(syn::Lit),
        _ => input.peek(syn::Ident) && !input.peek2(Token![=]),
    }
}

fn needs_value(name: &str) -> String {
    format!("`{name}` needs a value: write `{}`", form(name))
}

fn form(name: &str) -> &'static str {
    match name {
        "depends" => "depends = [first, second]",
        "cost" => "cost = 10",
        "retry" => "retry = 3",
        "version" => "version = 1",
        "uses" => "uses = [CONSTANT, helper]",
        "each" => "each = dependency",
        _ => "crate = path::to::dag_runtime",
    }
}

/// `[path, …]`
fn depends(
    input: ParseStream<'_>,
    attribute: &mut Attribute,
    diagnostics: &mut Diagnostics,
) -> syn::Result<()> {
    if input.peek(syn::token::Bracket) || input.peek(syn::token::Paren) {
        let TokenTree::Group(group) = input.parse::<TokenTree>()? else { return Ok(()) };
        let parser = |content: ParseStream<'_>| Ok(list(content, attribute, diagnostics));
        let paths = parser.parse2(group.stream())?;
        attribute.depends = distinct(paths, diagnostics);
        return Ok(());
    }
    let error = input.error("expected a list of tasks: write `depends = [first, second]`");
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(error);
    }
    diagnostics.push(error);
    attribute.depends = vec![dependency(input, diagnostics)?];
    Ok(())
}

/// The paths between commas. What is wrong is left out, and makes the list unsure.
fn list(input: ParseStream<'_>, attribute: &mut Attribute, diagnostics: &mut Diagnostics) -> Vec<Path> {
    let mut paths = Vec::new();
    while !input.is_empty() {
        match entry(input, attribute, diagnostics) {
            Ok(path) => paths.extend(path),
            Err(error) => {
                diagnostics.push(error);
                attribute.is_unsure = true;
                until_comma(input);
            }
        }
        let _ = input.parse::<Option<Token![,]>>();
    }
    paths
}

/// One path, up to its comma.
fn entry(
    input: ParseStream<'_>,
    attribute: &mut Attribute,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Option<Path>> {
    if input.peek(Token![,]) {
        diagnostics.push(input.error("expected a task before this comma"));
        return Ok(None);
    }
    if input.peek(Token![#]) {
        attribute.attributes.extend(input.call(syn::Attribute::parse_outer)?);
    }
    let path = dependency(input, diagnostics)?;
    if input.peek(Token![:]) {
        return Err(input.error("expected `::`, as in every path"));
    }
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error("expected `,` between tasks"));
    }
    Ok(Some(path))
}

/// All tokens up to the next comma.
fn until_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend(input.parse::<TokenTree>());
    }
    tokens
}

#[cfg(test)]
mod tests;
