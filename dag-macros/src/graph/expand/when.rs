//! The condition of `when` around a call.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::places::Replacer;
use super::{Expansion, local, slot};

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
        for (pattern, expression) in self.model.calls[index].when.iter().rev() {
            let expression = replacer.filled(expression);
            wanted = quote!(if #pattern #expression { #wanted });
        }
        let word = self.model.graph.nodes[index].when.as_ref().map(|when| when.word.span());
        let not_wanted = quote!(#s.#own.not_wanted(#cx, #position));
        let at =
            word.unwrap_or_else(proc_macro2::Span::call_site).resolved_at(proc_macro2::Span::call_site());
        quote_spanned!(at=> #wanted #not_wanted)
    }
}
