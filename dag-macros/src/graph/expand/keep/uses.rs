//! What is used in expressions that count by their tokens.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::code::Tokens;
use crate::graph::check::holes::{condition_local, condition_number, number};
use crate::graph::check::{Choice, Each, Line, Use, Used};
use crate::graph::expand::reads::place_local;
use crate::graph::expand::{Expansion, local};
use crate::graph::tokens::{is_punct, is_word};
use crate::names;

impl Expansion<'_> {
    /// The code of an expression, and the statements that write what is used in it.
    pub(super) fn counted(&self, index: usize, tokens: &TokenStream) -> (TokenStream, TokenStream) {
        let (own, key) = (self.own(index), local("key"));
        let mut code = Tokens::default();
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
        let mut constants = Vec::new();
        find_constants(tokens, &mut constants);
        for name in &constants {
            uses.extend(quote!(__dag::Constant(&#name).write(#key);));
        }
        if let (true, Some(line)) = (tokens.is_empty(), self.model.each[index].and_then(Each::line)) {
            uses.extend(self.line_of_key(index, line));
        }
        let code = Literal::u128_suffixed(code.hash());
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

/// The names in an expression that are those of constants: written in capitals, where a value stands. What an expression declares
/// itself is not known outside of it.
fn find_constants(tokens: &TokenStream, found: &mut Vec<Ident>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_any = |sign: char| tokens.iter().any(|token| is_punct(Some(token), sign));
    let declares =
        tokens.iter().any(|token| ["const", "static"].iter().any(|word| is_word(Some(token), word)));
    // What stands between angle brackets may be a type.
    if declares || is_any('<') && is_any('>') {
        return;
    }
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => find_constants(&group.stream(), found),
            TokenTree::Ident(name) => {
                let text = names::text(name);
                let is_upper = text.starts_with(|first: char| first.is_ascii_uppercase())
                    && !text.contains(|letter: char| letter.is_lowercase());
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                let behind = tokens.get(at + 1);
                let is_type = is_word(before, "as")
                    || ['.', ':', '\''].iter().any(|&sign| is_punct(before, sign))
                    || [':', '!'].iter().any(|&sign| is_punct(behind, sign))
                    || matches!(behind, Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::Bracket);
                if is_upper && !is_type && !found.contains(name) {
                    found.push(name.clone());
                }
            }
            _ => {}
        }
    }
}
