//! The names of a family's indices, and the expressions of their ranges.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::GenericParam;

use super::sizes::{is_integer, remedy, with_size};
use super::{Scope, Surroundings};
use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Node};
use crate::names;

/// Checks all families, and says whether all are right.
pub(super) fn check(graph: &Graph, scope: &Scope, diagnostics: &mut Diagnostics) -> bool {
    // All are checked, also behind a wrong one.
    let wrong = graph.nodes.iter().filter(|node| !family(node, graph, scope, diagnostics)).count();
    wrong == 0
}

/// Whether an index of a node has the name of an input, a size or a task.
pub(super) fn hides_names(node: &Node, scope: &Scope) -> bool {
    node.indices.iter().any(|index| scope.meaning(&names::text(&index.name)).is_some())
}

fn family(node: &Node, graph: &Graph, scope: &Scope, diagnostics: &mut Diagnostics) -> bool {
    let around = Surroundings { graph, scope, node };
    let mut right = true;
    for (position, index) in node.indices.iter().enumerate() {
        let text = names::text(&index.name);
        if let Some(meaning) = scope.kind(&text) {
            let message = format!(
                "`{text}` is the name of {meaning} of graph `{}`: give the index another name",
                names::text(&graph.name)
            );
            diagnostics.error(&index.name, message);
            right = false;
        }
        let tokens = &index.range.tokens;
        let sizes = if graph.sizes.is_empty() { "constants" } else { "constants, sizes" };
        if let Some(parameter) = parameter(graph, tokens).filter(|name| !scope.is_size(&names::text(name))) {
            let is_number = |other: &GenericParam| matches!(other, GenericParam::Const(other) if other.ident == parameter && is_integer(&other.ty));
            let remedy = match graph.generics.params.iter().any(is_number) {
                true => format!(
                    "; make it a size: `{}`",
                    with_size(graph, &names::text(&parameter).to_lowercase())
                ),
                false => String::new(),
            };
            let message = format!(
                "`{}` is a parameter of graph `{}`: the range of an index is made of {sizes} and earlier indices{remedy}",
                names::text(&parameter),
                names::text(&graph.name)
            );
            diagnostics.error(parameter, message);
            right = false;
        }
        if let Some(known) = around.known_name(tokens) {
            let message = format!(
                "`{}` is known only when the graph runs: the range of an index is made of {sizes} and earlier indices{}",
                names::text(&known),
                remedy(graph, &known)
            );
            diagnostics.error(known, message);
            right = false;
        }
        let later = around.indices().mentioned(tokens) >> position;
        if later != 0 {
            let name = &node.indices[position + later.trailing_zeros() as usize].name;
            let message = format!(
                "the range of `{text}` cannot depend on `{}`: it can use {sizes} and the indices before `{text}`",
                names::text(name)
            );
            diagnostics.error(tokens.to_token_stream(), message);
            right = false;
        }
    }
    right
}

/// The first parameter of the graph in an expression.
pub(super) fn parameter(graph: &Graph, tokens: &TokenStream) -> Option<Ident> {
    if graph.generics.params.is_empty() {
        return None;
    }
    let is_parameter = |word: &Ident| {
        graph.generics.params.iter().any(|parameter| match parameter {
            GenericParam::Type(parameter) => parameter.ident == *word,
            GenericParam::Const(parameter) => parameter.ident == *word,
            GenericParam::Lifetime(_) => false,
        })
    };
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(word) => is_parameter(&word).then_some(word),
        TokenTree::Group(group) => parameter(graph, &group.stream()),
        _ => None,
    })
}
