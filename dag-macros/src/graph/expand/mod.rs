//! The tokens of a graph: its type, its table, and the call of each task.

mod call;
mod definition;
mod run;
mod table;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::GenericParam;

use crate::graph::check::Model;
use crate::names;

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

    /// Whether the output of a node is `Copy`.
    pub(super) fn is_copy(&self, node: usize) -> TokenStream {
        let key = &self.keys[node];
        quote!(__dag::IsCopy::<<#key as __dag::Task>::Output>::VALUE)
    }
}

/// The field that holds a node's output.
pub(super) fn slot(node: usize) -> Ident {
    format_ident!("s{node}", span = Span::call_site())
}

/// The alias of a node's task, at the place of its path.
pub(super) fn alias(node: usize, path: &syn::Path) -> Ident {
    format_ident!("__T{node}", span = names::last(path).span().resolved_at(Span::call_site()))
}

pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
