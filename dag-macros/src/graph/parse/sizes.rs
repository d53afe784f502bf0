//! The sizes of a graph.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Token, Type, bracketed, token};

use super::family::keyword;
use super::header::{Header, skip};
use crate::diag::Diagnostics;
use crate::graph::ast::Size;

const FORM: &str = "expected the name of a size, as in `graph Name[n]`";

/// Whether brackets are next behind which the graph goes on. Others may be those of its tasks, in place of braces.
pub(super) fn are_next(input: ParseStream<'_>) -> bool {
    input.peek(token::Bracket)
        && (input.peek2(token::Brace)
            || input.peek2(token::Bracket)
            || input.peek2(token::Paren)
            || input.peek2(Token![<])
            || input.peek2(Token![->])
            || input.peek2(Token![where]))
}

impl Header {
    /// `[name, …]`
    pub(super) fn sizes(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let content;
        let brackets = bracketed!(content in input);
        if content.is_empty() {
            let message =
                "a list of sizes has a name for each: write `graph Name[n]`, or leave the brackets out";
            diagnostics.error_at(brackets.span.join(), message);
        }
        while !content.is_empty() {
            if content.peek(Token![,]) {
                diagnostics.push(content.error("expected a size before this comma"));
            } else if let Err(error) = self.size(&content, diagnostics) {
                diagnostics.push(error);
                self.unknown.inputs = true;
                skip(&content);
            }
            if content.peek(Ident) {
                // As if the comma stood there.
                diagnostics.push(content.error("expected `,` between sizes"));
            } else if !content.is_empty() && !content.peek(Token![,]) {
                diagnostics.push(content.error("expected `,` between sizes, which are names"));
                self.unknown.inputs = true;
                skip(&content);
            }
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }

    fn size(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let attributes = input.call(Attribute::parse_outer)?;
        if !input.peek(Ident) {
            let message = match input.fork().call(Ident::parse_any) {
                Ok(word) if word == "_" => "a size has a name: write `n` in place of `_`".to_owned(),
                Ok(word) => keyword(&word),
                Err(_) if input.peek(syn::Lit) => {
                    format!("{FORM}: a number that is known now can stand in the ranges themselves")
                }
                Err(_) => FORM.to_owned(),
            };
            return Err(input.error(message));
        }
        let name = input.parse::<Ident>()?;
        if input.peek(Token![:]) {
            let colon = input.parse::<Token![:]>()?;
            let message = format!("a size is always a `usize`: write `{name}` without a type");
            match input.parse::<Type>() {
                Ok(ty) => diagnostics.error(ty, message),
                Err(_) => diagnostics.error(colon, message),
            }
        }
        self.sizes.push(Size { attributes, name });
        Ok(())
    }

    /// Sizes that stand where they do not belong are taken as if they stood where they do.
    pub(super) fn misplaced_sizes(
        &mut self,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        while are_next(input) {
            let message = match self.sizes.is_empty() {
                true => {
                    "sizes stand behind the name, before the inputs: `graph Name[n](input: Type) -> output`"
                }
                false => "all sizes stand in one list behind the name: `graph Name[m, n]`",
            };
            let before = diagnostics.count();
            diagnostics.push(input.error(message));
            self.sizes(input, diagnostics)?;
            diagnostics.truncate(before + 1);
        }
        Ok(())
    }
}
