//! `keep`: what counts for the key of a task, and how kept outputs are encoded.

mod arguments;
mod uses;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::ranges::{position, positions};
use super::reads::{decide, place_local};
use super::{Expansion, local};
use crate::graph::check::{Choice, Each, LineUse, Used, target};
use crate::names;
use crate::streams::IntoStream as _;

impl Expansion<'_> {
    /// Whether any line has `keep`.
    pub(super) fn has_keep(&self) -> bool {
        self.model.graph.nodes.iter().any(|node| node.keep.is_some())
    }

    /// The methods that write the keys of lines, without those that would write nothing.
    pub(super) fn key_methods(&self) -> Option<TokenStream> {
        self.has_keep().then(|| (0..self.keys.len()).filter_map(|index| self.key_method(index)).into_stream())
    }

    /// Whether anything of a line counts, beside what its attribute says.
    fn has_key_method(&self, index: usize) -> bool {
        let node = &self.model.graph.nodes[index];
        !node.arguments.is_empty() || node.when.is_some() || !self.model.in_place_uses[index].is_empty()
    }

    /// What a run knows of a graph with `keep`: the items of `RawGraph`.
    pub(super) fn kept(&self) -> Option<TokenStream> {
        if !self.has_keep() {
            return None;
        }
        let lines = (0..self.keys.len()).map(|index| self.kept_line(index));
        let (i, key, node, at) = (local("i"), local("key"), local("node"), local("at"));
        let arms = (0..self.keys.len()).filter(|&index| self.has_key_method(index)).map(|index| {
            let (number, method) = (Literal::usize_unsuffixed(index), key_method_name(index));
            let sizes = self.sizes_argument();
            quote!(#number => Self::#method(#sizes #i, #at, #key),)
        });
        let (table, sizes) = (self.table_at_start(), self.size_values());
        Some(quote! {
            const KEEPS: __dag::bool = true;
            const KEPT: &'static [__dag::KeptLine] = &[#(#lines),*];
            fn key(#i: &Self::Inputs, #node: __dag::u32, #key: &mut __dag::TaskKey<'_>) {
                let (#node, #at) = __dag::place(#table, #node);
                let _ = (#i, #at);
                #sizes
                match #node {
                    #(#arms)*
                    _ => {}
                }
            }
        })
    }

    /// The checks that no kept output depends on what tasks change in place.
    pub(super) fn kept_checks(&self) -> Option<TokenStream> {
        let taken: Vec<TokenStream> = (0..self.keys.len())
            .filter_map(|index| {
                let name = names::text(&self.model.graph.inputs[self.takes_mutable(index)?].name);
                let index = Literal::usize_unsuffixed(index);
                Some(quote!((#index, #name)))
            })
            .collect();
        if taken.is_empty() && !self.has_in_place() {
            return None;
        }
        let uses = match self.has_in_place() {
            true => quote!(&__IN_PLACE),
            false => quote!(&__dag::InPlaceUses::new(&[], &[])),
        };
        let rows = self.rows();
        let checks: Vec<TokenStream> = (self.model.graph.nodes.iter().enumerate())
            .filter_map(|(index, node)| {
                let (name, number) = (
                    format_ident!("__KEEP{index}", span = Span::call_site()),
                    Literal::usize_unsuffixed(index),
                );
                let at = node.keep.as_ref()?.span().resolved_at(Span::call_site());
                Some(quote_spanned!(at=> const #name: () = __dag::check_kept(#rows, #uses, &[#(#taken),*], #number);))
            })
            .collect();
        (!checks.is_empty()).then(|| quote!(#(#checks)*))
    }

    /// The input behind a `&mut` reference that a line takes for itself alone.
    fn takes_mutable(&self, index: usize) -> Option<usize> {
        self.model.calls[index].uses.iter().find_map(|used| match used.of {
            Used::Input(input) if self.model.moved_inputs[input] => {
                target(&self.model.graph.inputs[input].ty).map(|_| input)
            }
            _ => None,
        })
    }

    /// What a run knows of the outputs of a line.
    fn kept_line(&self, index: usize) -> TokenStream {
        let kept = self.line_with_codec(index);
        let list =
            self.model.graph.nodes[index].keep.as_ref().and(self.model.each[index]).and_then(Each::line);
        let Some(list) = list else { return kept };
        // The line says over which output it runs. Where the attribute does, the task knows.
        let source = self.task(self.model.lines[index][list].to);
        quote!({
            #[allow(unused_imports)]
            use __dag::NotKeys as _;
            #kept.with_elements(__dag::ElementsOf::<<#source as __dag::Task>::Output>::KEYS)
        })
    }

    fn line_with_codec(&self, index: usize) -> TokenStream {
        let (task, stored) = (&self.tasks[index], self.task(index));
        let Some(word) = &self.model.graph.nodes[index].keep else {
            return quote!(__dag::KeptLine::of::<#task, <#stored as __dag::Task>::Output>());
        };
        // What cannot be kept is told of at the name of the task.
        let at = names::last(&self.model.graph.nodes[index].path).span().located_at(word.span());
        let at = at.resolved_at(Span::call_site());
        quote_spanned!(at=> {
            #[allow(unused_imports)]
            use __dag::{NotPath as _, NotPlain as _, NotSerde as _};
            type __Output = <#stored as __dag::Task>::Output;
            const { __dag::refuse_path(__dag::IsPath::<__Output>::VALUE) }
            __dag::KeptLine::kept::<#task, __Output>(__dag::codec(
                __dag::PlainOf::<__Output>::CODEC,
                __dag::SerdeOf::<__Output>::CODEC,
            ))
        })
    }

    /// The method that writes what counts for a task of a line, if anything does.
    fn key_method(&self, index: usize) -> Option<TokenStream> {
        if !self.has_key_method(index) {
            return None;
        }
        let (node, name) = (&self.model.graph.nodes[index], key_method_name(index));
        let (i, at, key) = (local("i"), local("at"), local("key"));
        let inputs = if self.has_own_inputs() { quote!(__Inputs) } else { quote!(Self) };
        let (_, arguments, _) = self.model.graph.generics.split_for_impl();
        let inputs = if self.has_own_inputs() { quote!(#inputs #arguments) } else { inputs };
        let sizes = self.sizes_parameter();
        let uses = &self.model.in_place_uses[index];
        let is_changing = uses.iter().any(|used| used.is_exclusive) || self.takes_mutable(index).is_some();
        let body = if is_changing {
            quote!(#key.runs_always();)
        } else {
            let (indices, places, arguments) =
                (self.indices_at(index), self.key_places(index), self.key_arguments(index));
            let condition = node.when.is_some().then(|| {
                let parts = &self.model.calls[index].when;
                let tokens: TokenStream = parts
                    .iter()
                    .flat_map(|(pattern, expression)| [pattern.clone(), Some(expression.clone())])
                    .flatten()
                    .into_stream();
                let (code, uses) = self.counted(index, &tokens);
                quote!(#key.condition(#code); #uses)
            });
            quote!(#indices #places #arguments #condition)
        };
        let slices = matches!(self.model.each[index], Some(Each::Input { whole: Some(_) })).then(|| {
            quote! {
                #[allow(unused_imports)]
                use __dag::SliceOfKey as _;
            }
        });
        Some(quote! {
            fn #name(#sizes #i: &#inputs, #at: __dag::u32, #key: &mut __dag::TaskKey<'_>) {
                #slices
                let _ = (#i, #at);
                #body
            }
        })
    }

    /// The conditions and places of members that the expressions of a line use.
    fn key_places(&self, index: usize) -> TokenStream {
        let own = self.own(index);
        let mut steps = TokenStream::new();
        for condition in &self.model.calls[index].conditions {
            steps.extend(decide(own, condition));
        }
        for (number, line) in self.model.lines[index].iter().enumerate() {
            let Some(part) = line.part.as_ref().filter(|_| line.how != LineUse::Order) else { continue };
            let shape = self.shape_at_start(line.to);
            let (place, none) = match &part.choice {
                Choice::All => continue,
                Choice::One(chosen) => (position(own, &shape, chosen), quote!(0)),
                Choice::Slice(prefix, range) => (positions(own, &shape, prefix, range), quote!(0..0)),
            };
            let name = place_local(number, Span::call_site());
            steps.extend(match self.guard(line) {
                Some(guard) => quote!(let #name = if #guard { #place } else { #none };),
                None => quote!(let #name = #place;),
            });
        }
        steps
    }

    /// The ranges of a family's indices where there are inputs and no slots.
    fn shape_at_start(&self, node: usize) -> TokenStream {
        let (i, number) = (local("i"), Literal::usize_unsuffixed(node));
        match self.is_sized() {
            true => quote!(__dag::shape(&#i.__table, #number)),
            false => super::ranges::shape_name(node).into_token_stream(),
        }
    }
}

/// The method that writes the key of a task of a line.
fn key_method_name(index: usize) -> Ident {
    format_ident!("__k{index}", span = Span::call_site())
}
