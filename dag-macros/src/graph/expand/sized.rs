//! Graphs with sizes: what a call has at hand that is a constant in other graphs.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::ranges::{range, shape_name, varies};
use super::{Expansion, local, slot};
use crate::graph::check::calls;
use crate::graph::indices::{self, span};
use crate::streams::IntoStream as _;

impl Expansion<'_> {
    /// Whether the graph has sizes.
    pub(super) fn is_sized(&self) -> bool {
        !self.model.graph.sizes.is_empty()
    }

    /// The type of the slots as a call has them.
    pub(super) fn slots_type(&self) -> TokenStream {
        if self.is_sized() { quote!(__Parts<'_>) } else { quote!(&__Slots) }
    }

    /// The struct of all slots in a call.
    pub(super) fn all_slots(&self) -> TokenStream {
        let s = local("s");
        if self.is_sized() { quote!(#s.all) } else { s.into_token_stream() }
    }

    /// The table in a call.
    pub(super) fn table_in_call(&self) -> TokenStream {
        let s = local("s");
        if self.is_sized() { quote!(#s.table) } else { self.table_reference() }
    }

    /// The number of a line's first task in a call.
    pub(super) fn first_in_call(&self, node: usize) -> TokenStream {
        let (s, node) = (local("s"), Literal::usize_unsuffixed(node));
        if self.is_sized() { quote!(#s.first[#node]) } else { quote!(__FIRST[#node]) }
    }

    /// The ranges of a family's indices in a call.
    pub(super) fn shape_in_call(&self, node: usize) -> TokenStream {
        let shape = shape_name(node);
        if !self.is_sized() {
            return shape.into_token_stream();
        }
        let (sizes, s) = (self.size_locals(), local("s"));
        quote!(#shape(#sizes, #s))
    }

    /// The locals of all sizes, as an array.
    pub(super) fn size_locals(&self) -> TokenStream {
        let locals = (0..self.model.graph.sizes.len()).map(indices::size_local);
        quote!([#(#locals),*])
    }

    /// The parameter of a function that receives all sizes.
    pub(super) fn sizes_parameter(&self) -> Option<TokenStream> {
        let count = Literal::usize_unsuffixed(self.model.graph.sizes.len());
        let sizes = self.size_locals();
        self.is_sized().then(|| quote!(#sizes: [__dag::isize; #count],))
    }

    /// What is passed for [it](Self::sizes_parameter).
    pub(super) fn sizes_argument(&self) -> Option<TokenStream> {
        let sizes = self.size_locals();
        self.is_sized().then(|| quote!(#sizes,))
    }

    /// The statements that bring what calls have at hand, from the inputs and the slots.
    pub(super) fn enter(&self) -> Option<TokenStream> {
        let (i, s, sizes) = (local("i"), local("s"), self.size_values());
        self.is_sized().then(|| {
            quote! {
                #sizes
                let #s = __Parts::new(#s, &#i.__table, #i.__first);
            }
        })
    }

    /// The statement that brings the locals of all sizes, from the inputs.
    pub(super) fn size_values(&self) -> Option<TokenStream> {
        let (i, sizes) = (local("i"), self.size_locals());
        let names = self.model.graph.sizes.iter().map(|size| &size.name);
        self.is_sized().then(|| quote!(let #sizes = [#(#i.#names as __dag::isize),*];))
    }

    /// The fields that the inputs of a run have beside those of the graph.
    pub(super) fn run_fields(&self) -> Option<TokenStream> {
        let ends = self.ends();
        self.is_sized().then(|| quote!(__table: __dag::SharedTable, __first: [__dag::u32; #ends],))
    }

    fn ends(&self) -> Literal {
        Literal::usize_unsuffixed(self.keys.len() + 1)
    }

    /// The slots as a call has them: copies of what is the same for the whole run, which the compiler can keep in registers.
    pub(super) fn parts(&self) -> Option<TokenStream> {
        if !self.is_sized() {
            return None;
        }
        let (mut fields, mut values) = (TokenStream::new(), TokenStream::new());
        for (node, line) in self.model.graph.nodes.iter().enumerate() {
            let (slot, task) = (slot(node), self.task(node));
            if !self.is_family(node) {
                fields.extend(quote!(#slot: &'x __dag::Slot<#task>,));
                values.extend(quote!(#slot: &all.#slot,));
                continue;
            }
            fields.extend(quote!(#slot: __dag::SizedPart<'x, #task>,));
            values.extend(quote!(#slot: all.#slot.part(),));
            for k in (0..line.indices.len()).filter(|&k| self.is_range_told(node, k)) {
                let (dim, node, k) =
                    (dim_name(node, k), Literal::usize_unsuffixed(node), Literal::usize_unsuffixed(k));
                fields.extend(quote!(#dim: __dag::Dim<'x>,));
                values.extend(quote!(#dim: __dag::dim(table, #node, #k),));
            }
            for k in (0..line.indices.len()).filter(|&k| varies(&line.indices, k)) {
                let (spans, node, k) =
                    (spans_name(node, k), Literal::usize_unsuffixed(node), Literal::usize_unsuffixed(k));
                fields.extend(quote!(#spans: &'x [__dag::Span],));
                values.extend(quote!(#spans: __dag::spans(table, #node, #k),));
            }
        }
        let ends = self.ends();
        let ranges = self.ranges_in_call();
        Some(quote! {
            #[allow(dead_code)]
            #[derive(__dag::Clone, __dag::Copy)]
            pub struct __Parts<'x> {
                all: &'x __Slots,
                table: &'x __dag::Table,
                first: [__dag::u32; #ends],
                #fields
            }
            impl<'x> __Parts<'x> {
                #[inline(always)]
                fn new(all: &'x __Slots, table: &'x __dag::Table, first: [__dag::u32; #ends]) -> Self {
                    __Parts { all, table, first, #values }
                }
            }
            #ranges
        })
    }

    /// The range of each index of a family, as a function of the sizes and the earlier indices. It is constant: the same
    /// wherever it is called. Where it overflows there is no table.
    fn range_functions(&self, node: usize) -> TokenStream {
        let (own, line) = (self.own(node).checked(), &self.model.graph.nodes[node]);
        let parameter = self.sizes_parameter();
        let functions = line.indices.iter().enumerate().map(|(k, index)| {
            let (start, end) = range(own, &index.range);
            let at = span(&index.range.tokens);
            let (name, count) = (range_name(node, k), Literal::usize_unsuffixed(k));
            let earlier = (0..k).map(indices::local);
            // An index whose range does not depend on others is not given them.
            let (earlier, count) = match varies(&line.indices, k) {
                true => (quote!([#(#earlier),*]), quote!(#count)),
                false => (quote!([]), quote!(0)),
            };
            let mut range = quote_spanned!(at=> (#start, #end));
            if indices::is_checked(&range) {
                let fault = indices::fault();
                range = quote! {
                    let mut #fault = __dag::checked::Miscalculation::None;
                    let range = #range;
                    #fault.or(range)
                };
            }
            quote! {
                #[allow(unused_variables, unused_parens, clippy::all)]
                #[inline(always)]
                const fn #name(#parameter #earlier: [__dag::isize; #count]) -> (__dag::i128, __dag::i128) {
                    #range
                }
            }
        });
        functions.into_stream()
    }

    /// A function for each family that gives the ranges of its indices in a call.
    fn ranges_in_call(&self) -> TokenStream {
        let (s, parameter) = (local("s"), self.sizes_parameter());
        let families = self.model.graph.nodes.iter().enumerate().filter(|(_, node)| !node.indices.is_empty());
        families
            .map(|(node, line)| {
                let functions = self.range_functions(node);
                let dims = (0..line.indices.len()).map(|k| {
                    if self.is_range_told(node, k) {
                        let dim = dim_name(node, k);
                        return quote!(#s.#dim);
                    }
                    if varies(&line.indices, k) {
                        let spans = spans_name(node, k);
                        return quote!(__dag::Dim::Varying(#s.#spans));
                    }
                    let (range, sizes) = (range_name(node, k), self.size_locals());
                    quote!(__dag::Dim::checked(#range(#sizes, [])))
                });
                let (name, count) = (shape_name(node), Literal::usize_unsuffixed(line.indices.len()));
                quote! {
                    #functions
                    #[allow(unused_variables)]
                    #[inline(always)]
                    fn #name<'x>(#parameter #s: __Parts<'x>) -> [__dag::Dim<'x>; #count] {
                        [#(#dims),*]
                    }
                }
            })
            .into_stream()
    }
}

impl Expansion<'_> {
    /// Whether the range of an index, the same for all members, is taken from the table in a call: it calls functions, which
    /// may not always return the same.
    fn is_range_told(&self, node: usize, k: usize) -> bool {
        let indices = &self.model.graph.nodes[node].indices;
        !varies(indices, k) && calls(&indices[k].range.tokens)
    }
}

/// The field that holds the range of an index, which is taken from the table.
fn dim_name(node: usize, k: usize) -> Ident {
    format_ident!("d{node}_{k}", span = Span::call_site())
}

/// The function that gives the range of an index.
pub(super) fn range_name(node: usize, k: usize) -> Ident {
    format_ident!("__r{node}_{k}", span = Span::call_site())
}

/// The field that holds the ranges of an index, which depends on earlier ones.
fn spans_name(node: usize, k: usize) -> Ident {
    format_ident!("v{node}_{k}", span = Span::call_site())
}
