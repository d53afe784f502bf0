//! Limits: how many units there are, and how many tasks take. What is a constant is in the table, the rest in functions
//! that a run calls before its first task.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{Expansion, local};
use crate::graph::check::Units;
use crate::names;

impl Expansion<'_> {
    /// The limits of the graph for its table, and the checks of what is a constant.
    pub(super) fn limits(&self) -> Option<TokenStream> {
        if self.model.limits.is_empty() {
            return None;
        }
        let (mut constants, mut limits, mut takes) =
            (TokenStream::new(), TokenStream::new(), TokenStream::new());
        for (k, limit) in self.model.limits.iter().enumerate() {
            let name = names::text(&limit.name);
            if !limit.is_constant {
                limits.extend(quote!(__dag::Limit::of_a_run(#name),));
                continue;
            }
            let value = format_ident!("__L{k}", span = Span::call_site());
            let (number, at) = (counted(&limit.units), site(&limit.units));
            constants.extend(quote!(const #value: __dag::i128 = #number;));
            constants.extend(quote_spanned!(at=> const _: () = __dag::assert_limit(#name, #value);));
            limits.extend(quote!(__dag::Limit::constant(#name, #value),));
        }
        for (line, units) in self.all_units() {
            let (task, limit) = (Literal::usize_unsuffixed(line), Literal::usize_unsuffixed(units.limit));
            if !units.is_constant {
                takes.extend(quote!(__dag::Units::of_a_run(#task, #limit),));
                continue;
            }
            let (value, at) =
                (format_ident!("__U{line}_{}", units.limit, span = Span::call_site()), site(&units.site));
            let number = units.units.as_ref().map_or_else(|| quote!(1), counted);
            let (name, of) =
                (names::text(self.model.graph.nodes[line].name()), &self.model.limits[units.limit]);
            let limit_name = names::text(&of.name);
            let total = match of.is_constant {
                true => {
                    let total = format_ident!("__L{}", units.limit, span = Span::call_site());
                    quote!(__dag::Some(#total))
                }
                false => quote!(__dag::None),
            };
            constants.extend(quote!(const #value: __dag::i128 = #number;));
            constants.extend(
                quote_spanned!(at=> const _: () = __dag::assert_units(#name, #limit_name, #value, #total);),
            );
            takes.extend(quote!(__dag::Units::constant(#task, #limit, #value),));
        }
        Some(quote! {
            #constants
            static __LIMITS: __dag::Limits = __dag::Limits::new(&[#limits], &[#takes]);
        })
    }

    /// What gives a table its limits.
    pub(super) fn limited(&self) -> Option<TokenStream> {
        (!self.model.limits.is_empty()).then(|| quote!(.with_limits(&__LIMITS)))
    }

    /// How many units there are, and how many tasks take, where that is known only when the graph runs.
    pub(super) fn units_of_a_run(&self) -> Option<TokenStream> {
        let (i, node, at, limit) = (local("i"), local("node"), local("at"), local("limit"));
        let limits = self.model.limits.iter().enumerate().filter(|(_, limit)| !limit.is_constant);
        let limits: Vec<TokenStream> = limits
            .map(|(k, of)| {
                let (k, units) =
                    (Literal::usize_unsuffixed(k), self.input_replacer(&of.uses).filled(&of.units));
                let units = counted(&units);
                quote!(#k => #units,)
            })
            .collect();
        let sizes = self.size_values();
        let limits = (!limits.is_empty()).then(|| {
            quote! {
                fn limit(#i: &Self::Inputs, #limit: __dag::u32) -> __dag::i128 {
                    let _ = #i;
                    #sizes
                    match #limit {
                        #(#limits)*
                        _ => 0,
                    }
                }
            }
        });
        let mut lines = TokenStream::new();
        for line in 0..self.keys.len() {
            let units: Vec<&Units> =
                self.model.calls[line].using.iter().filter(|units| !units.is_constant).collect();
            if units.is_empty() {
                continue;
            }
            let (number, indices) = (Literal::usize_unsuffixed(line), self.indices_at(line));
            let arms = units.into_iter().map(|units| {
                let of = Literal::usize_unsuffixed(units.limit);
                let expression = units.units.clone().unwrap_or_else(|| quote!(1));
                let units = counted(&self.replacer(line).filled(&expression));
                quote!(#of => #units,)
            });
            lines.extend(quote! {
                #number => {
                    #indices
                    match #limit {
                        #(#arms)*
                        _ => 0,
                    }
                }
            });
        }
        let table = self.table_at_start();
        let units = (!lines.is_empty()).then(|| {
            quote! {
                fn units(#i: &Self::Inputs, #node: __dag::u32, #limit: __dag::u32) -> __dag::i128 {
                    let (#node, #at) = __dag::place(#table, #node);
                    let _ = (#i, #at);
                    #sizes
                    match #node {
                        #lines
                        _ => 0,
                    }
                }
            }
        });
        Some(quote!(#limits #units))
    }

    /// The units that lines take.
    fn all_units(&self) -> impl Iterator<Item = (usize, &Units)> {
        let calls = self.model.calls.iter().enumerate();
        calls.flat_map(|(line, call)| call.using.iter().map(move |units| (line, units)))
    }
}

/// An expression as a number of units.
fn counted(units: &TokenStream) -> TokenStream {
    let at = site(units);
    quote_spanned!(at=> (#units) as __dag::i128)
}

/// The place of an expression.
fn site(tokens: &TokenStream) -> Span {
    let first = tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    first.resolved_at(Span::call_site())
}
