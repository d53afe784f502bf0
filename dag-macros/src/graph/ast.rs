//! A graph as the user wrote it.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, Pat, Path, Type, Visibility};

use crate::graph::tokens::is_punct;
use crate::streams::IntoStream as _;

/// One `graph … { … }`.
#[derive(Clone)]
pub(crate) struct Graph {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) sizes: Vec<Size>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) nodes: Vec<Node>,
    /// Whether a part of it could not be parsed, so that its nodes are not all there.
    pub(crate) incomplete: bool,
    /// The attribute that leaves the check for cycles to each run. Until the graph is checked, it is among the others.
    pub(crate) checked_at_run: Option<Span>,
    /// Those of `#[limit(…)]`. Until the graph is checked, they are among the attributes.
    pub(crate) limits: Vec<Limit>,
    pub(crate) unknown: Unknown,
}

/// What is not known of a graph because of a mistake that was reported.
#[derive(Clone, Copy, Default)]
pub(crate) struct Unknown {
    pub(crate) inputs: bool,
    pub(crate) outputs: bool,
    pub(crate) limits: bool,
}

/// The name of a number that is given when the graph runs, and on which ranges, conditions and indices may depend.
#[derive(Clone)]
pub(crate) struct Size {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
}

/// `name = expression` in `#[limit(…)]`: a resource and the number of its units.
#[derive(Clone)]
pub(crate) struct Limit {
    pub(crate) name: Ident,
    pub(crate) units: TokenStream,
}

/// `name: type`
#[derive(Clone)]
pub(crate) struct Input {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// One of the outputs: the name or the path of a task.
#[derive(Clone)]
pub(crate) struct Output {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) path: Path,
}

/// `name[index in range, …] = path(argument, …) after [member, …] when condition using [units, …] on expression keep`
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) attributes: Vec<Attribute>,
    /// The name of an instance or a family.
    pub(crate) instance: Option<Ident>,
    /// The indices of a family; none of a single task.
    pub(crate) indices: Vec<Index>,
    pub(crate) path: Path,
    /// The span of the parentheses, or of the path where there are none.
    pub(crate) call: Span,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) after: Vec<Member>,
    pub(crate) when: Option<When>,
    pub(crate) using: Vec<Units>,
    pub(crate) on: Option<TokenStream>,
    /// The word `keep`.
    pub(crate) keep: Option<Ident>,
}

/// `name` or `name = expression` behind `using`: one unit of a limit, or this many.
#[derive(Clone)]
pub(crate) struct Units {
    pub(crate) name: Ident,
    pub(crate) units: Option<TokenStream>,
}

/// `when condition`
#[derive(Clone)]
pub(crate) struct When {
    /// The word `when`.
    pub(crate) word: Ident,
    /// What stands between the `&&`s of the condition.
    pub(crate) parts: Vec<WhenPart>,
}

impl When {
    /// A placeholder for a condition that could not be parsed.
    pub(crate) fn unknown(word: Ident) -> Self {
        When { word, parts: vec![WhenPart { pattern: None, expression: quote!(false) }] }
    }
}

/// A part of a condition: `expression`, or `let pattern = expression`.
#[derive(Clone)]
pub(crate) struct WhenPart {
    pub(crate) pattern: Option<WhenPattern>,
    pub(crate) expression: TokenStream,
}

/// `let pattern`
#[derive(Clone)]
pub(crate) struct WhenPattern {
    /// With the word `let`, and the `=` behind the pattern.
    pub(crate) tokens: TokenStream,
    pub(crate) pattern: Box<Pat>,
}

/// `index in range`
#[derive(Clone)]
pub(crate) struct Index {
    pub(crate) name: Ident,
    pub(crate) range: Range,
}

/// A range as written.
#[derive(Clone)]
pub(crate) struct Range {
    pub(crate) tokens: TokenStream,
    /// What stands on either side of `..` or `..=`; neither where the range is a value.
    pub(crate) bounds: Option<Bounds>,
}

/// `start..end` or `start..=end`, with either side left out or not.
#[derive(Clone)]
pub(crate) struct Bounds {
    pub(crate) start: TokenStream,
    pub(crate) end: TokenStream,
    pub(crate) inclusive: bool,
}

/// `expression` or `each expression`
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) attributes: Vec<Attribute>,
    /// The word `each`.
    pub(crate) each: Option<Ident>,
    pub(crate) tokens: TokenStream,
}

/// `path[index, …] if condition`
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) path: Path,
    pub(crate) brackets: Option<Group>,
    pub(crate) condition: Option<TokenStream>,
}

impl Range {
    /// The range in these tokens: where two dots stand between all others, they are its.
    pub(crate) fn new(tokens: &[TokenTree]) -> Self {
        let dots = (0..tokens.len()).find(|&at| {
            is_punct(tokens.get(at), '.')
                && is_punct(tokens.get(at + 1), '.')
                && matches!(&tokens[at], TokenTree::Punct(dot) if dot.spacing() == Spacing::Joint)
        });
        let collect = |tokens: &[TokenTree]| tokens.iter().cloned().into_stream();
        let bounds = dots.map(|at| {
            let inclusive = is_punct(tokens.get(at + 2), '=');
            let end = at + 2 + usize::from(inclusive);
            Bounds { start: collect(&tokens[..at]), end: collect(&tokens[end..]), inclusive }
        });
        Range { tokens: collect(tokens), bounds }
    }

    /// The literal that stands in the place of an index and is no integer: `as isize` would take it for one.
    pub(crate) fn no_integer(&self) -> Option<TokenTree> {
        let ends = match &self.bounds {
            Some(bounds) => vec![&bounds.start, &bounds.end],
            None => vec![&self.tokens],
        };
        let sole = |tokens: &TokenStream| {
            let mut tokens = tokens.clone().into_iter().skip_while(|token| is_punct(Some(token), '-'));
            tokens.next().filter(|_| tokens.next().is_none())
        };
        ends.into_iter().filter_map(sole).find(|token| match token {
            TokenTree::Literal(literal) => !matches!(syn::Lit::new(literal.clone()), syn::Lit::Int(_)),
            TokenTree::Ident(word) => word == "true" || word == "false",
            _ => false,
        })
    }
}

impl Node {
    /// A node of no graph: what surrounds the expressions of a graph that stand in no node.
    pub(crate) fn nothing() -> Self {
        Node {
            attributes: Vec::new(),
            instance: None,
            indices: Vec::new(),
            path: syn::parse_quote!(__dag::NoTask),
            call: Span::call_site(),
            arguments: Vec::new(),
            after: Vec::new(),
            when: None,
            using: Vec::new(),
            on: None,
            keep: None,
        }
    }

    /// What the node is known as in its graph.
    pub(crate) fn name(&self) -> &Ident {
        self.instance.as_ref().unwrap_or_else(|| crate::names::last(&self.path))
    }

    /// Whether nothing is written behind the path of its task.
    pub(crate) fn ends_with_its_path(&self) -> bool {
        self.arguments.is_empty()
            && self.after.is_empty()
            && self.when.is_none()
            && self.using.is_empty()
            && self.on.is_none()
            && self.keep.is_none()
    }
}

impl ToTokens for Graph {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Graph {
            attributes, visibility, name, generics, sizes, inputs, outputs, nodes, incomplete, ..
        } = self;
        let where_clause = &generics.where_clause;
        let mark = incomplete.then(|| quote!(#[__incomplete]));
        let sizes = (!sizes.is_empty()).then(|| quote!([#(#sizes),*]));
        tokens.extend(quote! {
            #mark
            #(#attributes)* #visibility graph #name #generics #sizes (#(#inputs),*) -> (#(#outputs),*) #where_clause { #(#nodes),* }
        });
    }
}

impl ToTokens for Size {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Size { attributes, name } = self;
        tokens.extend(quote!(#(#attributes)* #name));
    }
}

impl ToTokens for Input {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Input { attributes, name, ty } = self;
        tokens.extend(quote!(#(#attributes)* #name: #ty));
    }
}

impl ToTokens for Output {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Output { attributes, path } = self;
        tokens.extend(quote!(#(#attributes)* #path));
    }
}

impl ToTokens for Node {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Node { attributes, instance, indices, path, call, arguments, after, when, using, on, keep } =
            self;
        let family = (!indices.is_empty()).then(|| quote!([#(#indices),*]));
        let instance = instance.as_ref().map(|name| quote!(#name #family =));
        let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
        arguments.set_span(*call);
        let using = (!using.is_empty()).then(|| quote!(using [#(#using),*]));
        let on = on.as_ref().map(|on| quote!(on #on));
        tokens.extend(
            quote!(#(#attributes)* #instance #path #arguments after [#(#after),*] #when #using #on #keep),
        );
    }
}

impl ToTokens for Units {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Units { name, units } = self;
        let units = units.as_ref().map(|units| quote!(= #units));
        tokens.extend(quote!(#name #units));
    }
}

impl ToTokens for When {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let When { word, parts } = self;
        tokens.extend(quote!(#word #(#parts)&&*));
    }
}

impl ToTokens for WhenPart {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.pattern.as_ref().map(|pattern| pattern.tokens.clone()));
        tokens.extend(self.expression.clone());
    }
}

impl ToTokens for Index {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (name, range) = (&self.name, &self.range.tokens);
        tokens.extend(quote!(#name in #range));
    }
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Argument { attributes, each, tokens: argument } = self;
        tokens.extend(quote!(#(#attributes)* #each #argument));
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Member { attributes, path, brackets, condition } = self;
        let condition = condition.as_ref().map(|condition| quote!(if #condition));
        tokens.extend(quote!(#(#attributes)* #path #brackets #condition));
    }
}
