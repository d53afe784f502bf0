//! Graphs with sizes: what a call has at hand that is a constant in other graphs, and how tables are made.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::ranges::{range, shape_name, varies};
use super::{Expansion, local, slot};
use crate::graph::indices::{self, span};
use crate::names;

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
        if self.is_sized() { quote!(#s.table) } else { quote!(&__TABLE) }
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
    fn size_locals(&self) -> TokenStream {
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
        functions.collect()
    }

    /// A function for each family that gives the ranges of its indices in a call.
    fn ranges_in_call(&self) -> TokenStream {
        let (s, parameter) = (local("s"), self.sizes_parameter());
        let families = self.model.graph.nodes.iter().enumerate().filter(|(_, node)| !node.indices.is_empty());
        families
            .map(|(node, line)| {
                let functions = self.range_functions(node);
                let dims = (0..line.indices.len()).map(|k| {
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
            .collect()
    }

    /// The functions that tell the ranges of all families and the edges of all members for given sizes, and what tables
    /// are made from.
    pub(super) fn sized_table(&self, name: &str, description: &str) -> TokenStream {
        let marker = &self.marker;
        let (z, w, earlier, sizes) = (local("z"), local("w"), local("earlier"), self.size_locals());
        let mut ranges = TokenStream::new();
        for (node, line) in self.model.graph.nodes.iter().enumerate() {
            for k in 0..line.indices.len() {
                let range = range_name(node, k);
                if k == 0 {
                    ranges.extend(quote!(#w.family();));
                }
                if !varies(&line.indices, k) {
                    ranges.extend(quote!(#w.fixed(#range(#sizes, []));));
                    continue;
                }
                ranges.extend(quote!(#w.varying(|#earlier| #range(#sizes, #earlier));));
            }
        }
        let members = self.members_walk();
        let checked_at_run = self.model.graph.checked_at_run.is_some();
        let names = self.model.graph.sizes.iter().map(|size| names::text(&size.name));
        quote! {
            #[allow(unused_variables, unused_parens, clippy::all)]
            fn __ranges(#z: &[__dag::isize], #w: &mut __dag::RangeWriter) {
                let &#sizes = #z else { return };
                #ranges
            }
            #members
            #[allow(long_running_const_eval)]
            const __PROOF: __dag::Proof = __dag::Proof::sized(&__ROWS);
            impl __dag::Checked for #marker {
                const PROBLEMS: __dag::Problems<'static> =
                    __dag::Problems::find_sized(&__ROWS, &__PROOF, #checked_at_run);
            }
            static __BUILT: __dag::Built = __dag::Built::new();
            static __TABLE: __dag::Table =
                __dag::Table::lines_alone(#name, #description, &__ROWS, &__BUILT, &__MEMORY);
            static __TEMPLATE: __dag::Template = __dag::Template::new(
                (#name, #description),
                &[#(#names),*],
                &__ROWS,
                __ranges,
                __expand,
                __PROOF,
            );
            static __KEPT: __dag::KeptTables = __dag::KeptTables::new();
        }
    }

    /// The sizes of `self`, as an array.
    pub(super) fn sizes_of_self(&self) -> TokenStream {
        let names = self.model.graph.sizes.iter().map(|size| &size.name);
        quote!([#(self.#names),*])
    }

    /// The function that gives the table for given sizes.
    pub(super) fn table_function(&self) -> TokenStream {
        let names: Vec<&Ident> = self.model.graph.sizes.iter().map(|size| &size.name).collect();
        let (graph, description) =
            (names::text(&self.model.graph.name), names::description(&self.model.graph.attributes));
        let texts = names.iter().map(|name| names::text(name));
        // A parameter whose name is that of a constant would be a pattern.
        let names = names.iter().map(|name| match names::text(name) {
            text if text == text.to_lowercase() => (*name).clone(),
            text => format_ident!("{}_", text.to_lowercase(), span = Span::mixed_site()),
        });
        let names: Vec<Ident> = names.collect();
        let count = Literal::usize_unsuffixed(names.len());
        quote! {
            /// What holds for all sizes. The rest is checked when sizes are new.
            pub const PROVEN: __dag::Proven = __dag::Proven::of(&__ROWS, &__PROOF);

            /// The sizes of this graph.
            pub const SIZES: __dag::Sizes<#count> = __dag::Sizes::new(
                #graph,
                #description,
                [#(#texts),*],
                |sizes| __TEMPLATE.table(&__KEPT, &sizes),
            );

            /// The dependency table for these sizes. A few tables are kept, for runs as well.
            ///
            /// # Errors
            ///
            /// Fails if the graph is wrong for these sizes, or has too many tasks.
            pub fn table(#(#names: __dag::usize),*) -> __dag::Result<__dag::SharedTable, __dag::Error> {
                __TEMPLATE.table(&__KEPT, &[#(#names),*])
            }
        }
    }

    /// What generic code asks of the graph: the table for its sizes, and that there is no constant one.
    pub(super) fn tables_of_a_value(&self) -> TokenStream {
        let sizes = self.sizes_of_self();
        quote! {
            const TABLE: &'static __dag::Table = __dag::no_constant_table();

            fn shared_table(&self) -> __dag::Result<__dag::SharedTable, __dag::Error> {
                __TEMPLATE.table(&__KEPT, &#sizes)
            }
        }
    }

    /// The head of the function that tells the edges of all members, and its first statement.
    pub(super) fn expand_head(&self) -> (TokenStream, Option<TokenStream>) {
        if !self.is_sized() {
            return (quote!(const fn __expand(x: &mut __dag::Expand<'_>)), None);
        }
        let (z, sizes) = (local("z"), self.size_locals());
        (
            quote!(const fn __expand(#z: &[__dag::isize], x: &mut __dag::Expand<'_>)),
            Some(quote!(let &#sizes = #z else { return };)),
        )
    }
}

/// The function that gives the range of an index.
fn range_name(node: usize, k: usize) -> Ident {
    format_ident!("__r{node}_{k}", span = Span::call_site())
}

/// The field that holds the ranges of an index, which depends on earlier ones.
fn spans_name(node: usize, k: usize) -> Ident {
    format_ident!("v{node}_{k}", span = Span::call_site())
}
