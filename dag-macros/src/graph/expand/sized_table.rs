//! The tables of graphs with sizes: what they are made from, and what users call for them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::ranges::varies;
use super::sized::range_name;
use super::{Expansion, local};
use crate::names;

impl Expansion<'_> {
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
        let (tells, limited) = (self.tells(), self.limited());
        let has_in_place = self.has_in_place();
        let users = has_in_place.then(|| self.users_walk());
        let ordered = has_in_place.then(|| quote!(.in_place(&__ROWS, &__IN_PLACE)));
        let elements = has_in_place.then(|| quote!(.in_place_sized(&__IN_PLACE)));
        let told = self.told_in_place();
        let names = self.model.graph.sizes.iter().map(|size| names::text(&size.name));
        quote! {
            #[allow(unused_variables, unused_parens, clippy::all)]
            fn __ranges(#z: &[__dag::isize], #w: &mut __dag::RangeWriter) {
                let &#sizes = #z else { return };
                #ranges
            }
            #members
            #users
            #[allow(long_running_const_eval)]
            const __PROOF: __dag::Proof = __dag::Proof::sized(&__ROWS) #ordered;
            impl __dag::Checked for #marker {
                const PROBLEMS: __dag::Problems<'static> =
                    __dag::Problems::find_sized(&__ROWS, &__PROOF, #checked_at_run) #elements;
            }
            static __BUILT: __dag::Built = __dag::Built::new();
            static __TABLE: __dag::Table =
                __dag::Table::lines_alone(#name, #description, &__ROWS, &__BUILT, &__MEMORY)#limited;
            static __TEMPLATE: __dag::Template = __dag::Template::new(
                (#name, #description),
                &[#(#names),*],
                &__ROWS,
                __ranges,
                __expand,
                __PROOF,
                #tells,
            )#limited #told;
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
        let keep = self.has_keep().then(|| quote!(.keep()));
        quote! {
            /// What holds for all sizes. The rest is checked when sizes are new.
            pub const PROVEN: __dag::Proven = __dag::Proven::of(&__ROWS, &__PROOF);

            /// The sizes of this graph.
            pub const SIZES: __dag::Sizes<#count> = __dag::Sizes::new(
                #graph,
                #description,
                [#(#texts),*],
                |sizes| __TEMPLATE.table(&__KEPT, &sizes),
            )#keep;

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
