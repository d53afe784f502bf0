//! The arguments of `#[task(…)]`, as written.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Path, Token, bracketed};

use crate::diag::Diagnostics;
use crate::names;

const KEYS: [&str; 4] = ["depends", "cost", "each", "crate"];

/// The arguments of `#[task(…)]`.
#[derive(Default)]
pub(crate) struct Attribute {
    pub(crate) depends: Vec<Path>,
    pub(crate) cost: Option<TokenStream>,
    pub(crate) runtime: Option<Path>,
}

/// Parses the arguments; what is wrong is left out.
pub(crate) fn parse(arguments: TokenStream, diagnostics: &mut Diagnostics) -> Attribute {
    let mut attribute = Attribute::default();
    let mut seen: Vec<String> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            argument(input, &key, &mut seen, &mut attribute, diagnostics)?;
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                return Err(input.error("expected `,` between the arguments of `#[task]`"));
            }
            input.parse::<Token![,]>()?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(arguments) {
        diagnostics.push(error);
    }
    attribute
}

fn argument(
    input: ParseStream<'_>,
    key: &Ident,
    seen: &mut Vec<String>,
    attribute: &mut Attribute,
    diagnostics: &mut Diagnostics,
) -> syn::Result<()> {
    let name = key.to_string();
    if !KEYS.contains(&name.as_str()) {
        let meant = names::did_you_mean(&name, KEYS);
        let message = format!("unknown key `{name}`: `#[task]` takes `depends`, `cost`, `each` and `crate`{meant}");
        diagnostics.error(key, message);
        skip_value(input);
        return Ok(());
    }
    let repeated = seen.contains(&name);
    if repeated {
        diagnostics.error(key, format!("the key `{name}` is given twice"));
    }
    if !input.peek(Token![=]) {
        let form = match name.as_str() {
            "depends" => "depends = [first, second]",
            "cost" => "cost = 10",
            "each" => "each = dependency",
            _ => "crate = path::to::dag_runtime",
        };
        diagnostics.error(key, format!("`{name}` needs a value: write `{form}`"));
        skip_value(input);
        return Ok(());
    }
    input.parse::<Token![=]>()?;
    match name.as_str() {
        "depends" => {
            let paths = depends(input)?;
            if !repeated {
                attribute.depends = distinct(paths, diagnostics);
            }
        }
        "cost" => {
            let cost = until_comma(input);
            if cost.is_empty() {
                diagnostics.error(key, "`cost` needs a value: write `cost = 10`");
            } else if !repeated {
                attribute.cost = Some(cost);
            }
        }
        "each" => {
            until_comma(input);
            diagnostics.error(key, "`each` is not supported by this version");
        }
        _ => attribute.runtime = Some(path(input, "the path of `dag_runtime`")?),
    }
    seen.push(name);
    Ok(())
}

/// `[path, …]`
fn depends(input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    if !input.peek(syn::token::Bracket) {
        return Err(input.error("expected a list of tasks: write `depends = [first, second]`"));
    }
    let content;
    bracketed!(content in input);
    let paths = Punctuated::<TaskPath, Token![,]>::parse_terminated(&content)?;
    Ok(paths.into_iter().map(|path| path.0).collect())
}

struct TaskPath(Path);

impl Parse for TaskPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = path(input, "the path of a task")?;
        if input.peek(syn::token::Paren) {
            return Err(input.error("expected the path of a task, not a call: leave the parentheses out"));
        }
        Ok(TaskPath(path))
    }
}

/// A path without generic arguments.
pub(crate) fn path(input: ParseStream<'_>, what: &str) -> syn::Result<Path> {
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(format!("expected {what}")));
    }
    let path = input.call(Path::parse_mod_style)?;
    if input.peek(Token![<]) || (input.peek(Token![::]) && input.peek2(Token![<])) {
        return Err(input.error("a task has no generic arguments"));
    }
    Ok(path)
}

/// The paths without repetitions.
fn distinct(paths: Vec<Path>, diagnostics: &mut Diagnostics) -> Vec<Path> {
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

fn skip_value(input: ParseStream<'_>) {
    until_comma(input);
}

/// All tokens up to the next comma.
fn until_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend(input.parse::<proc_macro2::TokenTree>());
    }
    tokens
}
