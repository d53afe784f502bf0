//! What is used in expressions that count by their tokens.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use crate::code::Code;
use crate::graph::check::holes::{condition_local, condition_number, number};
use crate::graph::check::{Choice, Each, Line, Use, Used};
use crate::graph::expand::reads::place_local;
use crate::graph::expand::{Expansion, local};

impl Expansion<'_> {
    /// The code of an expression, and the statements that write what is used in it.
    pub(super) fn counted(&self, index: usize, tokens: &TokenStream) -> (TokenStream, TokenStream) {
        let (own, key) = (self.own(index), local("key"));
        let mut code = Code::new();
        let mut uses = TokenStream::new();
        let mut place = |name: &Ident| -> bool {
            if let Some(number) = number(name) {
                match self.model.calls[index].uses.get(number) {
                    Some(used) => uses.extend(self.use_of_key(index, used)),
                    None => return false,
                }
            } else if let Some(number) = condition_number(name) {
                let name = condition_local(number);
                uses.extend(quote!(#key.decided(#name);));
            } else if let Some(local) = own.local(name) {
                uses.extend(quote!(#key.index(#local);));
            } else {
                return false;
            }
            true
        };
        code.expression(tokens.clone(), &mut place);
        if let (true, Some(line)) = (tokens.is_empty(), self.model.each[index].and_then(Each::line)) {
            uses.extend(self.line_of_key(index, line));
        }
        let code = Literal::u128_suffixed(code.finish());
        (code.into_token_stream(), uses)
    }

    fn use_of_key(&self, index: usize, used: &Use) -> TokenStream {
        let (i, key) = (local("i"), local("key"));
        let at = used.name.span().resolved_at(Span::call_site());
        match used.of {
            Used::Input(input) => {
                let name = &self.model.graph.inputs[input].name;
                let value = if self.model.moved_inputs[input] || self.model.in_place[input] {
                    quote_spanned!(at=> #i.#name.of_key(#key))
                } else {
                    quote_spanned!(at=> &#i.#name)
                };
                quote_spanned!(at=> let value = #value; #key.input(value);)
            }
            Used::Whole(to) => {
                let to = Literal::usize_unsuffixed(to);
                quote!(#key.all(#to);)
            }
            Used::Part(number) => self.line_of_key(index, number),
            Used::Mistake(_) => TokenStream::new(),
        }
    }

    /// What a line tells of a use, which counts by the keys of the tasks.
    fn line_of_key(&self, index: usize, number: usize) -> TokenStream {
        let (line, key): (&Line, _) = (&self.model.lines[index][number], local("key"));
        let (to, place) = (Literal::usize_unsuffixed(line.to), place_local(number, Span::call_site()));
        let written = match line.part.as_ref().map(|part| &part.choice) {
            Some(Choice::One(_)) => quote!(#key.one(#to, #place);),
            Some(Choice::Slice(..)) => quote!(#key.some(#to, #place);),
            _ => quote!(#key.all(#to);),
        };
        match self.guard(line) {
            Some(guard) => quote!(if #guard { #written }),
            None => written,
        }
    }
}
