//! The arguments of `#[task(…)]`, as written.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{AngleBracketedGenericArguments, Expr, Path, Token};

use crate::diag::Diagnostics;
use crate::names;

const KEYS: [&str; 4] = ["depends", "cost", "each", "crate"];

/// The arguments of `#[task(…)]`.
#[derive(Default)]
pub(crate) struct Attribute {
    pub(crate) depends: Vec<Path>,
    pub(crate) each: Option<Path>,
    pub(crate) cost: Option<TokenStream>,
    pub(crate) runtime: Option<Path>,
    /// What stands before entries of lists: `#[cfg(…)]`, and what means nothing there.
    pub(crate) attributes: Vec<syn::Attribute>,
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
    let mut seen: Vec<String> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            no_attribute(input)?;
            if !input.peek(Ident::peek_any) {
                return Err(input.error(
                    "expected `depends = [task]`, `cost = 10`, `each = dependency` or `crate = path`",
                ));
            }
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
        let message =
            format!("unknown key `{name}`: `#[task]` takes `depends`, `cost`, `each` and `crate`{meant}");
        diagnostics.error(key, message);
        skip_value(input);
        return Ok(());
    }
    let repeated = seen.contains(&name);
    if repeated {
        diagnostics.error(key, format!("the key `{name}` is given twice"));
    }
    if name == "depends" && input.peek(syn::token::Paren) {
        diagnostics.error(key, "the tasks stand in a list: write `depends = [first, second]`");
        attribute.depends = distinct(list(input, &mut attribute.attributes, diagnostics)?, diagnostics);
        return Ok(());
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
            let paths = depends(input, &mut attribute.attributes, diagnostics)?;
            if !repeated {
                attribute.depends = distinct(paths, diagnostics);
            }
        }
        "cost" => {
            if input.is_empty() || input.peek(Token![,]) {
                diagnostics.error(key, "`cost` needs a value: write `cost = 10`");
            } else {
                let cost = input.parse::<Expr>()?;
                if !repeated {
                    attribute.cost = Some(cost.into_token_stream());
                }
            }
        }
        "each" => {
            let path = dependency(input, diagnostics)?;
            if !repeated {
                attribute.each = Some(path);
            }
        }
        _ => attribute.runtime = Some(path(input, "the path of `dag_runtime`", diagnostics)?),
    }
    seen.push(name);
    Ok(())
}

/// `[path, …]`
fn depends(
    input: ParseStream<'_>,
    attributes: &mut Vec<syn::Attribute>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Vec<Path>> {
    if input.peek(syn::token::Bracket) {
        return list(input, attributes, diagnostics);
    }
    diagnostics.push(input.error("expected a list of tasks: write `depends = [first, second]`"));
    if input.peek(Ident::peek_any) || input.peek(Token![::]) {
        return Ok(vec![dependency(input, diagnostics)?]);
    }
    until_comma(input);
    Ok(Vec::new())
}

/// The paths in brackets or parentheses.
fn list(
    input: ParseStream<'_>,
    attributes: &mut Vec<syn::Attribute>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Vec<Path>> {
    let TokenTree::Group(group) = input.parse::<TokenTree>()? else {
        return Err(input.error("expected a list of tasks"));
    };
    let parser = |content: ParseStream<'_>| {
        let mut paths = Vec::new();
        while !content.is_empty() {
            if content.peek(Token![#]) {
                attributes.extend(content.call(syn::Attribute::parse_outer)?);
            }
            paths.push(dependency(content, diagnostics)?);
            if !content.is_empty() && !content.peek(Token![,]) {
                return Err(content.error("expected `,` between tasks"));
            }
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(paths)
    };
    parser.parse2(group.stream())
}

/// Reports an attribute where none can be.
fn no_attribute(input: ParseStream<'_>) -> syn::Result<()> {
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
            return Ok(path);
        }
        path.segments.push_punct(input.parse()?);
        if !input.peek(Ident::peek_any) {
            return Err(syn::Error::new_spanned(path, "expected a name behind `::`"));
        }
    }
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
        tokens.extend(input.parse::<TokenTree>());
    }
    tokens
}
