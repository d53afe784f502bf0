//! The table of a graph: its slots, the walk that tells its nodes and edges, and the reports of what is wrong.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{Expansion, slot};
use crate::graph::ast::Node;
use crate::graph::check::{Line, LineUse};
use crate::names;

impl Expansion<'_> {
    /// Whether an instance, `load = load(…)`, is what an attribute means by the name of its task.
    fn stands_for_its_task(&self, node: &Node, number: usize) -> bool {
        let name = names::text(names::last(&node.path));
        let is_other = |(other, node): (usize, &Node)| {
            other != number && node.instance.is_none() && names::text(names::last(&node.path)) == name
        };
        node.instance.as_ref().is_some_and(|instance| node.path.is_ident(instance))
            && !self.is_family(number)
            && self.model.each[number].is_none()
            && !self.model.graph.nodes.iter().enumerate().any(is_other)
    }

    /// `In` for all nodes, and the slots.
    pub(super) fn members(&self) -> TokenStream {
        let (keys, marker) = (&self.keys, &self.marker);
        let impls = self.model.graph.nodes.iter().zip(keys).enumerate().map(|(number, (node, key))| {
            let index = Literal::usize_unsuffixed(number);
            // Where the node is, since rustc says here that one task is listed by two paths.
            let at = node.name().span().resolved_at(Span::call_site());
            let own = self.stands_for_its_task(node, number).then(|| {
                let task = &self.tasks[number];
                quote!(impl __dag::ListedBy<__Marker> for #task { const INDEX: __dag::u32 = #index; })
            });
            quote_spanned!(at=> impl __dag::ListedBy<__Marker> for #key { const INDEX: __dag::u32 = #index; } #own)
        });
        let slots = (0..keys.len()).map(|node| {
            let (slot, task) = (slot(node), self.task(node));
            if self.is_family(node) && self.is_sized() {
                quote!(#slot: __dag::SizedMembers<#task>)
            } else if self.is_family(node) {
                let shape = self.shape(node);
                quote!(#slot: __dag::Members<#task, { #shape.len() }>)
            } else {
                quote!(#slot: __dag::Slot<#task>)
            }
        });
        let runtime = self.runtime;
        let outputs = (0..keys.len()).map(|node| self.task(node));
        let crossing = quote!(#runtime::__dag_crossing! { __Slots; #(#keys => #outputs,)* });
        quote! {
            pub struct __Marker {}
            impl __dag::Marked for #marker {
                type Marker = __Marker;
            }
            #(#impls)*
            #[repr(C)]
            pub struct __Slots { #(#slots,)* }
            #crossing
        }
    }

    /// The constant functions that tell the nodes and their edges, and fail where a report asks.
    pub(super) fn walk(&self) -> TokenStream {
        let marker = &self.marker;
        let mut steps = TokenStream::new();
        let mut lines = TokenStream::new();
        let mut sites = TokenStream::new();
        for (index, (node, key)) in self.model.graph.nodes.iter().zip(&self.keys).enumerate() {
            let task = &self.tasks[index];
            let name = names::text(node.name());
            let at = task.span();
            let edges = quote_spanned!(at=> <#task as __dag::PartOf<#marker, __dag::Check<#marker, __K, #key>>>::EDGES);
            let member = match &self.twins[index] {
                _ if self.has_when(index) => self.task(index),
                Some(_) if self.is_family(index) || self.model.each[index].is_some() => self.task(index),
                _ => task.to_token_stream(),
            };
            steps.extend(if self.is_family(index) && self.is_sized() {
                let (ranges, forms) = (format_ident!("__X{index}", span = Span::call_site()), self.range_forms(index));
                lines.extend(quote!(const #ranges: &__dag::Ranges = &#forms;));
                quote! {
                    w.sized_family::<#task, <#member as __dag::Task>::Output>(#name, #edges);
                    w.ranges(#ranges);
                }
            } else if self.is_family(index) {
                let shape = self.shape(index);
                quote!(w.family::<#task, <#member as __dag::Task>::Output, { #shape.len() }>(#name, #edges, #shape);)
            } else {
                quote!(w.node::<#task>(__dag::StoredAs::<<#member as __dag::Task>::Output>::STORED, #name, #edges);)
            });
            let description = names::description(&node.attributes);
            if !description.is_empty() {
                steps.extend(quote!(w.described(#description);));
            }
            if let Some(each) = self.model.each[index] {
                let list = quote!(__dag::ListRelease::of::<<#member as __dag::Task>::Output>());
                steps.extend(match each.line().map(Literal::usize_unsuffixed) {
                    Some(line) => quote!(w.each(#line, #list);),
                    None => quote!(w.each_of_input(#list);),
                });
            }
            if self.has_when(index) {
                let list = match self.model.each[index] {
                    Some(_) => quote!(__dag::None),
                    None => quote!(__dag::ListIn::<<#member as __dag::Task>::Output>::RELEASE),
                };
                steps.extend(quote!(w.when(#list);));
            }
            if node.keep.is_some() {
                steps.extend(quote!(w.keep();));
            }
            let uses = &self.model.lines[index];
            for (position, line) in uses.iter().enumerate() {
                let to = Literal::usize_unsuffixed(line.to);
                if line.part.is_some() && self.is_sized() {
                    let how = self.how(index, line);
                    let name = format_ident!("__F{index}_{position}", span = Span::call_site());
                    let form = self.use_form(index, line);
                    lines.extend(quote!(const #name: &__dag::UseForm = &#form;));
                    steps.extend(quote!(w.sized_part(#to, #how, #name);));
                    continue;
                }
                if line.part.is_some() {
                    let (form, constant) = self.form(index, position, line);
                    lines.extend(constant);
                    let how = self.how(index, line);
                    steps.extend(quote!(w.part(#to, #how, #form);));
                    continue;
                }
                steps.extend(match line.how {
                    LineUse::Order => quote!(w.line(#to, __dag::Use::Order);),
                    LineUse::Borrow => quote!(w.line(#to, __dag::Use::Borrow);),
                    LineUse::Value | LineUse::ValueMut => {
                        let copy = self.is_copy(line.to);
                        quote!(w.value(#to, #copy);)
                    }
                });
            }
            let in_place = self.in_place_sites(index);
            if !uses.is_empty() || !in_place.is_empty() {
                let calls = uses.iter().enumerate().map(|(position, line)| site(line, position));
                lines.extend(quote! {
                    impl<__P: __dag::Phase> __dag::LineOf<__Marker, __P> for #key {
                        const USES: () = {
                            let __fault = <__P as __dag::Phase>::FAULT;
                            #(#calls)*
                            #(#in_place)*
                        };
                    }
                });
                sites.extend(quote_spanned!(at=> let () = <#key as __dag::LineOf<__Marker, __dag::Check<#marker, __K, #key>>>::USES;));
            }
        }
        for output in self.model.outputs.iter().flatten() {
            let output = Literal::usize_unsuffixed(*output);
            steps.extend(quote!(w.output(#output);));
        }
        quote! {
            #lines
            const fn __write_rows<const __K: __dag::usize>(w: &mut __dag::RowWriter<'_>) {
                #steps
                w.end::<__Slots>();
            }
            const fn __sites<const __K: __dag::usize>() { #sites }
        }
    }

    /// How a line uses another one, or members of it.
    pub(super) fn how(&self, index: usize, line: &Line) -> TokenStream {
        match line.how {
            LineUse::Order => quote!(__dag::Use::Order),
            LineUse::Borrow => quote!(__dag::Use::Borrow),
            LineUse::Value | LineUse::ValueMut => {
                let copy = self.is_copied(index, line);
                quote!(__dag::Use::value(#copy))
            }
        }
    }

    /// Whether the table is a constant that no check of a program evaluates, if one pass over the lines shows that they
    /// are correct.
    fn is_deferred(&self) -> bool {
        !self.is_sized() && !self.has_families() && !self.has_in_place()
    }

    /// The table of the graph, or of all that no size changes.
    pub(super) fn table_reference(&self) -> TokenStream {
        let marker = &self.marker;
        if self.is_deferred() { quote!(__dag::table_of::<#marker>()) } else { quote!(&__TABLE) }
    }

    /// The rows of the graph.
    pub(super) fn rows(&self) -> TokenStream {
        let marker = &self.marker;
        if self.is_deferred() { quote!(__dag::rows_of::<#marker>()) } else { quote!(&__ROWS) }
    }

    /// The table, and the reports of what is wrong with it.
    pub(super) fn table(&self) -> TokenStream {
        let marker = &self.marker;
        let name = names::text(&self.model.graph.name);
        let description = names::description(&self.model.graph.attributes);
        let (tables, searched) = if self.is_deferred() {
            (self.deferred_table(&name, &description), quote!(__SCAN.1))
        } else {
            (self.static_table(&name, &description), quote!(true))
        };
        quote! {
            static __MEMORY: __dag::Memory = __dag::Memory::new();
            #tables
            const fn __report<const __K: __dag::usize>() {
                if __K < __dag::problems_of::<#marker>() {
                    __write_rows::<__K>(&mut __dag::RowWriter::counting());
                    __sites::<__K>();
                }
            }
            __dag::reports! { #searched }
        }
    }

    /// A table that is evaluated when it is needed. A reference to a mere call would be evaluated in a check.
    fn deferred_table(&self, name: &str, description: &str) -> TokenStream {
        let (marker, limited) = (&self.marker, self.limited());
        let count = Literal::usize_unsuffixed(self.keys.len());
        quote! {
            #[allow(long_running_const_eval)]
            const __SCAN: (__dag::usize, __dag::bool) = {
                let mut outputs = [0; #count];
                let mut w = __dag::RowWriter::scanning(&mut outputs);
                __write_rows::<{ __dag::BUILD }>(&mut w);
                w.scanned()
            };
            #[allow(long_running_const_eval)]
            impl __dag::Tabled for #marker {
                type Rows = __dag::Rows<#count, { __SCAN.0 }>;
                type Data = __dag::Data<#count, { __dag::words(#count, __SCAN.0) }>;
                const ROWS: &'static Self::Rows = &{
                    let mut rows = __dag::Rows::EMPTY;
                    __write_rows::<{ __dag::BUILD }>(&mut rows.writer());
                    rows
                };
                const DATA: &'static Self::Data = &{
                    let data = __dag::Data::new(__dag::rows_of::<Self>());
                    data
                };
                const TABLE: &'static __dag::Table = &{
                    let (rows, data) = (__dag::rows_of::<Self>(), __dag::data_of::<Self>());
                    __dag::Table::new(#name, #description, rows, data, &__MEMORY) #limited
                };
            }
            impl __dag::Checked for #marker {
                const PROBLEMS: __dag::Problems<'static> =
                    __dag::Problems::find(__dag::rows_of::<Self>(), __dag::data_of::<Self>());
            }
        }
    }

    /// A table in statics.
    fn static_table(&self, name: &str, description: &str) -> TokenStream {
        let (marker, limited) = (&self.marker, self.limited());
        let count = Literal::usize_unsuffixed(self.keys.len());
        let in_place = self.in_place_uses();
        let tables = if self.is_sized() {
            self.sized_table(name, description)
        } else if self.has_families() {
            self.lazy_table(name, description)
        } else {
            let (users, find) = self.in_place_of_lines();
            let told = self.told_in_place();
            quote! {
                #users
                #[allow(long_running_const_eval)]
                static __DATA: __dag::Data<#count, { __dag::words(#count, __EDGES) }> = __dag::Data::new(&__ROWS);
                static __TABLE: __dag::Table = __dag::Table::new(#name, #description, &__ROWS, &__DATA, &__MEMORY)#limited #told;
                impl __dag::Checked for #marker {
                    const PROBLEMS: __dag::Problems<'static> = __dag::Problems::find(&__ROWS, &__DATA) #find;
                }
            }
        };
        quote! {
            const __EDGES: __dag::usize = {
                let mut w = __dag::RowWriter::counting();
                __write_rows::<{ __dag::BUILD }>(&mut w);
                w.edge_count()
            };
            #[allow(long_running_const_eval)]
            static __ROWS: __dag::Rows<#count, __EDGES> = {
                let mut rows = __dag::Rows::EMPTY;
                __write_rows::<{ __dag::BUILD }>(&mut rows.writer());
                rows
            };
            #in_place
            #tables
        }
    }
}

impl Expansion<'_> {
    /// The table of a graph with families. Only what proves that the graph is right is evaluated at compile time: the
    /// members, if that needs them, and else no more than the lines.
    fn lazy_table(&self, name: &str, description: &str) -> TokenStream {
        let marker = &self.marker;
        let (lanes, members, proof) = (self.lanes(), self.members_walk(), self.proof());
        let ends = Literal::usize_unsuffixed(self.keys.len() + 1);
        let limited = self.limited();
        let built = if self.tells() { quote!(telling) } else { quote!(new) };
        let (users, find) = self.in_place_of_members();
        let told = self.told_in_place();
        quote! {
            const __FIRST: &[__dag::u32; #ends] = &__ROWS.firsts();
            #members
            #lanes
            #proof
            const __TASKS: __dag::usize = __PROOF.members(&__ROWS);
            #[allow(long_running_const_eval)]
            const __ALL_EDGES: __dag::usize = if __PROOF.needs_edges() {
                let mut x = __dag::Expand::counting(&__ROWS);
                __expand(&mut x);
                x.edge_count()
            } else {
                0
            };
            #[allow(long_running_const_eval)]
            static __EXPANDED: __dag::Expanded<__TASKS, __ALL_EDGES> = {
                let mut expanded = __dag::Expanded::EMPTY;
                if __PROOF.needs_expansion() {
                    __expand(&mut expanded.expand(&__ROWS));
                }
                expanded
            };
            #users
            impl __dag::Checked for #marker {
                const PROBLEMS: __dag::Problems<'static> = __dag::Problems::find_members(&__ROWS, &__PROOF, &__EXPANDED) #find;
            }
            static __BUILT: __dag::Built = __dag::Built::#built();
            static __TABLE: __dag::Table = __dag::Table::lazy(#name, #description, &__ROWS, &__BUILT, &__MEMORY, __expand)#limited #told;
        }
    }
}

/// A call that covers the name that makes an edge.
fn site(line: &Line, position: usize) -> TokenStream {
    let position = Literal::usize_unsuffixed(position);
    let mut spans = line.site.clone().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let mut number = Group::new(Delimiter::Parenthesis, quote!(__fault, __dag::LINE_SITE + #position));
    number.set_span(last.resolved_at(Span::call_site()));
    let dag = Ident::new("__dag", first.resolved_at(Span::call_site()));
    quote_spanned!(first=> #dag::site #number;)
}
