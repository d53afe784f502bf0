//! The calls of all tasks in the order of their numbers.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::call::method_name;
use super::chosen::method_of;
use super::ranges::{locals, shape_name};
use super::{Expansion, local};
use crate::graph::indices;
use crate::streams::IntoStream as _;

impl Expansion<'_> {
    /// The calls of all tasks in the order of their numbers, and the functions that it consists of.
    pub(super) fn in_order(&self, inputs: &TokenStream) -> (TokenStream, TokenStream) {
        let (i, s, cx, hooks) = (local("i"), local("s"), local("cx"), local("hooks"));
        let enter = self.enter();
        let function = |name: &Ident, body: TokenStream| {
            quote! {
                fn #name<__S: __dag::SerialHooks>(
                    #i: &#inputs,
                    #s: &__Slots,
                    #cx: &__dag::Cx<'_>,
                    #hooks: &__S,
                ) -> __dag::bool {
                    #enter
                    let _ = (#i, #s, #cx, #hooks);
                    #body
                    false
                }
            }
        };
        let nodes: Vec<usize> = (0..self.keys.len()).collect();
        let whole = format_ident!("in_order", span = Span::call_site());
        let body = |nodes: &[usize]| match self.is_by_number() {
            true => self.steps(nodes),
            false => nodes.iter().map(|&index| self.step(index)).into_stream(),
        };
        // Straight-line code is for optimised builds. In others, the runtime calls one number after the other.
        let optimised = self.is_by_number().then(|| quote!(#[cfg(not(debug_assertions))]));
        if nodes.len() <= ALWAYS_INLINED {
            let whole = function(&whole, body(&nodes));
            return (quote!(#optimised #[inline(always)] #whole), TokenStream::new());
        }
        let (mut calls, mut parts) = (TokenStream::new(), TokenStream::new());
        for (k, nodes) in nodes.chunks(ALWAYS_INLINED).enumerate() {
            let part = format_ident!("__p{k}", span = Span::call_site());
            let done = self.number(nodes[0]);
            calls.extend(quote! {
                if !#hooks.goes_on(#done) || Self::#part(#i, #s, #cx, #hooks) {
                    return true;
                }
            });
            let part = function(&part, body(nodes));
            parts.extend(quote!(#optimised #[inline(never)] #part));
        }
        let whole = function(&whole, calls);
        (quote!(#optimised #whole), parts)
    }

    /// The calls of these lines, in short: the macro is not expanded where the function around it is not compiled.
    fn steps(&self, nodes: &[usize]) -> TokenStream {
        let (i, s, cx, hooks) = (local("i"), local("s"), local("cx"), local("hooks"));
        let steps = nodes.iter().map(|&index| {
            let number = Literal::usize_unsuffixed(index);
            let ask = asks(index).then(|| quote!(#hooks));
            match self.is_arm(index) {
                true => {
                    let method = method_of(index);
                    quote!(#number #method(#number) #ask;)
                }
                false => {
                    let method = method_name(index);
                    quote!(#number #method() #ask;)
                }
            }
        });
        quote!(__dag::steps! { #i #s #cx #hooks #(#steps)* })
    }

    /// The calls of one line.
    fn step(&self, index: usize) -> TokenStream {
        let hooks = local("hooks");
        if self.is_family(index) {
            return self.step_of_family(index);
        }
        let (task, call) = (self.number(index), self.call(index));
        let ask = asks(index).then(|| {
            quote! {
                if !#hooks.goes_on(#task + 1) {
                    return true;
                }
            }
        });
        // As in `steps!`.
        quote! {
            if #hooks.after(#hooks.before(#task), #call) {
                return true;
            }
            #ask
        }
    }

    /// The calls of a family: a loop over each index, as one would write them by hand.
    fn step_of_family(&self, index: usize) -> TokenStream {
        let (method, indices) = (method_name(index), &self.model.graph.nodes[index].indices);
        // Of a graph with sizes the ranges are computed once.
        let shape = if self.is_sized() { local("shape") } else { shape_name(index) };
        let shape_in_call = self.shape_in_call(index);
        let (known, sizes) =
            (self.is_sized().then(|| quote!(let #shape = #shape_in_call;)), self.sizes_argument());
        let (i, s, cx, hooks) = (local("i"), local("s"), local("cx"), local("hooks"));
        let (first, number) = (local("first"), self.number(index));
        // Which combination of the indices up to this one it is: for the last one, which member.
        let at = |k: usize| if k + 1 == indices.len() { local("at") } else { local(&format!("at{k}")) };
        let (locals, member) = (locals(indices), at(indices.len() - 1));
        let mut calls = quote! {
            if #hooks.after(
                #hooks.before(#first + #member as __dag::u32),
                Self::#method(#sizes #i, #s, #cx, #member, [#(#locals),*]),
            ) {
                return true;
            }
            if !#hooks.goes_on(#first + #member as __dag::u32 + 1) {
                return true;
            }
        };
        for k in (0..indices.len()).rev() {
            let (index, end, here) = (indices::local(k), local(&format!("end{k}")), at(k));
            let before = k.checked_sub(1).map_or(quote!(0), |k| at(k).into_token_stream());
            let k = Literal::usize_unsuffixed(k);
            calls = quote! {
                let (mut #index, #end) = __dag::range(#shape, #k, #before);
                while #index < #end {
                    let #here = __dag::behind(#shape, #k, #before, #index);
                    #calls
                    #index += 1;
                }
            };
        }
        quote! {
            let #first = #number;
            #known
            #calls
        }
    }

    /// The number of a line's first task.
    fn number(&self, index: usize) -> TokenStream {
        let number = Literal::usize_unsuffixed(index);
        // Where there is no family, tasks are numbered as lines are.
        match self.has_families() {
            true => self.first_in_call(index),
            false => number.into_token_stream(),
        }
    }
}

/// Whether a run in order asks after this line whether it goes on. Between functions it is asked anyway.
fn asks(index: usize) -> bool {
    let done = index + 1;
    (done.is_power_of_two() || done % ASKED_AFTER == 0) && done % ALWAYS_INLINED != 0
}

/// Up to this many lines, a run in order is part of its caller: then the compiler sees that the slots are
/// locals. That of more lines consists of functions of this many, since what the compiler needs for a function
/// grows faster than the function.
const ALWAYS_INLINED: usize = 64;

/// After this many lines, and after the first, the second, the fourth and so on, a run in order asks whether it
/// goes on.
const ASKED_AFTER: usize = 16;
