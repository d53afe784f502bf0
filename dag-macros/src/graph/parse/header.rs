//! The inputs and the outputs of a graph. A mistake costs no more than is needed: what a graph takes and gives decides over
//! all that uses it.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Path, Token, Type, parenthesized};

use crate::diag::Diagnostics;
use crate::graph::ast::{Input, Output, Size, Unknown};

/// What a graph takes and gives.
#[derive(Default)]
pub(super) struct Header {
    pub(super) sizes: Vec<Size>,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
    pub(super) unknown: Unknown,
}

impl Header {
    /// `name: type, …`
    pub(super) fn inputs(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) {
        // Whether something has been reported and the input after it may be a part of it.
        let mut broken = false;
        while !input.is_empty() {
            let before = diagnostics.count();
            if input.peek(Token![,]) {
                diagnostics.push(input.error("expected an input before this comma"));
            } else if let Err(error) = self.input(input, diagnostics) {
                diagnostics.push(error);
                self.unknown.inputs = true;
                skip(input);
            }
            if !input.is_empty() && !input.peek(Token![,]) {
                if diagnostics.count() == before {
                    diagnostics.push(input.error("expected `,` between inputs"));
                }
                // Before a name, as if the comma stood there.
                if !(input.peek(Ident) && input.peek2(Token![:])) {
                    self.unknown.inputs = true;
                    skip(input);
                }
            }
            if broken {
                diagnostics.truncate(before);
            }
            broken = diagnostics.count() > before || broken && self.unknown.inputs;
            let _ = input.parse::<Option<Token![,]>>();
        }
    }

    /// `name: type`
    fn input(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let attributes = input.call(Attribute::parse_outer)?;
        if !input.peek(Ident) {
            return Err(input.error("expected an input: `name: Type`"));
        }
        let name = input.parse::<Ident>()?;
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
        } else {
            let message = format!("an input needs a type: `{name}: Type`");
            if input.is_empty() || input.peek(Token![,]) {
                return Err(syn::Error::new(name.span(), message));
            }
            diagnostics.error(&name, message);
            // Which of both is the name?
            self.unknown.inputs = true;
            match input.parse::<Type>() {
                Ok(ty) => self.inputs.push(Input { attributes, name, ty }),
                Err(_) => skip(input),
            }
            return Ok(());
        }
        let ty = input.parse::<Type>().map_err(|error| {
            let message = format!("expected the type of input `{name}`");
            let at = if input.is_empty() { name.span() } else { error.span() };
            syn::Error::new(at, message)
        })?;
        self.inputs.push(Input { attributes, name, ty });
        Ok(())
    }

    /// `name` or `(name, …)`
    pub(super) fn outputs(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) {
        let result = if input.peek(syn::token::Paren) {
            self.list(input, diagnostics)
        } else {
            output(input).map(|output| self.outputs.push(output))
        };
        if let Err(error) = result {
            diagnostics.push(error);
            self.unknown.outputs = true;
            while !input.is_empty() && !input.peek(syn::token::Brace) && !input.peek(Token![where]) {
                let _ = input.parse::<TokenTree>();
            }
        }
    }

    fn list(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let content;
        parenthesized!(content in input);
        while !content.is_empty() {
            if content.peek(Token![,]) {
                diagnostics.push(content.error("expected the name of a task before this comma"));
                content.parse::<Token![,]>()?;
                continue;
            }
            let result = output(&content);
            let is_known = result.is_ok();
            self.outputs.extend(result.map_err(|error| diagnostics.push(error)));
            if !content.is_empty() && !content.peek(Token![,]) {
                if is_known {
                    let message = "expected `,`: an output is the name of a task, or of a whole family";
                    diagnostics.push(content.error(message));
                }
                if is_known && content.peek(Ident) {
                    // As if the comma stood there. A name that is there twice was to be there once.
                    let name = content.fork().parse::<Ident>()?;
                    if self.outputs.last().is_some_and(|last| last.path.is_ident(&name)) {
                        content.parse::<Ident>()?;
                    }
                    continue;
                }
                skip(&content);
                self.unknown.outputs = true;
            }
            self.unknown.outputs |= !is_known;
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }
}

fn output(input: ParseStream<'_>) -> syn::Result<Output> {
    const FORM: &str = "expected the names of tasks: `-> name` or `-> (first, second)`";
    let attributes = input.call(Attribute::parse_outer)?;
    let is_path = input.peek(Ident)
        || (input.peek(Ident::peek_any) && input.peek2(Token![::]))
        || input.peek(Token![::]);
    if is_path {
        Ok(Output { attributes, path: input.call(Path::parse_mod_style)? })
    } else {
        Err(input.error(FORM))
    }
}

/// Skips to the next comma.
pub(super) fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}
