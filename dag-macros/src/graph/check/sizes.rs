//! The sizes of a graph, and what can be one of them.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Meta, Type, parse_quote_spanned};

use crate::diag::Diagnostics;
use crate::graph::ast::{Graph, Input, Size};
use crate::names;

/// Whether an attribute leaves the check for cycles to each run.
pub(crate) fn is_checked_at_run(attribute: &Attribute) -> bool {
    attribute.path().is_ident("checked_at_run")
}

/// Takes that attribute out of the others.
pub(super) fn checked_at_run(graph: &mut Graph, diagnostics: &mut Diagnostics) {
    let (found, others) = std::mem::take(&mut graph.attributes).into_iter().partition(is_checked_at_run);
    graph.attributes = others;
    let mut found: Vec<Attribute> = found;
    for again in found.drain(1.min(found.len())..) {
        diagnostics.error(again, "the graph has this attribute already");
    }
    let Some(attribute) = found.pop() else { return };
    if !matches!(attribute.meta, Meta::Path(_)) {
        diagnostics.error(&attribute.meta, "`checked_at_run` takes no arguments: write `#[checked_at_run]`");
    }
    if graph.sizes.is_empty() && !graph.unknown.inputs {
        let message = format!(
            "graph `{}` has no sizes, so that it is checked for cycles when it is compiled: leave `#[checked_at_run]` out",
            names::text(&graph.name)
        );
        return diagnostics.error(attribute, message);
    }
    graph.checked_at_run = attribute.path().get_ident().map(Ident::span);
}

impl Size {
    /// What the size is in arguments: an input. `runtime` is the path of the runtime.
    pub(super) fn input(&self, runtime: &TokenStream) -> Input {
        let Size { attributes, name } = self.clone();
        let at = name.span().resolved_at(proc_macro2::Span::call_site());
        let ty = parse_quote_spanned!(at=> #runtime::__private::v0_1::usize);
        Input { attributes, name, ty }
    }
}

/// How a name whose value is known only when the graph runs could be used all the same: as a size. Nothing, where it cannot.
pub(super) fn remedy(graph: &Graph, name: &Ident) -> String {
    let text = names::text(name);
    let Some(input) = graph.inputs.iter().find(|input| names::text(&input.name) == text) else {
        return String::new();
    };
    if is_integer(&input.ty) {
        let is_usize = input.ty.to_token_stream().to_string() == "usize";
        let ty = if is_usize { "" } else { ", which is a `usize`" };
        format!("; to use it here, make it a size{ty}: `{}`", with_size(graph, &text))
    } else {
        format!("; a number that is given when the graph runs is a size: `{}`", with_size(graph, "n"))
    }
}

/// The beginning of the graph with a size of this name.
pub(super) fn with_size(graph: &Graph, name: &str) -> String {
    let known = graph.sizes.iter().map(|size| names::text(&size.name));
    let sizes: Vec<String> = known.chain([name.to_owned()]).collect();
    format!("graph {}[{}]", names::text(&graph.name), sizes.join(", "))
}

/// Whether a type is written as an integer's.
pub(super) fn is_integer(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string();
    let bits = text.strip_prefix(['i', 'u']).unwrap_or_default();
    ["8", "16", "32", "64", "128", "size"].contains(&bits)
}

#[cfg(test)]
mod tests {
    use super::super::{Model, check};
    use super::*;
    use crate::graph::parse;
    use quote::quote;

    /// The checked `graph G[m, n](x: usize) { all[i in 0..n] = f(i), a = f(…) }`, and what is wrong with it.
    fn model(argument: &str) -> (Model, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let source = format!("graph G[m, n](x: usize) {{ all[i in 0..n] = f(i), a = f({argument}) }}");
        let mut graphs = parse::parse(source.parse().unwrap(), &mut diagnostics);
        let model = check(graphs.remove(0), &quote!(dag_runtime), &mut diagnostics);
        (model, diagnostics.messages())
    }

    /// How many conditions the uses of `a` have.
    fn conditions(argument: &str) -> Vec<usize> {
        let (model, messages) = model(argument);
        assert_eq!(messages, [""; 0], "{argument}");
        let conditions =
            model.lines[1].iter().map(|line| line.part.as_ref().map_or(0, |part| part.conditions.len()));
        conditions.collect()
    }

    #[test]
    fn sizes_decide_conditions() {
        assert_eq!(conditions("if n > 0 { &all[n - 1] } else { &0 }"), [1]);
        assert_eq!(conditions("if f(m) { &all[n - 1] } else if n > 3 { &all[1] } else { &0 }"), [1, 2]);
        assert_eq!(conditions("if n > x { &all[n - 1] } else { &0 }"), [0]);
        assert_eq!(conditions("{ let n = x; if n > 0 { &all[0] } else { &0 } }"), [0]);
    }

    #[test]
    fn a_variable_hides_a_size() {
        let (_, messages) = model("{ let n = 3; &all[n] }");
        assert!(
            matches!(messages.as_slice(), [only] if only.starts_with("`n` is a variable of this argument"))
        );
    }

    #[test]
    fn sizes_are_inputs_that_are_not_moved() {
        let (model, messages) = model("n + m + x");
        let inputs: Vec<String> = model.graph.inputs.iter().map(|input| names::text(&input.name)).collect();
        assert_eq!((messages.len(), inputs), (0, vec!["m".to_owned(), "n".to_owned(), "x".to_owned()]));
        assert_eq!(model.moved_inputs, [false, false, true]);
        assert_eq!(model.calls[1].uses.len(), 3);
    }
}
