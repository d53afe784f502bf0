//! `#[cfg]` on graphs and nodes.
//!
//! Whether a node is there decides the numbers of those behind it, and a macro does not know what
//! is configured. So the graph is written out twice, with the first conditional node and without,
//! each as a `dag!` of its own under the condition or its opposite: the compiler drops one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta};

use crate::graph::ast::Graph;

/// The graph, where nothing in it is conditional; else the two forms of it as tokens.
pub(crate) fn configure(mut graph: Graph, runtime: &TokenStream) -> Result<Graph, TokenStream> {
    if let Some(condition) = take_cfg(&mut graph.attributes) {
        return Err(quote!(#[cfg(#condition)] #runtime::dag! { #graph }));
    }
    let conditional = graph.nodes.iter().position(|node| node.attributes.iter().any(is_cfg));
    let Some(position) = conditional else { return Ok(graph) };
    let Some(condition) = take_cfg(&mut graph.nodes[position].attributes) else { return Ok(graph) };
    let with = quote!(#graph);
    graph.nodes.remove(position);
    Err(quote! {
        #[cfg(#condition)]
        #runtime::dag! { #with }
        #[cfg(not(#condition))]
        #runtime::dag! { #graph }
    })
}

fn is_cfg(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg"))
}

/// Takes the first `#[cfg(condition)]` away.
fn take_cfg(attributes: &mut Vec<Attribute>) -> Option<TokenStream> {
    let position = attributes.iter().position(is_cfg)?;
    match attributes.remove(position).meta {
        Meta::List(list) => Some(list.tokens),
        _ => None,
    }
}
