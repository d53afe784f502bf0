//! The call of one task, chosen by its number.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::{Expansion, local};
use crate::lints;
use crate::streams::IntoStream as _;

/// A method chooses among this many lines: what the compiler needs for a function grows faster than the function.
const CHOSEN_AMONG: usize = 32;

/// The method that chooses among this line and others.
pub(super) fn method_of(index: usize) -> Ident {
    format_ident!("__g{}", index / CHOSEN_AMONG, span = Span::call_site())
}

impl Expansion<'_> {
    /// Whether a line, which is no more than the name of its task, is an arm of a method for many lines: to the compiler, one of
    /// its own is much more. Others have locals, and without optimisations the method would need stack for those of all lines.
    pub(super) fn is_arm(&self, index: usize) -> bool {
        let node = &self.model.graph.nodes[index];
        let has_levels = node.attributes.iter().any(lints::is_level);
        let is_called_alone =
            node.arguments.is_empty() && node.when.is_none() && self.model.each[index].is_none();
        self.is_by_number() && is_called_alone && !has_levels
    }

    /// Whether tasks are numbered as lines are, and a call needs no more than the number.
    pub(super) fn is_by_number(&self) -> bool {
        !self.has_families() && !self.is_sized()
    }

    /// The call of one task, chosen by its number. `calls` are those of all lines.
    pub(super) fn chosen(
        &self,
        calls: Vec<TokenStream>,
        inputs: &TokenStream,
        methods: &mut TokenStream,
    ) -> TokenStream {
        if self.has_families() {
            return self.chosen_of(0, calls.len());
        }
        // Where there is no family, tasks are numbered as lines are.
        if !(0..calls.len()).any(|index| self.is_arm(index)) {
            return self.one_of(&calls, 0);
        }
        let (i, s, cx, node) = (local("i"), local("s"), local("cx"), local("node"));
        let arms = calls.chunks(CHOSEN_AMONG).enumerate().map(|(k, calls)| {
            let (name, chosen) = (method_of(k * CHOSEN_AMONG), self.one_of(calls, k * CHOSEN_AMONG));
            methods.extend(quote! {
                #[cfg_attr(not(debug_assertions), inline(always))]
                fn #name(#i: &#inputs, #s: &__Slots, #cx: &__dag::Cx<'_>, #node: __dag::u32) -> __dag::CallOutcome {
                    let _ = #i;
                    #chosen
                }
            });
            let k = Literal::usize_unsuffixed(k);
            quote!(#k => Self::#name(#i, #s, #cx, #node),)
        });
        let (arms, among) = (arms.into_stream(), Literal::usize_unsuffixed(CHOSEN_AMONG));
        if calls.len() <= CHOSEN_AMONG {
            let only = method_of(0);
            return quote!(Self::#only(#i, #s, #cx, #node));
        }
        quote! {
            match #node / #among {
                #arms
                _ => __dag::no_such_task(#node),
            }
        }
    }

    /// One of these calls, the first of which has this number.
    fn one_of(&self, calls: &[TokenStream], first: usize) -> TokenStream {
        let node = local("node");
        let numbers = (first..).map(Literal::usize_unsuffixed);
        quote! {
            match #node {
                #(#numbers => #calls,)*
                _ => __dag::no_such_task(#node),
            }
        }
    }

    /// The same among lines and, behind these, none: they begin at numbers that are constants.
    fn chosen_of(&self, start: usize, last: usize) -> TokenStream {
        let node = local("node");
        if start < last {
            let middle = start + (last - start).div_ceil(2);
            let (before, behind) = (self.chosen_of(start, middle - 1), self.chosen_of(middle, last));
            let first = self.first_in_call(middle);
            return quote!(if #node < #first { #before } else { #behind });
        }
        if start == self.keys.len() { quote!(__dag::no_such_task(#node)) } else { self.call(start) }
    }
}
