//! The call of each task, with its uses bound to places.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{Expansion, local, slot};
use crate::graph::check::{Line, LineUse, Meaning, Model, is_lint_level};
use crate::graph::uses::{Mode, Names, replace};
use crate::names;

impl Expansion<'_> {
    /// The inputs as tasks use them, and the call of each task.
    pub(super) fn graph(&self) -> TokenStream {
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

    /// One task's call: its uses bound to places, then the function with the user's arguments.
    pub(super) fn arm(&self, index: usize) -> TokenStream {
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

/// The local that a node's output is bound to.
fn place(node: usize, at: Span) -> Ident {
    format_ident!("t{node}", span = Span::mixed_site().located_at(at))
}
