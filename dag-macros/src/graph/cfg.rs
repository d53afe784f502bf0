//! `#[cfg]` on graphs and what they are made of.
//!
//! Whether a node is there decides the numbers of those behind it, so a graph is written out with the first thing that is
//! under a condition and without, each as a `dag!` of its own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, GenericParam};

use crate::cfg::{Case, Matters, first};
use crate::diag::Diagnostics;
use crate::graph::ast::Graph;
use crate::graph::check::is_checked_at_run;
use crate::graph::parse::is_limit;

/// The graph, where nothing in it is conditional; else the two forms of it as tokens.
pub(crate) fn configure(
    mut graph: Graph,
    runtime: &TokenStream,
    diagnostics: &mut Diagnostics,
) -> Result<Graph, TokenStream> {
    graph.attributes.retain(|attribute| {
        let is_mark = attribute.path().is_ident("__incomplete");
        graph.incomplete |= is_mark;
        !is_mark
    });
    let mut condition =
        first(&graph.attributes, |attribute| is_checked_at_run(attribute) || is_limit(attribute));
    if let Some(condition) = &condition {
        let case = Case { condition, holds: true };
        let other = Case { condition, holds: false };
        let (mut with, mut without) = (graph.clone(), graph);
        let with =
            case.decide(&mut with.attributes).then(|| quote!(#[cfg(#condition)] #runtime::dag! { #with }));
        let without = other
            .decide(&mut without.attributes)
            .then(|| quote!(#[cfg(not(#condition))] #runtime::dag! { #without }));
        return Err(quote!(#with #without));
    }
    retain(&mut graph, &mut |attributes, matters| {
        condition = condition.take().or_else(|| first(attributes, matters));
        true
    });
    let Some(condition) = condition else {
        attributes(&graph, diagnostics);
        return Ok(graph);
    };
    let [with, without] = [true, false].map(|holds| {
        let (case, mut graph) = (Case { condition: &condition, holds }, graph.clone());
        retain(&mut graph, &mut |attributes, _| case.decide(attributes));
        graph
    });
    Err(quote! {
        #[cfg(#condition)]
        #runtime::dag! { #with }
        #[cfg(not(#condition))]
        #runtime::dag! { #without }
    })
}

/// Whether to keep a part with these attributes, of which some matter.
type Keep<'a> = dyn FnMut(&mut Vec<Attribute>, Matters) -> bool + 'a;

/// Retains those parts of a graph whose attributes the function says to keep.
fn retain(graph: &mut Graph, keep: &mut Keep<'_>) {
    let parameters = std::mem::take(&mut graph.generics.params).into_pairs();
    graph.generics.params = parameters
        .filter_map(|mut parameter| {
            let attributes = match parameter.value_mut() {
                GenericParam::Lifetime(parameter) => &mut parameter.attrs,
                GenericParam::Type(parameter) => &mut parameter.attrs,
                GenericParam::Const(parameter) => &mut parameter.attrs,
            };
            keep(attributes, |_| false).then_some(parameter)
        })
        .collect();
    graph.sizes.retain_mut(|size| keep(&mut size.attributes, |_| false));
    graph.inputs.retain_mut(|input| keep(&mut input.attributes, |_| false));
    graph.outputs.retain_mut(|output| keep(&mut output.attributes, |_| true));
    graph.nodes.retain_mut(|node| keep(&mut node.attributes, |_| true));
    for node in &mut graph.nodes {
        node.arguments.retain_mut(|argument| keep(&mut argument.attributes, |_| true));
        node.after.retain_mut(|member| keep(&mut member.attributes, |_| true));
    }
}

/// Reports attributes that mean nothing where they are.
fn attributes(graph: &Graph, diagnostics: &mut Diagnostics) {
    let outputs = graph.outputs.iter().map(|output| (&output.attributes, "an output"));
    let members = graph.nodes.iter().flat_map(|node| &node.after);
    let members = members.map(|member| (&member.attributes, "a task behind `after`"));
    let arguments = graph.nodes.iter().flat_map(|node| &node.arguments);
    let arguments = arguments.map(|argument| (&argument.attributes, "an argument"));
    for (attributes, what) in outputs.chain(members).chain(arguments) {
        for attribute in attributes {
            diagnostics.error(attribute, format!("{what} takes no attribute but `#[cfg(…)]`"));
        }
    }
}
