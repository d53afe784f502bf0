//! A graph as the user wrote it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, Path, Type, Visibility};

/// One `graph … { … }`.
pub(crate) struct Graph {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Ident>,
    pub(crate) nodes: Vec<Node>,
    /// Whether a part of it could not be parsed, so that its nodes are not all there.
    pub(crate) incomplete: bool,
}

/// `name: type`
pub(crate) struct Input {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// `name = path(argument, …) after [member, …]`
pub(crate) struct Node {
    pub(crate) attributes: Vec<Attribute>,
    /// The name of an instance.
    pub(crate) instance: Option<Ident>,
    pub(crate) path: Path,
    /// The span of the parentheses, or of the path where there are none.
    pub(crate) call: Span,
    pub(crate) arguments: Vec<TokenStream>,
    pub(crate) after: Vec<Path>,
}

impl Node {
    /// What the node is known as in its graph.
    pub(crate) fn name(&self) -> &Ident {
        self.instance.as_ref().unwrap_or_else(|| crate::names::last(&self.path))
    }
}

impl ToTokens for Graph {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Graph { attributes, visibility, name, generics, inputs, outputs, nodes, .. } = self;
        let where_clause = &generics.where_clause;
        tokens.extend(quote! {
            #(#attributes)* #visibility graph #name #generics (#(#inputs),*) -> (#(#outputs),*) #where_clause { #(#nodes),* }
        });
    }
}

impl ToTokens for Input {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Input { attributes, name, ty } = self;
        tokens.extend(quote!(#(#attributes)* #name: #ty));
    }
}

impl ToTokens for Node {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Node { attributes, instance, path, call, arguments, after } = self;
        let instance = instance.as_ref().map(|name| quote!(#name =));
        let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
        arguments.set_span(*call);
        tokens.extend(quote!(#(#attributes)* #instance #path #arguments after [#(#after),*]));
    }
}
