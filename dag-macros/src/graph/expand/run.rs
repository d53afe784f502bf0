//! What a user calls: `run` and `run_partial`, with what they return, and `TABLE`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse_quote;

use super::{Expansion, local, slot};
use crate::graph::ast::Graph;

impl Expansion<'_> {
    /// `Graph`, with what `run` and `run_partial` return.
    ///
    /// Their signatures cannot name the tasks, which may be more private than the graph; the
    /// where-clause of a trait's impl can.
    pub(super) fn returns(&self) -> TokenStream {
        let (graph, private) = (&self.model.graph, &self.private);
        let (name, (_, arguments, _)) = (&graph.name, graph.generics.split_for_impl());
        let mut generics = graph.generics.clone();
        let (mut types, mut partial) = (Vec::new(), Vec::new());
        for (position, node) in self.model.outputs.iter().enumerate() {
            let Some(node) = node else {
                types.push(self.unknown());
                partial.push(self.unknown());
                continue;
            };
            let (key, output) = (&self.keys[*node], format_ident!("__R{position}"));
            // The twin of a family gives all outputs of it.
            let stored = match self.has_when(*node) {
                true => quote!(#private::Option<#output>),
                false => output.to_token_stream(),
            };
            let (given, returned) = match self.is_family(*node) {
                true => (quote!([#output]), quote!(#private::Vec<#stored>)),
                false => (output.to_token_stream(), stored.clone()),
            };
            generics.params.push(parse_quote!(#output));
            let bound = parse_quote!(#key: #private::Task<Output = #given>);
            generics.make_where_clause().predicates.push(bound);
            types.push(returned);
            let left = quote!(#private::Option<#stored>);
            partial.push(if self.is_family(*node) { quote!(#private::Vec<#left>) } else { left });
        }
        let [returned, partial] = match &self.model.error {
            Some(_) if graph.unknown.outputs => [(); 2].map(|()| quote!(__errors::Unknown)),
            _ => [types, partial].map(|types| one_or_tuple(&types)),
        };
        let (parameters, _, where_clause) = generics.split_for_impl();
        let errors = self.model.error.as_ref().map(|error| quote!(mod __errors { #error }));
        let tables = (self.is_sized() && !graph.incomplete).then(|| self.tables_of_a_value());
        quote! {
            #errors
            impl #parameters #private::Graph for #name #arguments #where_clause {
                type Outputs = #returned;
                type PartialOutputs = #partial;
                #tables

                fn run<__E>(self, executor: &__E) -> #private::Result<Self::Outputs, #private::Error>
                where
                    __E: #private::Executor<Self> + ?#private::Sized,
                {
                    Self::run(self, executor)
                }

                fn run_partial<__E>(self, executor: &__E) -> #private::Partial<Self::PartialOutputs>
                where
                    __E: #private::Executor<Self> + ?#private::Sized,
                {
                    Self::run_partial(self, executor)
                }
            }
        }
    }

    /// The type of what is not known because of a mistake.
    fn unknown(&self) -> TokenStream {
        let private = &self.private;
        match &self.model.error {
            Some(_) => quote!(__errors::Unknown),
            None => quote!(#private::Unknown),
        }
    }

    /// `TABLE`, `run` and `run_partial`.
    pub(super) fn run(&self) -> TokenStream {
        let graph = &self.model.graph;
        let (name, private) = (&graph.name, &self.private);
        let (generics, arguments, where_clause) = graph.generics.split_for_impl();
        let returns = self.returns();
        let returned = quote!(<Self as #private::Graph>::Outputs);
        let partial = quote!(#private::Partial<<Self as #private::Graph>::PartialOutputs>);
        if graph.incomplete {
            // What is generic over executors of the graph asks for this.
            let unknown = self.unknown();
            let raw = quote! {
                impl #generics #private::RawGraph for #name #arguments #where_clause {
                    type Inputs = #unknown;
                    type Slots = #unknown;
                    const RAW_TABLE: &'static #private::Table = &#private::INCOMPLETE;
                    fn call(
                        _: &Self::Inputs,
                        _: &Self::Slots,
                        _: &#private::Cx<'_>,
                        _: #private::u32,
                    ) -> #private::CallOutcome {
                        #private::incomplete()
                    }
                    fn in_order<__S: #private::SerialHooks>(
                        _: &Self::Inputs,
                        _: &Self::Slots,
                        _: &#private::Cx<'_>,
                        _: &__S,
                    ) -> #private::bool {
                        #private::incomplete()
                    }
                }
            };
            return quote! {
                #returns
                #raw
                impl #generics #name #arguments #where_clause {
                    #[doc(hidden)]
                    pub const TABLE: &'static #private::Table = &#private::INCOMPLETE;
                    #[doc(hidden)]
                    pub fn run<__E: ?#private::Sized>(self, _: &__E) -> #private::Result<#returned, #private::Error> {
                        #private::incomplete()
                    }
                    #[doc(hidden)]
                    pub fn run_partial<__E: ?#private::Sized>(self, _: &__E) -> #partial {
                        #private::incomplete()
                    }
                }
            };
        }
        let (take, take_left) = (self.take(), self.take_left());
        let run_fields = self.is_sized().then(|| quote!(__first: __dag::firsts(&__table), __table,));
        let inputs = if self.has_own_inputs() {
            let fields = graph.inputs.iter().enumerate().map(|(number, input)| {
                let name = &input.name;
                if self.model.in_place[number] {
                    return quote!(#name: __dag::InPlace::new(self.#name));
                }
                match self.model.moved_inputs[number] {
                    true if self.is_run_over(number) => quote!(#name: __dag::EachInput::keep(self.#name)),
                    true => quote!(#name: __dag::Input::new(self.#name)),
                    false => quote!(#name: self.#name),
                }
            });
            quote!(__Inputs { #run_fields #(#fields,)* })
        } else {
            quote!(self)
        };
        let description = " Runs the graph and returns the outputs that are there, each as an `Option`, and the error if it fails.";
        if self.is_sized() {
            let (sizes, table) = (self.sizes_of_self(), self.table_function());
            let start = quote! {
                let sizes = #sizes;
                let (__table, known) = __dag::sized_table(&__TEMPLATE, &__KEPT, &sizes, &__TABLE);
                let inputs = #inputs;
            };
            return quote! {
                #returns
                impl #generics #name #arguments #where_clause {
                    #table

                    /// Runs the graph and returns its outputs.
                    ///
                    /// # Errors
                    ///
                    /// A task that fails or panics is an error that names it; so is an executor that
                    /// cannot run, and a graph that is wrong for its sizes.
                    pub fn run<__E>(self, executor: &__E) -> __dag::Result<#returned, __dag::Error>
                    where
                        __E: __dag::Executor<Self> + ?__dag::Sized,
                    {
                        #start
                        let result = __dag::run_sized::<Self, __E, _>(
                            &inputs,
                            (&__TEMPLATE, &sizes),
                            known,
                            executor,
                            #take,
                        );
                        __dag::end::<Self, _>(inputs, result)
                    }

                    #[doc = #description]
                    pub fn run_partial<__E>(self, executor: &__E) -> #partial
                    where
                        __E: __dag::Executor<Self> + ?__dag::Sized,
                    {
                        #start
                        __dag::run_partial_sized::<Self, __E, _>(
                            inputs,
                            (&__TEMPLATE, &sizes),
                            known,
                            executor,
                            #take_left,
                        )
                    }
                }
            };
        }
        let table = self.table_reference();
        quote! {
            #returns
            impl #generics #name #arguments #where_clause {
                /// The static dependency table of this graph.
                pub const TABLE: &'static __dag::Table = #table;

                /// Runs the graph and returns its outputs.
                ///
                /// # Errors
                ///
                /// A task that fails or panics is an error that names it; so is an executor that
                /// cannot run.
                pub fn run<__E>(self, executor: &__E) -> __dag::Result<#returned, __dag::Error>
                where
                    __E: __dag::Executor<Self> + ?__dag::Sized,
                {
                    let inputs = #inputs;
                    let result = __dag::run::<Self, __E, _>(&inputs, executor, #take);
                    __dag::end::<Self, _>(inputs, result)
                }

                #[doc = #description]
                pub fn run_partial<__E>(self, executor: &__E) -> #partial
                where
                    __E: __dag::Executor<Self> + ?__dag::Sized,
                {
                    __dag::run_partial::<Self, __E, _>(#inputs, executor, #take_left)
                }
            }
        }
    }

    /// A closure that takes the outputs after a successful run.
    fn take(&self) -> TokenStream {
        let (slots, done) = (local("slots"), local("done"));
        let values = self.values(|node, take| {
            let slot = slot(node);
            quote!(#done.#take(&#slots.#slot))
        });
        if self.model.outputs.is_empty() {
            return quote!(|_, _| ());
        }
        quote! {
            |#slots, #done| {
                let _ = (#slots, #done);
                #values
            }
        }
    }

    /// A closure that takes the outputs that are there after any run.
    fn take_left(&self) -> TokenStream {
        let (slots, left) = (local("slots"), local("left"));
        let values = self.values(|node, take| {
            let (slot, line) = (slot(node), Literal::usize_unsuffixed(node));
            quote!(#left.#take(#line, |#slots| &#slots.#slot))
        });
        if self.model.outputs.is_empty() { quote!(|_| ()) } else { quote!(|#left| #values) }
    }

    /// The outputs, each as `value` takes it, by the method with this name.
    fn values(&self, value: impl Fn(usize, Ident) -> TokenStream) -> TokenStream {
        let outputs = self.model.outputs.iter().map(|output| match output {
            Some(node) => {
                let take = match (self.is_family(*node), self.is_sized()) {
                    (true, true) => "take_all_sized",
                    (true, false) => "take_all",
                    (false, _) => "take",
                };
                value(*node, Ident::new(take, Span::call_site()))
            }
            None => quote!(__dag::incomplete()),
        });
        one_or_tuple(&outputs.collect::<Vec<_>>())
    }
}

/// The drop of a graph's inputs, where there are several: each by itself.
pub(super) fn drop_inputs(graph: &Graph) -> Option<TokenStream> {
    let all = local("inputs");
    let names: Vec<_> = graph.inputs.iter().map(|input| &input.name).collect();
    let locals: Vec<_> = (0..names.len()).map(|k| local(&format!("input{k}"))).collect();
    (names.len() > 1).then(|| {
        quote! {
            fn drop_inputs(#all: Self::Inputs) -> __dag::Dropped {
                #(let mut #locals = __dag::Some(#all.#names);)*
                __dag::drop_each(|| {
                    #(__dag::drop_input(#locals.take());)*
                })
            }
        }
    })
}

/// The only one, or all in parentheses.
fn one_or_tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}
