//! The tokens of a graph: its type, its table, and the call of each task.

mod call;
mod chosen;
mod definition;
mod family;
mod fixed;
mod forms;
mod in_place;
mod keep;
mod limits;
mod order;
mod places;
mod proof;
mod ranges;
mod reads;
mod run;
mod sized;
mod sized_table;
mod table;
mod uses;
mod when;

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::GenericParam;

use crate::graph::ast::Node;
use crate::graph::check::{Choice, Each, Line, Model};
use crate::streams::IntoStream as _;
use crate::{lints, names};

/// The expansion of a graph.
pub(crate) fn expand(model: &Model, runtime: &TokenStream) -> TokenStream {
    Expansion::new(model, runtime).tokens()
}

/// The module that has no graph of this name, where that is to mean nothing: to be given an error.
pub(crate) fn unknown(model: &Model) -> Option<Ident> {
    model.graph.unknown.inputs.then(|| errors(&model.graph.name))
}

fn errors(graph: &Ident) -> Ident {
    format_ident!("__dag_errors_{}", names::text(graph), span = Span::call_site())
}

struct Expansion<'a> {
    model: &'a Model,
    /// The path of the module that expansions use.
    private: TokenStream,
    /// The path of the runtime.
    runtime: &'a TokenStream,
    /// The module that holds the twins of instances.
    module: Ident,
    /// For each node, the twin that stands for it, where that is not its task's.
    twins: Vec<Option<Ident>>,
    /// For each node, the name of the local that its output is bound to.
    places: Vec<String>,
    /// For each node, the alias of its task.
    tasks: Vec<Ident>,
    /// For each node, the type that stands for it.
    keys: Vec<TokenStream>,
    /// The type that stands for the graph in constants: the graph's own with `'static` lifetimes, or
    /// a marker where it has other parameters.
    marker: TokenStream,
}

impl<'a> Expansion<'a> {
    fn new(model: &'a Model, runtime: &'a TokenStream) -> Self {
        let name = &model.graph.name;
        let module = format_ident!("__dag_{}", names::text(name), span = Span::call_site());
        let nodes = &model.graph.nodes;
        let places = places(nodes);
        let tasks: Vec<Ident> =
            nodes.iter().enumerate().map(|(index, node)| alias(index, &node.path)).collect();
        let twins: Vec<Option<Ident>> =
            nodes.iter().zip(&model.each).map(|(node, each)| twin(node, each.is_some())).collect();
        let keys = twins.iter().zip(&tasks).map(|(twin, task)| match twin {
            Some(twin) => quote!(#module::#twin),
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
        Expansion {
            model,
            private: quote!(#runtime::__private::v0_1),
            runtime,
            twins,
            places,
            tasks,
            keys,
            module,
            marker,
        }
    }

    fn tokens(&self) -> TokenStream {
        let private = &self.private;
        if self.model.graph.unknown.inputs {
            return self.nothing();
        }
        let definition = self.definition();
        let levels = self.levels();
        let twins = self.twins();
        let aliases = self.aliases();
        let instances = self.instances();
        let run = self.run();
        if self.model.graph.incomplete {
            return quote! {
                #definition
                #twins
                #levels
                const _: () = {
                    use #private as __dag;
                    #aliases
                    #instances
                    #run
                };
            };
        }
        let called_aliases = self.called_aliases();
        let shapes = self.shapes();
        let members = self.members();
        let parts = self.parts();
        let walk = self.walk();
        let limits = self.limits();
        let table = self.table();
        let kept_checks = self.kept_checks();
        let calls = self.graph();
        // Where rustc says of a local variable that a constant cannot use it, it marks this place too.
        let at = self.model.graph.name.span().resolved_at(Span::call_site());
        let anonymous = quote_spanned!(at=> _);
        let no_list =
            (0..self.keys.len()).any(|node| self.has_when(node)).then(|| quote!(use #private::NoList as _;));
        quote! {
            #definition
            #twins
            #levels
            #[allow(single_use_lifetimes)]
            const #anonymous: () = {
                use #private as __dag;
                #[allow(unused_imports)]
                use #private::{Moved as _, NotClone as _, NotCopy as _, NotTask as _};
                #no_list
                #aliases
                #called_aliases
                #instances
                #shapes
                #members
                #parts
                #walk
                #limits
                #table
                #kept_checks
                #calls
                #run
            };
        }
    }

    /// The lint levels of the graph, for its lines. Where it is deprecated, it is used here all the same.
    fn levels(&self) -> TokenStream {
        let attributes = &self.model.graph.attributes;
        let levels = attributes.iter().filter(|attribute| lints::is_level(attribute));
        let mut levels: TokenStream = levels.map(|attribute| lints::apart(attribute).1).into_stream();
        if attributes.iter().any(|attribute| attribute.path().is_ident("deprecated")) {
            levels.extend(quote!(#[allow(deprecated)]));
        }
        levels
    }

    /// The graph's name, without a meaning: nothing is said of what uses it.
    fn nothing(&self) -> TokenStream {
        let (visibility, name) = (&self.model.graph.visibility, &self.model.graph.name);
        let errors = errors(name);
        quote! {
            #[allow(unused_imports)]
            #visibility use #errors::#name;
        }
    }

    /// Whether a node has `when`.
    pub(super) fn has_when(&self, node: usize) -> bool {
        self.model.graph.nodes[node].when.is_some()
    }

    /// The type of a task of a node: a member, where that is a family. Its output is what is in the slot.
    pub(super) fn task(&self, node: usize) -> TokenStream {
        let task = self.task_as_wanted(node);
        if self.has_when(node) { quote!(__dag::When<#task>) } else { task }
    }

    /// The same, with the output of a task that is wanted.
    pub(super) fn task_as_wanted(&self, node: usize) -> TokenStream {
        let (key, task) = (&self.keys[node], &self.tasks[node]);
        match (self.is_family(node), self.model.each[node]) {
            (false, _) => key.clone(),
            (true, None) => task.to_token_stream(),
            (true, Some(_)) => quote!(__dag::OverEach<#task>),
        }
    }

    /// Whether the output of a node, or of each member, is `Copy`.
    pub(super) fn is_copy(&self, node: usize) -> TokenStream {
        let task = self.task(node);
        quote!(__dag::IsCopy::<<#task as __dag::Task>::Output>::VALUE)
    }

    /// Whether what a node's own line takes by value is `Copy`.
    pub(super) fn is_copied(&self, node: usize, line: &Line) -> TokenStream {
        let is_each =
            |each: Each| each.line().is_some_and(|of| std::ptr::eq(&self.model.lines[node][of], line));
        if !self.model.each[node].is_some_and(is_each) {
            return self.is_copy(line.to);
        }
        let (task, from) = (&self.tasks[node], self.source(line));
        quote_spanned!(task.span()=> __dag::IsCopy::<<#task as __dag::OverValues<#from, <#from as __dag::Task>::Output>>::Element>::VALUE)
    }

    /// The type that stands for what a line uses: a member, or all of a line.
    pub(super) fn source(&self, line: &Line) -> TokenStream {
        match line.part.as_ref().map(|part| &part.choice) {
            Some(Choice::One(_)) => self.task(line.to),
            _ => self.keys[line.to].clone(),
        }
    }
}

/// The twin of a node of its own: that of an instance, or of a task over each element of an output, whose own twin gives one
/// element's.
fn twin(node: &Node, is_each: bool) -> Option<Ident> {
    match &node.instance {
        Some(instance) => Some(instance.clone()),
        None => {
            is_each.then(|| format_ident!("__each_{}", names::text(node.name()), span = node.name().span()))
        }
    }
}

/// The names of the locals that outputs are bound to: tasks that are listed by paths may have one last segment.
fn places(nodes: &[Node]) -> Vec<String> {
    // A set, or a map of another type, would be more code for the compiler.
    let mut seen = BTreeMap::<String, usize>::new();
    let places = nodes.iter().enumerate().map(|(number, node)| {
        let place = format!("output_of_{}", names::text(node.name()));
        if seen.insert(place.clone(), number).is_none() { place } else { format!("{place}_{number}") }
    });
    places.collect()
}

/// The field that holds a node's output.
pub(super) fn slot(node: usize) -> Ident {
    format_ident!("s{node}", span = Span::call_site())
}

/// The alias of a node's task, at the place of its path.
pub(super) fn alias(node: usize, path: &syn::Path) -> Ident {
    format_ident!("__T{node}", span = names::last(path).span().resolved_at(Span::call_site()))
}

/// The alias of what the task with this alias is in a run.
pub(super) fn called(task: &Ident) -> Ident {
    format_ident!("{task}Called", span = task.span())
}

/// A local of the macro, whose name is none that a user would write: else rustc, where that is unknown, speaks of this one.
pub(super) fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::mixed_site())
}
