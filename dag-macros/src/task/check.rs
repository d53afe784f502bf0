//! From what is written to a task: which parameter takes which output, and how.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::{GenericParam, Path, Type};

use crate::diag::Diagnostics;
use crate::names;
use crate::task::attribute::Attribute;
use crate::task::function::{From, Function, Parameter};
use crate::task::output;

/// A checked task.
pub(crate) struct Task {
    pub(crate) function: Function,
    /// The path of `dag_runtime`.
    pub(crate) runtime: TokenStream,
    pub(crate) description: String,
    pub(crate) cost: Option<TokenStream>,
    pub(crate) dependencies: Vec<Dependency>,
    /// For each parameter, where its value comes from.
    pub(crate) sources: Vec<Source>,
    /// What it runs once for each element of.
    pub(crate) each: Option<Each>,
    pub(crate) output: Output,
    /// Whether an error was reported: the function is not called then.
    pub(crate) is_faulty: bool,
    /// Whether it is not known what it depends on: nothing is said of what follows from that.
    pub(crate) is_unsure: bool,
}

/// A dependency, or a further read of one.
pub(crate) struct Dependency {
    pub(crate) path: Path,
    pub(crate) how: How,
    /// Whether it is not in `depends`, and so has to be upstream by other ways.
    pub(crate) indirect: bool,
    /// The type of the parameter that takes the output by value.
    pub(crate) move_site: Option<Type>,
}

impl Dependency {
    /// As it is in `depends`.
    fn listed(path: Path) -> Self {
        Dependency { path, how: How::Order, indirect: false, move_site: None }
    }
}

/// The output of a dependency whose elements a task takes one by one.
pub(crate) struct Each {
    /// As the attribute names it.
    pub(crate) path: Path,
    /// The position of the dependency, and of the parameter that takes an element; none where that was
    /// reported as a mistake.
    pub(crate) dependency: Option<usize>,
}

impl Task {
    /// Whether the parameters that take the output of this dependency take an element of it.
    pub(crate) fn takes_elements(&self, position: usize) -> bool {
        self.each.as_ref().is_some_and(|each| each.dependency == Some(position))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Order,
    Borrow,
    Value,
}

/// Where a parameter's value comes from.
pub(crate) enum Source {
    /// The graph's line.
    Argument,
    /// The output of the dependency with this position; the type that the parameter asks for,
    /// behind its reference where it borrows.
    Output(usize, Box<Type>),
    /// A task that is not known, because of an error that was reported.
    Unknown,
}

/// What the function returns.
pub(crate) enum Output {
    Plain(TokenStream),
    Fallible(TokenStream),
    /// A parameter of the function, which is reported where it is declared.
    Unknown,
    /// Nothing that can be an output; the error has been reported.
    Wrong,
    /// Nothing that a function can return either, which is reported in place of what rustc would say.
    Replaced,
}

/// Checks what the attribute and the function say together.
pub(crate) fn check(attribute: Attribute, function: Function, diagnostics: &mut Diagnostics) -> Task {
    signature(&function, diagnostics);
    let output = output::output(&function.signature, diagnostics);
    let runtime = attribute.runtime();
    for attribute in &attribute.attributes {
        diagnostics.error(attribute, "a dependency takes no attribute but `#[cfg(…)]`");
    }
    let before = diagnostics.count();
    let mut binder = Binder::new(attribute.depends);
    let is_listed =
        attribute.each.as_ref().is_some_and(|path| binder.lists(path, &function.parameters, diagnostics));
    let sources = function.parameters.iter().map(|parameter| binder.source(parameter, diagnostics)).collect();
    let each = attribute.each.map(|path| {
        let dependency = if is_listed { binder.each(&path, before, diagnostics) } else { None };
        Each { path, dependency }
    });
    if attribute.is_unsure {
        // What is left out may be what is missed.
        diagnostics.truncate(before);
    }
    let is_found = |each: &Each| each.dependency.is_some();
    let is_unsure = attribute.is_unsure
        || !each.as_ref().is_none_or(is_found)
        || matches!(output, Output::Wrong | Output::Replaced);
    Task {
        runtime,
        description: description(&function),
        cost: attribute.cost,
        dependencies: binder.dependencies,
        sources,
        each,
        output,
        // Of a parameter without a size rustc tells at the function.
        is_faulty: !diagnostics.is_empty()
            || function.parameters.iter().any(|parameter| is_unsized(&parameter.ty)),
        is_unsure,
        function,
    }
}

/// Reports what makes the function unfit for a task.
fn signature(function: &Function, diagnostics: &mut Diagnostics) {
    let signature = &function.signature;
    if let Some(token) = &signature.asyncness {
        diagnostics.error(
            token,
            "a task cannot be `async`: block on the future in the body, for instance with `block_on` of your runtime",
        );
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        diagnostics.error(
            token,
            "a task cannot be `unsafe`, since the graph calls it: put an `unsafe` block in the body",
        );
    }
    if let Some(token) = &signature.variadic {
        diagnostics.error(token, "a task cannot be variadic");
    }
    let generic = signature.generics.params.iter().find(|param| !matches!(param, GenericParam::Lifetime(_)));
    if let Some(param) = generic {
        diagnostics.error(param, GENERIC);
    }
    for parameter in &function.parameters {
        if let Some(token) = output::find_impl(&parameter.ty) {
            diagnostics.error(token, GENERIC);
        }
    }
}

const GENERIC: &str = "a task cannot be generic: its output has one type; write a task for each type, which calls the generic function";

/// The text of the doc comment.
fn description(function: &Function) -> String {
    names::description(&function.attributes)
}

/// Finds the dependency that each parameter takes.
struct Binder {
    dependencies: Vec<Dependency>,
    /// How many of them are in `depends`.
    listed: usize,
}

impl Binder {
    fn new(depends: Vec<Path>) -> Self {
        let dependencies: Vec<_> = depends.into_iter().map(Dependency::listed).collect();
        Binder { listed: dependencies.len(), dependencies }
    }

    fn source(&mut self, parameter: &Parameter, diagnostics: &mut Diagnostics) -> Source {
        if matches!(parameter.from, From::Unknown) {
            return Source::Unknown;
        }
        let Some((position, path)) = self.position(parameter, diagnostics) else {
            return Source::Argument;
        };
        let (how, wanted) = match ungrouped(&parameter.ty) {
            // A `&'static T` is a value of its own, not a borrow of the output.
            Type::Reference(reference) if !is_static(reference) => {
                if let Some(token) = &reference.mutability {
                    diagnostics.error(
                        token,
                        "an output is taken by `&` or by value: take it by value to change it, where no other task needs it",
                    );
                }
                (How::Borrow, (*reference.elem).clone())
            }
            ty if is_unsized(ty) => (How::Borrow, ty.clone()),
            ty => (How::Value, ty.clone()),
        };
        let move_site = (how == How::Value).then(|| parameter.ty.clone());
        let position = match position {
            Some(listed) if self.dependencies[listed].how == How::Order => {
                self.dependencies[listed].how = how;
                self.dependencies[listed].move_site = move_site;
                listed
            }
            listed => {
                self.dependencies.push(Dependency { path, how, indirect: listed.is_none(), move_site });
                self.dependencies.len() - 1
            }
        };
        Source::Output(position, Box::new(wanted))
    }

    /// Whether `each` names a dependency. One that can only be missing in `depends` is added to the task.
    fn lists(&mut self, path: &Path, parameters: &[Parameter], diagnostics: &mut Diagnostics) -> bool {
        let is_known = |dependency: &Dependency| names::same(&dependency.path, path);
        let is_taken =
            |parameter: &Parameter| matches!(&parameter.from, From::Path(from) if names::same(from, path));
        if self.dependencies.iter().any(is_known) || parameters.iter().any(is_taken) {
            return true;
        }
        let text = names::path_text(path);
        let known: Vec<String> =
            self.dependencies.iter().map(|dependency| names::path_text(&dependency.path)).collect();
        let name = names::text(names::last(path));
        let longer = known.iter().find(|known| known.ends_with(&format!("::{name}")));
        let meant = match longer {
            Some(known) => format!("; did you mean `{known}`?"),
            None => names::did_you_mean(&text, known.iter().map(String::as_str)),
        };
        let is_missing = meant.is_empty();
        let way = if is_missing { format!(": write `depends = [{text}]`, too") } else { meant };
        diagnostics
            .error(path, format!("`{text}` is no dependency, and `each` runs over the output of one{way}"));
        if is_missing {
            self.dependencies.push(Dependency::listed(path.clone()));
            self.listed += 1;
        }
        is_missing
    }

    /// The dependency that `each` names. Nothing more is said of it where an error was reported behind the first `before`.
    fn each(&self, path: &Path, before: usize, diagnostics: &mut Diagnostics) -> Option<usize> {
        let text = names::path_text(path);
        let of_path = |dependency: &&Dependency| names::same(&dependency.path, path);
        let mut taken = self
            .dependencies
            .iter()
            .enumerate()
            .filter(|(_, dependency)| dependency.how != How::Order && of_path(dependency));
        if let Some((position, _)) = taken.next() {
            if taken.next().is_none() {
                return Some(position);
            }
            diagnostics.error(
                path,
                format!("two parameters take the output of `{text}`: with `each`, one takes its elements"),
            );
        } else if diagnostics.count() == before {
            let name = names::text(names::last(path));
            diagnostics.error(
                path,
                format!(
                    "no parameter takes the elements of `{text}`: add one that is called `{name}`, or `#[from({text})]` before one"
                ),
            );
        }
        None
    }

    /// The dependency that a parameter takes: its position where it is in `depends`, and its path.
    fn position(
        &self,
        parameter: &Parameter,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Option<usize>, Path)> {
        let listed = || self.dependencies[..self.listed].iter().enumerate();
        if let From::Path(path) = &parameter.from {
            return match listed().find(|(_, dependency)| names::same(&dependency.path, path)) {
                Some((position, _)) => Some((Some(position), path.clone())),
                None => Some((None, path.clone())),
            };
        }
        let name = names::text(&parameter.name);
        let mut named = listed().filter(|(_, dependency)| names::text(names::last(&dependency.path)) == name);
        let (position, first) = named.next()?;
        if let Some((_, second)) = named.next() {
            let (first, second) = (names::path_text(&first.path), names::path_text(&second.path));
            diagnostics.error(
                &parameter.name,
                format!(
                    "`{name}` is the name of two dependencies, `{first}` and `{second}`: say which by `#[from({first})]`"
                ),
            );
        }
        Some((Some(position), first.path.clone()))
    }
}

fn is_static(reference: &syn::TypeReference) -> bool {
    reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static")
}

/// Whether a type has no size that rustc knows, whatever its names mean.
fn is_unsized(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// A type without the invisible group around what a `macro_rules!` macro passed on.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// The tokens with each lifetime that the function declares replaced by `'_`.
pub(crate) fn elide_lifetimes(function: &Function, tokens: TokenStream) -> TokenStream {
    let declared: Vec<&Ident> =
        function.signature.generics.lifetimes().map(|parameter| &parameter.lifetime.ident).collect();
    if declared.is_empty() { tokens } else { elide(&declared, tokens) }
}

/// The tokens with each of these lifetimes replaced by `'_`.
pub(crate) fn elide(declared: &[&Ident], tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    tokens
        .into_iter()
        .map(|token| {
            let is_lifetime = std::mem::replace(
                &mut after_quote,
                matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
            );
            match token {
                TokenTree::Ident(ident) if is_lifetime && declared.contains(&&ident) => {
                    TokenTree::Ident(Ident::new("_", ident.span()))
                }
                TokenTree::Group(group) => {
                    let mut elided = Group::new(group.delimiter(), elide(declared, group.stream()));
                    elided.set_span(group.span());
                    TokenTree::Group(elided)
                }
                token => token,
            }
        })
        .collect()
}
