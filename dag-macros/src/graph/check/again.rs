//! Calls in arguments that compute an output once more: of a listed task's function, with the arguments that the graph
//! gives to it.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::Path;

use crate::graph::ast::{Graph, Node};
use crate::names;

/// The path, where a call of it with these arguments is one that the graph makes already. An instance has a name because
/// its function is called more than once.
pub(super) fn again(graph: &Graph, path: &Path, arguments: &TokenStream) -> Option<Path> {
    let is_same = |node: &Node| {
        let given = &node.arguments;
        node.instance.is_none()
            && names::same(&node.path, path)
            && given.iter().all(|argument| argument.each.is_none())
            && is_alike(quote!(#(#given),*), arguments.clone())
    };
    graph.nodes.iter().any(is_same).then(|| path.clone())
}

/// Whether both are the same tokens.
fn is_alike(first: TokenStream, second: TokenStream) -> bool {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let is_same = match (first.next(), second.next()) {
            (None, None) => return true,
            (Some(TokenTree::Group(first)), Some(TokenTree::Group(second))) => {
                first.delimiter() == second.delimiter() && is_alike(first.stream(), second.stream())
            }
            (Some(TokenTree::Group(_)), _) | (_, Some(TokenTree::Group(_))) => false,
            (Some(first), Some(second)) => first.to_string() == second.to_string(),
            _ => false,
        };
        if !is_same {
            return false;
        }
    }
}
