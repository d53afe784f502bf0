//! The function under `#[task]`, as written: its signature is parsed, its body is not.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Meta, Pat, Path, Signature, Token, Type, Visibility};

use crate::diag::Diagnostics;
use crate::streams::IntoStream as _;
use crate::task::attribute;
use crate::task::code::{self, Code};

/// A function.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// Without the `#[from]` attributes of parameters.
    pub(crate) signature: Signature,
    pub(crate) body: TokenStream,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) code: Code,
}

/// A parameter whose pattern is a name.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) from: From,
    /// Where it says `#[key(skip)]`.
    pub(crate) skip: Option<Span>,
}

/// The `#[from(path)]` of a parameter.
pub(crate) enum From {
    /// There is none.
    None,
    Path(Path),
    /// One that is at fault.
    Unknown,
}

/// A function as it stands in the source.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: TokenStream,
    /// Empty where no keys are asked for.
    pub(crate) code: Code,
}

/// Parses the item. Nothing where it is no function.
pub(crate) fn item(item: TokenStream, has_keys: bool, diagnostics: &mut Diagnostics) -> Option<Item> {
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse::<Visibility>()?;
        if !is_function(input) {
            return Err(syn::Error::new(input.span(), "`#[task]` goes on a function"));
        }
        let signature = input.parse::<Signature>()?;
        if input.peek(Token![;]) {
            return Err(input.error("a task has a body"));
        }
        let body = input.parse::<TokenStream>()?;
        Ok(Item { attributes, visibility, signature, body, code: Code::default() })
    };
    // The parser takes time for each token that it is given, and a body is only passed on.
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let code = if has_keys { code::code(&tokens) } else { Code::default() };
    let is_body =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let body = if tokens.last().is_some_and(is_body) { tokens.pop() } else { None };
    let mut item = diagnostics.ok(parser.parse2(tokens.into_iter().into_stream()))?;
    item.body.extend(body);
    item.code = code;
    Some(item)
}

/// What the function says of the task. Nothing where it is none that can be a task at all.
pub(crate) fn function(item: Item, diagnostics: &mut Diagnostics) -> Option<Function> {
    let Item { mut attributes, visibility, mut signature, body, code } = item;
    attributes.retain(|attribute| {
        let again = attribute.path().is_ident("task");
        if again {
            diagnostics.error(attribute, "`#[task]` is given twice: put all keys into one");
        }
        !again
    });
    let is_self = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "Self");
    let receiver = signature.receiver().map(ToTokens::to_token_stream);
    let returned =
        signature.output.to_token_stream().into_iter().find(is_self).map(ToTokens::into_token_stream);
    if let Some(method) = receiver.or(returned) {
        diagnostics
            .error(method, "a method cannot be a task: write a function that takes the value as a parameter");
        return None;
    }
    let parameters = parameters(&mut signature, diagnostics);
    Some(Function { attributes, visibility, signature, body, parameters, code })
}

fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
    {
        let _ = ahead.parse::<TokenTree>();
        if ahead.peek(syn::LitStr) {
            let _ = ahead.parse::<syn::LitStr>();
        }
    }
    ahead.peek(Token![fn])
}

/// The parameters, with `#[from]` and `#[key]` taken off the signature.
fn parameters(signature: &mut Signature, diagnostics: &mut Diagnostics) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (position, argument) in signature.inputs.iter_mut().enumerate() {
        let FnArg::Typed(argument) = argument else { continue };
        let from = from(&mut argument.attrs, diagnostics);
        let skip = skip(&mut argument.attrs, diagnostics);
        let name = match &*argument.pat {
            Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
                pattern.ident.clone()
            }
            Pat::Wild(pattern) => {
                let message = "a parameter of a task has a name: write `_unused`, for instance";
                diagnostics.error(pattern, message);
                Ident::new(&format!("parameter_{position}"), Span::mixed_site())
            }
            pattern => {
                diagnostics.error(
                    pattern,
                    "a parameter of a task is a name: take the value apart in the body, as in `let (a, b) = pair;`",
                );
                Ident::new(&format!("parameter_{position}"), Span::mixed_site())
            }
        };
        parameters.push(Parameter { name, ty: (*argument.ty).clone(), from, skip });
    }
    parameters
}

/// Takes `#[from(path)]` off the attributes of a parameter.
fn from(attributes: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) -> From {
    let mut found = From::None;
    attributes.retain(|candidate| {
        if !candidate.path().is_ident("from") {
            return true;
        }
        if !matches!(found, From::None) {
            diagnostics
                .error(candidate, "a parameter takes the output of one task: `#[from]` is given twice");
            return false;
        }
        match &candidate.meta {
            Meta::List(list) => {
                let parser = |input: ParseStream<'_>| {
                    if input.is_empty() {
                        return Err(syn::Error::new_spanned(candidate, FROM_FORM));
                    }
                    let path = attribute::dependency(input, diagnostics)?;
                    if input.is_empty() { Ok(path) } else { Err(input.error(FROM_FORM)) }
                };
                let path = parser.parse2(list.tokens.clone());
                found = diagnostics.ok(path).map_or(From::Unknown, From::Path);
            }
            _ => {
                diagnostics.error(candidate, FROM_FORM);
                found = From::Unknown;
            }
        }
        false
    });
    found
}

/// Takes `#[key(skip)]` off the attributes of a parameter.
fn skip(attributes: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) -> Option<Span> {
    let mut found = None;
    attributes.retain(|candidate| {
        if !candidate.path().is_ident("key") {
            return true;
        }
        let is_skip =
            matches!(&candidate.meta, Meta::List(list) if list.tokens.to_string().trim_end_matches([' ', ',']) == "skip");
        if found.is_some() {
            diagnostics.error(candidate, "`#[key(skip)]` is given twice");
        } else if !is_skip {
            diagnostics.error(candidate, "a parameter takes `#[key(skip)]`, which leaves its argument out of keys");
        }
        found = candidate.path().get_ident().map(Ident::span);
        false
    });
    found
}

const FROM_FORM: &str = "`#[from]` names one task: write `#[from(path)]`";
