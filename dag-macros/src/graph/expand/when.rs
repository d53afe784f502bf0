//! The condition of `when` around a call.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::places::Replacer;
use super::{Expansion, local, slot};
use crate::graph::check::Used;
use crate::graph::check::holes::number;
use crate::graph::tokens::is_punct;

impl Expansion<'_> {
    /// The call of a line with `when`. A condition with several `let`s is as many `if`s inside of each other: chains of them
    /// are newer than the oldest Rust.
    pub(super) fn when(
        &self,
        index: usize,
        replacer: &mut Replacer<'_>,
        position: Option<&TokenStream>,
        call: &TokenStream,
    ) -> TokenStream {
        let (s, cx, sink, own) = (local("s"), local("cx"), local("sink"), slot(index));
        let mut wanted = quote!(return #s.#own.wanted(#cx, #position |#sink| #call););
        let parts = &self.model.calls[index].when;
        // In a chain, rustc does not warn of patterns that always match.
        let allowed = (parts.len() > 1).then(|| quote!(#[allow(irrefutable_let_patterns)]));
        for (pattern, expression) in parts.iter().rev() {
            let expression = replacer.filled(expression);
            wanted = quote!(#allowed if #pattern #expression { #wanted });
        }
        quote!(#wanted #s.#own.not_wanted(#cx, #position))
    }

    /// An argument with its uses filled in. If it is just the output of a node with `when`, the message on one of
    /// another type names that.
    pub(super) fn given(&self, index: usize, argument: &TokenStream, filled: TokenStream) -> TokenStream {
        let Some(from) = self.sole_use(index, argument).filter(|&from| self.has_when(from)) else {
            return filled;
        };
        let last = argument.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span());
        let (key, at) = (&self.keys[from], last.resolved_at(Span::call_site()));
        let mut given = Group::new(Delimiter::Parenthesis, filled);
        given.set_span(last.resolved_at(Span::call_site()));
        let mut task = self.tasks[index].clone();
        task.set_span(task.span().located_at(last));
        quote_spanned!(at=> __dag::given::<#task, #key, _, _, _> #given)
    }

    /// The node whose output, or members of which, an argument is, by reference or by value.
    fn sole_use(&self, index: usize, argument: &TokenStream) -> Option<usize> {
        let tokens: Vec<TokenTree> = argument.clone().into_iter().collect();
        let name = match tokens.as_slice() {
            [TokenTree::Ident(name)] => name,
            [sign, TokenTree::Ident(name)] if is_punct(Some(sign), '&') => name,
            _ => return None,
        };
        match self.model.calls[index].uses.get(number(name)?)?.of {
            Used::Whole(node) => Some(node),
            Used::Part(line) => Some(self.model.lines[index][line].to),
            _ => None,
        }
    }
}
