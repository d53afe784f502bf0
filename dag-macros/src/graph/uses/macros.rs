//! Uses in the arguments of macros, of which a macro alone knows what they are: expressions, statements, or something else.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Block, Expr, Macro, Pat, Token};

use super::blocks::has_pattern;
use super::captures::{borrows, captures, given};
use super::patterns::bind;
use super::{Mode, Resolver};
use crate::names;

/// Macros of the standard library that take no values.
const WITHOUT_VALUES: [&str; 14] = [
    "cfg",
    "column",
    "compile_error",
    "concat",
    "env",
    "file",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "module_path",
    "offset_of",
    "option_env",
    "stringify",
];

/// A pattern, perhaps with a guard, behind a value.
const WITH_PATTERNS: [&str; 3] = ["assert_matches", "debug_assert_matches", "matches"];

impl Resolver<'_> {
    pub(super) fn call_of_macro(&mut self, call: &mut Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.clone());
        call.tokens = self.arguments_of_macro(name.as_ref(), std::mem::take(&mut call.tokens));
    }

    /// The arguments of a macro with this name.
    pub(super) fn arguments_of_macro(&mut self, name: Option<&Ident>, tokens: TokenStream) -> TokenStream {
        let text = name.map(names::text).unwrap_or_default();
        if WITHOUT_VALUES.contains(&text.as_str()) {
            return tokens;
        }
        let captured = captures(&text, &tokens);
        let replaced = if WITH_PATTERNS.contains(&text.as_str()) { self.matching(&tokens) } else { None };
        let replaced = replaced.unwrap_or_else(|| self.input(tokens, |position| borrows(&text, position)));
        self.with_captures(replaced, captured)
    }

    /// What is between delimiters, and what it is is not known.
    pub(super) fn inside(&mut self, tokens: TokenStream) -> TokenStream {
        self.input(tokens, |_| false)
    }

    /// The same, of a macro that only borrows some of its arguments.
    fn input(&mut self, tokens: TokenStream, borrows: impl Fn(usize) -> bool) -> TokenStream {
        self.expressions(&tokens, borrows)
            .or_else(|| self.statements_of_macro(&tokens))
            .unwrap_or_else(|| self.tokens(tokens))
    }

    /// `expression, key = expression; expression`
    fn expressions(&mut self, tokens: &TokenStream, borrows: impl Fn(usize) -> bool) -> Option<TokenStream> {
        let parser = |input: ParseStream<'_>| {
            let mut parts: Vec<(TokenStream, Expr, TokenStream)> = Vec::new();
            while !input.is_empty() {
                let mut key = TokenStream::new();
                if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                    let (name, equals) = (input.call(Ident::parse_any)?, input.parse::<Token![=]>()?);
                    key = quote!(#name #equals);
                }
                let expression = input.parse()?;
                if has_pattern(&expression) {
                    return Err(input.error("a statement"));
                }
                let separator = if input.peek(Token![;]) {
                    input.parse::<Token![;]>()?.into_token_stream()
                } else if input.is_empty() {
                    TokenStream::new()
                } else {
                    input.parse::<Token![,]>()?.into_token_stream()
                };
                parts.push((key, expression, separator));
            }
            Ok(parts)
        };
        let mut parts = parser.parse2(tokens.clone()).ok()?;
        let mut replaced = TokenStream::new();
        for (position, (key, expression, separator)) in parts.iter_mut().enumerate() {
            let mode =
                if borrows(position) && self.has_size(expression) { Mode::Borrow } else { Mode::Value };
            self.expression(expression, mode);
            replaced.extend(quote!(#key #expression #separator));
        }
        Some(replaced)
    }

    /// Whether it is not a whole family, which is a slice.
    fn has_size(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| !self.names.is_family(&names::text(name)))
            }
            _ => true,
        }
    }

    fn statements_of_macro(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        let mut statements = Block::parse_within.parse2(tokens.clone()).ok()?;
        self.statements(&mut statements);
        Some(quote!(#(#statements)*))
    }

    /// `expression, pattern if guard, …`
    fn matching(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        let parser = |input: ParseStream<'_>| {
            let (value, comma) = (input.parse::<Expr>()?, input.parse::<Token![,]>()?);
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<Token![if]>>()? {
                Some(word) => Some((word, input.parse::<Expr>()?)),
                None => None,
            };
            Ok((value, comma, pattern, guard, input.parse::<TokenStream>()?))
        };
        let (mut value, comma, pattern, mut guard, rest) = parser.parse2(tokens.clone()).ok()?;
        self.value(&mut value);
        let outer = self.hidden.len();
        bind(&pattern, &mut self.hidden);
        let guard = guard.as_mut().map(|(word, guard)| {
            self.value(guard);
            quote!(#word #guard)
        });
        self.hidden.leave(outer);
        let rest = self.inside(rest);
        Some(quote!(#value #comma #pattern #guard #rest))
    }

    /// The arguments of a macro, with what its format string captures given to it: a string's names cannot be replaced.
    fn with_captures(&mut self, replaced: TokenStream, captured: Vec<Ident>) -> TokenStream {
        let mut values = Vec::new();
        for name in captured {
            let text = names::text(&name);
            if !self.hidden.hides(&text) && self.names.is_known(&text, false) {
                let mut value = self.names.replace(&name.clone().into(), Mode::Borrow);
                if self.names.is_family(&text) {
                    // A slice has no size of its own.
                    value = quote_spanned!(name.span()=> &#value);
                }
                values.push((name, value));
            }
        }
        if values.is_empty() { replaced } else { given(replaced, values) }
    }
}
