//! The call of each task, with its uses bound to places.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::chosen::method_of;
use super::fixed::is_fixed;
use super::ranges::{arguments, locals, shape_name};
use super::run::drop_inputs;
use super::{Expansion, called, local, slot};
use crate::graph::ast::Graph;
use crate::graph::check::{Line, LineUse};
use crate::{lints, names};

impl Expansion<'_> {
    /// The inputs as tasks use them, and the call of each task.
    pub(super) fn graph(&self) -> TokenStream {
        let graph = &self.model.graph;
        let name = &graph.name;
        let (generics, arguments, where_clause) = graph.generics.split_for_impl();
        let own_inputs = self.has_own_inputs();
        let run_fields = self.run_fields();
        let inputs = own_inputs.then(|| {
            let parameters = &graph.generics;
            let fields = graph.inputs.iter().enumerate().map(|(number, input)| {
                let (name, ty) = (&input.name, &input.ty);
                if let Some(ty) = self.in_place_type(number) {
                    return quote!(#name: #ty);
                }
                match self.model.moved_inputs[number] {
                    true if self.is_run_over(number) => quote!(#name: <#ty as __dag::EachInput>::Kept),
                    true => quote!(#name: __dag::Input<#ty>),
                    false => quote!(#name: #ty),
                }
            });
            quote!(pub struct __Inputs #parameters #where_clause { #run_fields #(#fields,)* })
        });
        let inputs_type = if own_inputs { quote!(__Inputs #arguments) } else { quote!(Self) };
        let nodes = 0..self.keys.len();
        let mut functions = TokenStream::new();
        let mut methods = TokenStream::new();
        let calls: Vec<TokenStream> = nodes
            .map(|index| {
                let reads = self.reads(index);
                functions.extend(reads.function);
                self.method(index, &inputs_type, &reads.statements, &mut methods)
            })
            .collect();
        let chosen = self.chosen(calls, &inputs_type, &mut methods);
        let (in_order, parts) = self.in_order(&inputs_type);
        let key_methods = self.key_methods().map(|methods| {
            quote! {
                #[allow(unused_imports)]
                use __dag::{NotCountedConstant as _, NotSkipped as _, SliceOfKey as _};
                #[allow(deprecated, unused_variables, unused_parens, unreachable_code, clippy::all)]
                impl #generics #name #arguments #where_clause {
                    #methods
                }
            }
        });
        let (kept, table) = (self.kept(), self.table_reference());
        let (i, s, cx, node) = (local("i"), local("s"), local("cx"), local("node"));
        let (ranks, units, drop_inputs, enter) =
            (self.ranks(), self.units_of_a_run(), drop_inputs(graph), self.enter());
        let table_of = self.is_sized().then(|| {
            quote! {
                const IS_SIZED: __dag::bool = true;
                #[inline]
                fn table_of(#i: &Self::Inputs) -> &__dag::SharedTable {
                    &#i.__table
                }
            }
        });
        // References that the user wrote are to places whose own references the user does not see: the fixes of these lints
        // would put the text of the whole graph there.
        quote! {
            #inputs
            #functions
            #[allow(
                clippy::borrow_deref_ref,
                clippy::explicit_auto_deref,
                clippy::needless_borrow,
                clippy::needless_borrows_for_generic_args,
                clippy::op_ref
            )]
            impl #generics #name #arguments #where_clause {
                #methods
                #parts
            }
            #key_methods
            impl #generics __dag::RawGraph for #name #arguments #where_clause {
                type Inputs = #inputs_type;
                type Slots = __Slots;
                const RAW_TABLE: &'static __dag::Table = #table;
                #table_of
                #[inline]
                fn call(
                    #i: &Self::Inputs,
                    #s: &__Slots,
                    #cx: &__dag::Cx<'_>,
                    #node: __dag::u32,
                ) -> __dag::CallOutcome {
                    #enter
                    let _ = (#i, #s, #cx);
                    #chosen
                }
                #in_order
                #drop_inputs
                #ranks
                #units
                #kept
            }
        }
    }

    /// The call of the task of this number, which is one of a line.
    pub(super) fn call(&self, index: usize) -> TokenStream {
        let (first, method, sizes) = (self.first_in_call(index), method_name(index), self.sizes_argument());
        let (i, s, cx, node, at) = (local("i"), local("s"), local("cx"), local("node"), local("at"));
        if self.is_arm(index) {
            let (method, number) = (method_of(index), Literal::usize_unsuffixed(index));
            return quote!(Self::#method(#i, #s, #cx, #number));
        }
        if !self.is_family(index) {
            return quote!(Self::#method(#sizes #i, #s, #cx));
        }
        let shape = self.shape_in_call(index);
        quote!({
            let #at = #node - #first;
            Self::#method(#sizes #i, #s, #cx, #at as __dag::usize, __dag::indices(#shape, #at))
        })
    }

    /// One task's call: its uses bound to places, then the function with the user's arguments. It is a method of its own, or
    /// no more than an expression.
    fn method(
        &self,
        index: usize,
        inputs: &TokenStream,
        before: &TokenStream,
        methods: &mut TokenStream,
    ) -> TokenStream {
        let (node, call) = (&self.model.graph.nodes[index], &self.model.calls[index]);
        let (s, cx) = (local("s"), local("cx"));
        let (number, own) = (Literal::usize_unsuffixed(index), slot(index));
        let bound = |line: &&Line| line.part.is_none() && !line.beside;
        let bindings = self.model.lines[index].iter().filter(bound).filter_map(|line| {
            let from = slot(line.to);
            let place = self.place(line.to, Span::call_site());
            let binding = match line.how {
                LineUse::Order => return None,
                LineUse::Borrow if self.is_family(line.to) => quote!(#place = #s.#from.all(#cx);),
                LineUse::Borrow => quote!(#place = #s.#from.get(#cx);),
                LineUse::Value => {
                    let taken = self.taken(index, line);
                    quote!(#place = #taken;)
                }
                LineUse::ValueMut => {
                    let taken = self.taken(index, line);
                    quote!(mut #place = #taken;)
                }
            };
            // A macro in the argument may leave it out.
            Some(quote!(#[allow(unused_variables)] let #binding))
        });
        let mut replacer = self.replacer(index);
        let element = local("element");
        let arguments: Vec<TokenStream> = node
            .arguments
            .iter()
            .zip(&call.arguments)
            .map(|(argument, resolved)| match argument.each {
                Some(_) => {
                    let mut element = element.clone();
                    let source = argument.tokens.clone().into_iter().last();
                    element.set_span(
                        source.map_or(element.span(), |name| element.span().located_at(name.span())),
                    );
                    element.into_token_stream()
                }
                None => self.given(index, resolved, replacer.filled(resolved)),
            })
            .collect();
        let again = call.again.iter().map(|path| {
            let at = names::last(path).span().resolved_at(Span::call_site());
            quote_spanned!(at=> __dag::lints::function_of_a_task_called_again();)
        });
        let attributes = node.attributes.iter().filter(|attribute| lints::is_level(attribute));
        // The alias of the task stands elsewhere: what is expected of its name is found here.
        let named = node.attributes.iter().any(lints::expects_deprecated).then(|| {
            let path = &node.path;
            quote!(type __Named = #path;)
        });
        let method = names::call(names::last(&node.path));
        let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
        arguments.set_span(node.call);
        let is_family = self.is_family(index);
        let at = is_family.then(|| local("at"));
        let position = at.as_ref().map(|at| quote!(#at,));
        let (each, all) = (self.model.each[index], self.all_slots());
        // All of the call is at the user's place: rustc's help on its arguments counts on that.
        let when = node.when.as_ref();
        let bound = if each.is_some() || when.is_some() {
            let sink = local("sink");
            quote!(bound: __dag::bound::<Self, _>(#all, #cx, #number, #sink))
        } else {
            quote!(bound: #s.#own.bound::<Self>(#all, #cx, #number, #position))
        };
        let mut called = called(&self.tasks[index]);
        called.set_span(method.span());
        let called = quote_spanned!(method.span()=> #called { #bound });
        let mut called = quote!(#called.#method #arguments);
        if let Some(each) = each {
            let outputs = self.each(index, each, &called);
            called = match when {
                None => quote!(#s.#own.put(#cx, #position #outputs)),
                Some(_) => {
                    let sink = local("sink");
                    quote!(__dag::put(#sink, #outputs))
                }
            };
        }
        if when.is_some() {
            called = self.when(index, &mut replacer, position.as_ref(), &called);
        }
        let in_place = self.in_place(index);
        if !in_place.is_empty() {
            // What the arguments have borrowed is dropped before the inputs are free for others.
            let outcome = local("outcome");
            called = quote!(let #outcome = { #called }; #outcome);
        }
        let moved = &replacer.moved;
        let indices = is_family.then(|| self::arguments(&node.indices));
        let parameter = at.as_ref().map(|at| {
            let (locals, count) = (locals(&node.indices), Literal::usize_unsuffixed(node.indices.len()));
            quote!(, #at: __dag::usize, [#(#locals),*]: [__dag::isize; #count])
        });
        let (name, mut i) = (method_name(index), local("i").into_token_stream());
        let (sizes, slots) = (self.sizes_parameter(), self.slots_type());
        // Where there are no inputs, none has to be marked as used.
        let unused = if self.model.graph.inputs.is_empty() {
            i = quote!(_);
            None
        } else {
            Some(quote!(let _ = #i;))
        };
        if self.is_arm(index) {
            return called;
        }
        methods.extend(quote! {
            #(#attributes)*
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn #name(#sizes #i: &#inputs, #s: #slots, #cx: &__dag::Cx<'_> #parameter) -> __dag::CallOutcome {
                #named
                #unused
                #(#again)*
                #before
                #indices
                #(#bindings)*
                #in_place
                #(#moved)*
                #called
            }
        });
        self.call(index)
    }

    /// The ranks that the graph gives to its tasks, if to any.
    fn ranks(&self) -> Option<TokenStream> {
        let nodes = self.model.graph.nodes.iter().enumerate();
        let arms: Vec<TokenStream> =
            nodes.filter_map(|(index, node)| Some(self.rank(index, node.on.as_ref()?))).collect();
        if arms.is_empty() {
            return None;
        }
        let (i, node, at, ranks) = (local("i"), local("node"), local("at"), local("ranks"));
        let table = self.table_at_start();
        let sizes = self.size_values();
        let are_fixed = self.ranks_are_fixed().then(|| {
            quote!(
                const RANKS_ARE_FIXED: __dag::bool = true;
            )
        });
        Some(quote! {
            const HAS_RANKS: __dag::bool = true;
            #are_fixed
            fn rank(#i: &Self::Inputs, #node: __dag::u32, #ranks: __dag::usize) -> __dag::Option<__dag::usize> {
                let (#node, #at) = __dag::place(#table, #node);
                let _ = (#i, #at, #ranks);
                #sizes
                match #node {
                    #(#arms)*
                    _ => __dag::None,
                }
            }
        })
    }

    /// Whether they follow from the table and the number of ranks alone. Of what depends on a type, tables say nothing.
    fn ranks_are_fixed(&self) -> bool {
        let Graph { generics, inputs, nodes, .. } = &self.model.graph;
        let is_generic = generics.type_params().next().is_some() || generics.const_params().next().is_some();
        let is_input =
            |name: &Ident| inputs.iter().any(|input| names::text(&input.name) == names::text(name));
        !is_generic && nodes.iter().filter_map(|node| node.on.as_ref()).all(|on| is_fixed(on, &is_input))
    }

    /// The rank that a task or a family's member runs on.
    fn rank(&self, index: usize, on: &TokenStream) -> TokenStream {
        let (number, indices) = (Literal::usize_unsuffixed(index), self.indices_at(index));
        let ranks = local("ranks");
        let named = find_word(on, "ranks").map(|name| quote!(let #name = #ranks;));
        let resolved = self.model.calls[index].on.as_ref().unwrap_or(on);
        let expression = self.replacer(index).filled(resolved);
        let at = on.span().resolved_at(Span::call_site());
        let rank = quote_spanned!(at=> (#expression) as __dag::isize);
        quote! {
            #number => {
                #indices
                #named
                __dag::Some(__dag::modulo(#rank, #ranks))
            }
        }
    }

    /// The statements that bring the indices of the member at a position of a family, where there are no slots.
    pub(super) fn indices_at(&self, index: usize) -> Option<TokenStream> {
        let (number, indices) = (Literal::usize_unsuffixed(index), &self.model.graph.nodes[index].indices);
        let (at, i) = (local("at"), local("i"));
        let shape = match self.is_sized() {
            true => quote!(__dag::shape(&#i.__table, #number)),
            false => shape_name(index).into_token_stream(),
        };
        self.is_family(index).then(|| {
            let (locals, arguments) = (locals(indices), arguments(indices));
            quote! {
                let [#(#locals),*] = __dag::indices(#shape, #at);
                #arguments
            }
        })
    }

    /// The table where there are inputs and no slots.
    pub(super) fn table_at_start(&self) -> TokenStream {
        let i = local("i");
        if self.is_sized() { quote!(&#i.__table) } else { self.table_reference() }
    }
}

impl Expansion<'_> {
    /// Whether the inputs of a run have a type of their own.
    pub(super) fn has_own_inputs(&self) -> bool {
        self.is_sized() || self.model.moved_inputs.contains(&true) || self.has_in_place()
    }
}

/// The function that calls a line's task.
pub(super) fn method_name(index: usize) -> Ident {
    format_ident!("__n{index}", span = Span::call_site())
}

/// The first place of a word.
fn find_word(tokens: &TokenStream, word: &str) -> Option<Ident> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == word).then_some(ident),
        TokenTree::Group(group) => find_word(&group.stream(), word),
        _ => None,
    })
}
