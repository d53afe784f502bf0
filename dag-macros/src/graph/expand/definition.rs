//! The types of a graph: its own, the twins of its instances, and short names for its tasks.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{GenericParam, Path, Visibility};

use super::{Expansion, called};
use crate::graph::ast::Node;
use crate::lints;
use crate::names;
use crate::streams::IntoStream as _;

impl Expansion<'_> {
    /// The graph's own type, with its inputs as fields.
    pub(super) fn definition(&self) -> TokenStream {
        let graph = &self.model.graph;
        let (visibility, name) = (&graph.visibility, &graph.name);
        let attributes = graph.attributes.iter().map(|attribute| lints::apart(attribute).0);
        let attributes: TokenStream = attributes.into_stream();
        let (parameters, where_clause) = (&graph.generics, &graph.generics.where_clause);
        // At the user's place, where it is known to rustc as the user's own: it is reported as dead code then. Other lints on
        // what is public speak of what the macro writes.
        let own = |span: Span| match visibility {
            Visibility::Public(_) => span,
            _ => name.span(),
        };
        let keyword = Ident::new("struct", own(Span::call_site()));
        if graph.inputs.is_empty() {
            let mut end = Punct::new(';', Spacing::Alone);
            end.set_span(own(Span::call_site()));
            return quote!(#attributes #visibility #keyword #name #parameters #where_clause #end);
        }
        let fields = graph.inputs.iter().enumerate().map(|(number, input)| {
            let (attributes, name, ty) = (&input.attributes, &input.name, &input.ty);
            // A crate that denies `missing_docs` need not describe what a name says.
            let documented = matches!(visibility, Visibility::Inherited)
                || attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
            let description = (!documented).then(|| {
                let what = if number < graph.sizes.len() { "size" } else { "input" };
                let text = format!("The {what} `{}`.", names::text(name));
                quote!(#[doc = #text])
            });
            quote!(#(#attributes)* #description #visibility #name: #ty)
        });
        let mut body = Group::new(Delimiter::Brace, quote!(#(#fields,)*));
        body.set_span(own(Span::call_site()));
        quote!(#attributes #visibility #keyword #name #parameters #where_clause #body)
    }

    /// The twins of instances, so that a `depends` can name them, and the marker. They stand in a
    /// module and are imported by `*`: graphs beside each other can use the same names. They are
    /// visible where the graph stands and below, since their tasks may be private there.
    pub(super) fn twins(&self) -> TokenStream {
        let (module, graph) = (&self.module, &self.model.graph);
        let names: Vec<Ident> = self.twins.iter().flatten().map(names::generated).collect();
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
    pub(super) fn aliases(&self) -> TokenStream {
        let aliases = self.model.graph.nodes.iter().zip(&self.tasks).map(|(node, task)| {
            let (path, levels) = (&node.path, levels(node));
            if is_maybe_a_type(path) {
                let (at, name, maybe) = (task.span(), maybe_name(task), maybe(path));
                return quote_spanned! {at=>
                    #levels
                    type #name = #maybe;
                    #levels
                    type #task = <#name as __dag::Named<#path>>::Task;
                };
            }
            quote!(#levels type #task = #path;)
        });
        aliases.into_stream()
    }

    /// A name for what each task is in a run.
    pub(super) fn called_aliases(&self) -> TokenStream {
        let nodes = self.model.graph.nodes.iter().enumerate().zip(&self.tasks);
        let aliases = nodes.map(|((index, node), task)| {
            let (path, called) = (&node.path, called(task));
            let bound = quote_spanned!(names::last(path).span()=> <__Bound>);
            let levels = levels(node);
            if is_maybe_a_type(path) {
                let (at, marker, key, maybe) =
                    (task.span(), &self.marker, &self.keys[index], maybe_name(task));
                let phase = quote!(__dag::Check<#marker, { __dag::BUILD }, #key>);
                return quote_spanned! {at=>
                    #levels
                    type #called<__Bound> = <#maybe as __dag::NamedIn<#path, #marker, #phase>>::With #bound;
                };
            }
            quote!(#levels type #called<__Bound> = #path #bound;)
        });
        aliases.into_stream()
    }

    /// `Task` for the twins of instances.
    pub(super) fn instances(&self) -> TokenStream {
        let instances = (0..self.keys.len()).filter(|&node| self.twins[node].is_some()).map(|node| {
            let (key, task) = (&self.keys[node], &self.tasks[node]);
            let output = match (self.is_family(node), self.model.each[node]) {
                (true, _) => {
                    let task = self.task_as_wanted(node);
                    quote!([<#task as __dag::Task>::Output])
                }
                (false, Some(_)) => quote!(<__dag::OverEach<#task> as __dag::Task>::Output),
                (false, None) => quote!(<#task as __dag::Task>::Output),
            };
            quote! {
                impl __dag::Task for #key {
                    type Output = #output;
                }
            }
        });
        instances.into_stream()
    }
}

/// The lint levels of a node, for the names of its task.
fn levels(node: &Node) -> TokenStream {
    node.attributes.iter().filter(|attribute| lints::is_level(attribute)).map(lints::elsewhere).into_stream()
}

/// Whether a path may be that of a type. If so, one that is not a task is reported once, and nothing follows from it.
fn is_maybe_a_type(path: &Path) -> bool {
    const PRIMITIVE: [&str; 17] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
        "u64", "u128", "usize",
    ];
    let name = names::last(path);
    names::is_of_type(name) || PRIMITIVE.iter().any(|primitive| name == primitive)
}

/// Whether what such a path names is a task. If not, rustc shows the message at the path, and takes this for an unknown type.
fn maybe(path: &Path) -> TokenStream {
    let text = names::path_text(path);
    let message = format!("`{text}` is not a task: a task is a function with the attribute `#[task]`");
    let at = names::last(path).span().resolved_at(Span::call_site());
    quote_spanned! {at=>
        __dag::Maybe<
            [(); __dag::is_task(__dag::IsTask::<#path>::VALUE, #message)],
            { __dag::IsTask::<#path>::VALUE },
        >
    }
}

/// The alias of that.
fn maybe_name(task: &Ident) -> Ident {
    format_ident!("{task}Maybe", span = task.span())
}
