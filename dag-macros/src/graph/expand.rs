//! The tokens of a graph: its type, its table, and the call of each task.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericParam, parse_quote};

use crate::graph::check::{Line, LineUse, Meaning, Model, is_lint_level};
use crate::graph::uses::{Mode, Names, replace};
use crate::names;

/// So many mistakes of one graph are reported at once.
const REPORTS: usize = 16;

/// The expansion of a graph.
pub(crate) fn expand(model: &Model, runtime: &TokenStream) -> TokenStream {
    Expansion::new(model, runtime).tokens()
}

struct Expansion<'a> {
    model: &'a Model,
    /// The path of the module that expansions use.
    private: TokenStream,
    /// The module that holds the twins of instances.
    module: Ident,
    /// For each node, the alias of its task.
    tasks: Vec<Ident>,
    /// For each node, the type that stands for it.
    keys: Vec<TokenStream>,
    /// The type that stands for the graph in `In<…>`: the graph's own with `'static` lifetimes, or
    /// a marker where it has other parameters.
    marker: TokenStream,
}

impl<'a> Expansion<'a> {
    fn new(model: &'a Model, runtime: &TokenStream) -> Self {
        let name = &model.graph.name;
        let module = format_ident!("__dag_{}", names::text(name), span = Span::call_site());
        let nodes = &model.graph.nodes;
        let tasks: Vec<Ident> =
            nodes.iter().enumerate().map(|(index, node)| alias(index, &node.path)).collect();
        let keys = nodes.iter().zip(&tasks).map(|(node, task)| match &node.instance {
            Some(instance) => quote!(#module::#instance),
            None => task.to_token_stream(),
        });
        let keys = keys.collect();
        let parameters = &model.graph.generics.params;
        let marker = if parameters.is_empty() {
            quote!(#name)
        } else if parameters.iter().all(|parameter| matches!(parameter, GenericParam::Lifetime(_))) {
            let lifetimes = parameters.iter().map(|_| quote!('static));
            quote!(#name<#(#lifetimes),*>)
        } else {
            quote!(#module::#name)
        };
        Expansion { model, private: quote!(#runtime::__private), tasks, keys, module, marker }
    }

    fn tokens(&self) -> TokenStream {
        let private = &self.private;
        let definition = self.definition();
        let twins = self.twins();
        let aliases = self.aliases();
        let instances = self.instances();
        let run = self.run();
        if self.model.graph.incomplete {
            return quote! {
                #definition
                #twins
                const _: () = {
                    use #private as __dag;
                    #aliases
                    #instances
                    #run
                };
            };
        }
        let members = self.members();
        let walk = self.walk();
        let table = self.table();
        let graph = self.graph();
        quote! {
            #definition
            #twins
            #[allow(single_use_lifetimes)]
            const _: () = {
                use #private as __dag;
                #[allow(unused_imports)]
                use #private::NotCopy as _;
                #aliases
                #instances
                #members
                #walk
                #table
                #graph
                #run
            };
        }
    }

    /// The graph's own type, with its inputs as fields.
    fn definition(&self) -> TokenStream {
        let graph = &self.model.graph;
        let (attributes, visibility, name) = (&graph.attributes, &graph.visibility, &graph.name);
        let (parameters, where_clause) = (&graph.generics, &graph.generics.where_clause);
        if graph.inputs.is_empty() {
            return quote!(#(#attributes)* #visibility struct #name #parameters #where_clause;);
        }
        let fields = graph.inputs.iter().map(|input| {
            let (attributes, name, ty) = (&input.attributes, &input.name, &input.ty);
            quote!(#(#attributes)* #visibility #name: #ty)
        });
        quote! {
            #(#attributes)*
            #visibility struct #name #parameters #where_clause {
                #(#fields,)*
            }
        }
    }

    /// The twins of instances, so that a `depends` can name them, and the marker. They stand in a
    /// module and are imported by `*`: graphs beside each other can use the same names. They are
    /// visible where the graph stands and below, since their tasks may be private there.
    fn twins(&self) -> TokenStream {
        let (module, graph) = (&self.module, &self.model.graph);
        let names: Vec<Ident> =
            graph.nodes.iter().filter_map(|node| node.instance.as_ref()).map(names::generated).collect();
        let has_marker =
            graph.generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
        if names.is_empty() && !has_marker {
            return TokenStream::new();
        }
        let marker = has_marker.then(|| {
            let name = &graph.name;
            quote!(pub(super) struct #name {})
        });
        quote! {
            #[doc(hidden)]
            #[allow(non_snake_case, non_camel_case_types)]
            mod #module {
                #marker
                #(pub(super) struct #names {})*
            }
            #[allow(unused_imports)]
            use #module::*;
        }
    }

    /// A name for each task, so that its path stands in one place: what is wrong with it is said once.
    fn aliases(&self) -> TokenStream {
        let aliases = self.model.graph.nodes.iter().zip(&self.tasks).map(|(node, task)| {
            let path = &node.path;
            let bound = quote_spanned!(names::last(path).span()=> <__Bound>);
            quote!(type #task<__Bound = ()> = #path #bound;)
        });
        aliases.collect()
    }

    /// `Task` for the twins of instances.
    fn instances(&self) -> TokenStream {
        let nodes = self.model.graph.nodes.iter().zip(&self.keys).zip(&self.tasks);
        let instances = nodes.filter(|((node, _), _)| node.instance.is_some()).map(|((_, key), task)| {
            quote! {
                impl __dag::Task for #key {
                    type Output = <#task as __dag::Task>::Output;
                }
            }
        });
        instances.collect()
    }

    /// `In` for all nodes, and the slots.
    fn members(&self) -> TokenStream {
        let (keys, marker) = (&self.keys, &self.marker);
        let impls = self.model.graph.nodes.iter().zip(keys).enumerate().map(|(index, (node, key))| {
            let index = Literal::usize_unsuffixed(index);
            // Where the node is, since rustc says here that one task is listed by two paths.
            let at = node.name().span().resolved_at(Span::call_site());
            quote_spanned!(at=> impl __dag::In<#marker> for #key { const INDEX: __dag::u32 = #index; })
        });
        let slots = (0..keys.len()).map(slot);
        quote! {
            #(#impls)*
            #[repr(C)]
            pub struct __Slots { #(#slots: __dag::Slot<#keys>,)* }
        }
    }

    /// The constant functions that tell the nodes and their edges, and fail where a report asks.
    fn walk(&self) -> TokenStream {
        let marker = &self.marker;
        let mut steps = TokenStream::new();
        let mut lines = TokenStream::new();
        let mut sites = TokenStream::new();
        for (index, (node, key)) in self.model.graph.nodes.iter().zip(&self.keys).enumerate() {
            let task = &self.tasks[index];
            let name = names::text(node.name());
            let description = match names::description(&node.attributes) {
                text if text.is_empty() => quote!(__dag::None),
                text => quote!(__dag::Some(#text)),
            };
            let at = task.span();
            let info =
                quote_spanned!(at=> <#task as __dag::Describe<#marker, __dag::At<#marker, __K, #key>>>::INFO);
            steps.extend(quote! {
                w.node::<<#task as __dag::Task>::Output>(#name, #description, #info);
            });
            let uses = &self.model.lines[index];
            for line in uses {
                let to = Literal::usize_unsuffixed(line.to);
                steps.extend(match line.how {
                    LineUse::Order => quote!(w.line(#to, __dag::Use::Order);),
                    LineUse::Borrow => quote!(w.line(#to, __dag::Use::Borrow);),
                    LineUse::Value | LineUse::ValueMut => {
                        let copy = self.is_copy(line.to);
                        quote!(w.value(#to, #copy);)
                    }
                });
            }
            if !uses.is_empty() {
                let calls = uses.iter().enumerate().map(|(position, line)| site(line, position));
                lines.extend(quote! {
                    impl<__P: __dag::Phase> __dag::Line<#marker, __P> for #key {
                        const SITES: () = {
                            let __fault = <__P as __dag::Phase>::FAULT;
                            #(#calls)*
                        };
                    }
                });
                sites.extend(quote_spanned!(at=> let () = <#key as __dag::Line<#marker, __dag::At<#marker, __K, #key>>>::SITES;));
            }
        }
        for output in self.model.outputs.iter().flatten() {
            let output = Literal::usize_unsuffixed(*output);
            steps.extend(quote!(w.output(#output);));
        }
        quote! {
            #lines
            const fn __walk<const __K: __dag::usize>(w: &mut __dag::Walk<'_>) {
                #steps
                w.end::<__Slots>();
            }
            const fn __sites<const __K: __dag::usize>() { #sites }
        }
    }

    /// The table, and the reports of what is wrong with it.
    fn table(&self) -> TokenStream {
        let (marker, nodes) = (&self.marker, self.keys.len());
        let count = Literal::usize_unsuffixed(nodes);
        let name = names::text(&self.model.graph.name);
        let description = names::description(&self.model.graph.attributes);
        let reports = (0..REPORTS).map(Literal::usize_unsuffixed);
        quote! {
            const __EDGES: __dag::usize = {
                let mut w = __dag::Walk::counting();
                __walk::<{ __dag::BUILD }>(&mut w);
                w.edge_count()
            };
            #[allow(long_running_const_eval)]
            static __ROWS: __dag::Rows<#count, __EDGES> = {
                let mut rows = __dag::Rows::EMPTY;
                __walk::<{ __dag::BUILD }>(&mut rows.walk());
                rows
            };
            #[allow(long_running_const_eval)]
            static __DATA: __dag::Data<#count, { __dag::words(#count, __EDGES) }> = __dag::Data::new(&__ROWS);
            static __TABLE: __dag::Table = __dag::Table::new(#name, #description, &__ROWS, &__DATA);
            impl __dag::Checked for #marker {
                const PROBLEMS: __dag::Problems = __dag::Problems::find(&__ROWS, &__DATA);
            }
            const fn __report<const __K: __dag::usize>() {
                if __K < <#marker as __dag::Checked>::PROBLEMS.len() {
                    __walk::<__K>(&mut __dag::Walk::counting());
                    __sites::<__K>();
                }
            }
            #(const _: () = __report::<#reports>();)*
        }
    }

    /// The inputs as tasks use them, and the call of each task.
    fn graph(&self) -> TokenStream {
        let graph = &self.model.graph;
        let name = &graph.name;
        let (generics, arguments, where_clause) = graph.generics.split_for_impl();
        let moved = self.model.moved_inputs.contains(&true);
        let inputs = moved.then(|| {
            let parameters = &graph.generics;
            let fields = graph.inputs.iter().zip(&self.model.moved_inputs).map(|(input, moved)| {
                let (name, ty) = (&input.name, &input.ty);
                if *moved { quote!(#name: __dag::Input<#ty>) } else { quote!(#name: #ty) }
            });
            quote!(pub struct __Inputs #parameters #where_clause { #(#fields,)* })
        });
        let inputs_type = if moved { quote!(__Inputs #arguments) } else { quote!(Self) };
        let arms = (0..self.keys.len()).map(|index| self.arm(index));
        let (i, s, cx, b, node) = (local("i"), local("s"), local("cx"), local("b"), local("node"));
        quote! {
            #inputs
            impl #generics __dag::Graph for #name #arguments #where_clause {
                type Inputs = #inputs_type;
                type Slots = __Slots;
                const TABLE: &'static __dag::Table = &__TABLE;
                #[inline]
                fn call(
                    #i: &Self::Inputs,
                    #s: &__Slots,
                    #cx: &__dag::Cx<'_>,
                    #node: __dag::u32,
                ) -> __dag::Outcome<()> {
                    let _ = (#i, #s, #cx);
                    let #b = __dag::binder::<Self>(#s, #cx);
                    match #node {
                        #(#arms)*
                        _ => __dag::no_such_task(#node),
                    }
                }
            }
        }
    }

    /// Whether the output of a node is `Copy`.
    fn is_copy(&self, node: usize) -> TokenStream {
        let key = &self.keys[node];
        quote!(__dag::IsCopy::<<#key as __dag::Task>::Output>::VALUE)
    }

    /// One task's call: its uses bound to places, then the function with the user's arguments.
    fn arm(&self, index: usize) -> TokenStream {
        let node = &self.model.graph.nodes[index];
        let (s, cx, b) = (local("s"), local("cx"), local("b"));
        let (number, own) = (Literal::usize_unsuffixed(index), slot(index));
        let bindings = self.model.lines[index].iter().filter_map(|line| {
            let from = slot(line.to);
            let copy = self.is_copy(line.to);
            let place = place(line.to, Span::call_site());
            match line.how {
                LineUse::Order => None,
                LineUse::Borrow => Some(quote!(let #place = #s.#from.get(#cx);)),
                LineUse::Value => Some(quote!(let #place = #s.#from.take(#cx, #copy);)),
                LineUse::ValueMut => Some(quote!(let mut #place = #s.#from.take(#cx, #copy);)),
            }
        });
        let mut replacer = Replacer { model: self.model, lines: &self.model.lines[index], moved: Vec::new() };
        let arguments: Vec<TokenStream> =
            node.arguments.iter().map(|argument| replace(argument.clone(), &mut replacer)).collect();
        let moved = &replacer.moved;
        let attributes = node.attributes.iter().filter(|attribute| is_lint_level(attribute));
        let (task, method) = (&self.tasks[index], names::call(names::last(&node.path)));
        let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
        arguments.set_span(node.call);
        // All of the call is at the user's place: rustc's help on its arguments counts on that.
        let bound = quote!(bound: #b.bind(#number));
        let mut called = task.clone();
        called.set_span(method.span());
        let called = quote_spanned!(method.span()=> #called { #bound });
        quote! {
            #(#attributes)*
            #number => {
                #(#bindings)*
                #(#moved)*
                #s.#own.put(#cx, #called.#method #arguments)
            }
        }
    }

    /// What `run` returns.
    ///
    /// The signature of `run` can not name the tasks, which may be more private than the graph; the
    /// where-clause of a trait's impl can.
    fn returns(&self) -> TokenStream {
        let (graph, private) = (&self.model.graph, &self.private);
        let (name, (_, arguments, _)) = (&graph.name, graph.generics.split_for_impl());
        let mut generics = graph.generics.clone();
        let mut types = Vec::new();
        for (position, node) in self.model.outputs.iter().enumerate() {
            let Some(node) = node else {
                types.push(quote!(#private::Unknown));
                continue;
            };
            let (key, output) = (&self.keys[*node], format_ident!("__R{position}"));
            generics.params.push(parse_quote!(#output));
            generics
                .make_where_clause()
                .predicates
                .push(parse_quote!(#key: #private::Task<Output = #output>));
            types.push(output.to_token_stream());
        }
        let returned = one_or_tuple(&types);
        let (parameters, _, where_clause) = generics.split_for_impl();
        quote! {
            impl #parameters #private::Returns for #name #arguments #where_clause {
                type Outputs = #returned;
            }
        }
    }

    /// `TABLE` and `run`.
    fn run(&self) -> TokenStream {
        let graph = &self.model.graph;
        let (name, private) = (&graph.name, &self.private);
        let (generics, arguments, where_clause) = graph.generics.split_for_impl();
        let returns = self.returns();
        let returned = quote!(<Self as #private::Returns>::Outputs);
        if graph.incomplete {
            return quote! {
                #returns
                impl #generics #name #arguments #where_clause {
                    #[doc(hidden)]
                    pub const TABLE: &'static #private::Table = &#private::INCOMPLETE;
                    #[doc(hidden)]
                    pub fn run<__E: ?#private::Sized>(self, _: &__E) -> #private::Result<#returned, #private::Error> {
                        #private::incomplete()
                    }
                }
            };
        }
        let (slots, done) = (local("slots"), local("done"));
        let values: Vec<TokenStream> = self
            .model
            .outputs
            .iter()
            .map(|output| match output {
                Some(node) => {
                    let slot = slot(*node);
                    quote!(#done.take(&#slots.#slot))
                }
                None => quote!(__dag::incomplete()),
            })
            .collect();
        let take = if values.is_empty() {
            quote!(|_, _| ())
        } else {
            let values = one_or_tuple(&values);
            quote! {
                |#slots, #done| {
                    let _ = (#slots, #done);
                    #values
                }
            }
        };
        let inputs = if self.model.moved_inputs.contains(&true) {
            let fields = graph.inputs.iter().zip(&self.model.moved_inputs).map(|(input, moved)| {
                let name = &input.name;
                if *moved { quote!(#name: __dag::Input::new(self.#name)) } else { quote!(#name: self.#name) }
            });
            quote!(__Inputs { #(#fields,)* })
        } else {
            quote!(self)
        };
        quote! {
            #returns
            impl #generics #name #arguments #where_clause {
                /// The static dependency table of this graph.
                pub const TABLE: &'static __dag::Table = &__TABLE;

                /// Runs the graph and returns its outputs.
                ///
                /// # Errors
                ///
                /// A task that fails or panics is an error that names it; so is an executor that
                /// can not run.
                pub fn run<__E>(self, executor: &__E) -> __dag::Result<#returned, __dag::Error>
                where
                    __E: __dag::Executor<Self> + ?__dag::Sized,
                {
                    let inputs = #inputs;
                    __dag::run::<Self, __E, _>(&inputs, executor, #take)
                }
            }
        }
    }
}

/// The only one, or all in parentheses.
fn one_or_tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// Puts places where the names of inputs and tasks stand.
struct Replacer<'a> {
    model: &'a Model,
    lines: &'a [Line],
    /// The statements that take inputs.
    moved: Vec<TokenStream>,
}

impl Names for Replacer<'_> {
    fn is_known(&self, name: &str, called: bool) -> bool {
        self.model.scope.is_known(name, called)
    }

    fn replace(&mut self, name: &Ident, mode: Mode) -> TokenStream {
        match self.model.scope.meaning(&names::text(name)) {
            Some(Meaning::Input(input)) => self.input(input, name, mode),
            Some(Meaning::Node(node)) => {
                let borrowed = self.lines.iter().any(|line| line.to == node && line.how == LineUse::Borrow);
                let place = place(node, name.span());
                grouped(if borrowed { quote_spanned!(name.span()=> (*#place)) } else { quote!(#place) }, name)
            }
            _ => name.to_token_stream(),
        }
    }
}

impl Replacer<'_> {
    fn input(&mut self, input: usize, name: &Ident, mode: Mode) -> TokenStream {
        let i = Ident::new("i", Span::mixed_site().located_at(name.span()));
        if !self.model.moved_inputs[input] {
            return grouped(quote_spanned!(name.span()=> #i.#name), name);
        }
        let place = Ident::new(&format!("i{input}"), Span::mixed_site().located_at(name.span()));
        let mutable = (mode == Mode::ValueMut).then(|| quote!(mut));
        let cx = local("cx");
        self.moved.push(quote!(let #mutable #place = #i.#name.take(#cx);));
        grouped(quote!(#place), name)
    }
}

/// The tokens as one expression, at the place of a name.
fn grouped(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut group = Group::new(Delimiter::None, tokens);
    group.set_span(name.span());
    TokenTree::Group(group).into()
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

/// The field that holds a node's output.
fn slot(node: usize) -> Ident {
    format_ident!("s{node}", span = Span::call_site())
}

/// The local that a node's output is bound to.
fn place(node: usize, at: Span) -> Ident {
    format_ident!("t{node}", span = Span::mixed_site().located_at(at))
}

/// The alias of a node's task, at the place of its path.
fn alias(node: usize, path: &syn::Path) -> Ident {
    format_ident!("__T{node}", span = names::last(path).span().resolved_at(Span::call_site()))
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
