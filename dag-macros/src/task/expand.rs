//! The tokens of a task: the function as it was, its twin type, and what the twin knows.

mod call;
mod keys;
mod levels;
mod spans;

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Path, Visibility, parse_quote};

use self::call::{call, contains_dyn, element_is_copy, resolved};
use self::spans::{ends, path_ends, respanned};
use crate::names;
use crate::private::PrivatePath;
use crate::task::model::{Dependency, Form, How, Output, Task};
use crate::task::types::elide_lifetimes;

/// The expansion of a task.
pub(crate) fn expand(task: &Task) -> TokenStream {
    let runtime = &task.runtime;
    let private = PrivatePath::of(runtime);
    let twin = levels::twin(task);
    let levels = levels::levels(task);
    let types = types(task, &private, &twin);
    let [facts, dependencies, call, resolved] = [
        facts(task, &private, &twin),
        dependencies(task, &private, &twin),
        call(task, &private, &twin),
        resolved(task, &private, &twin),
    ];
    let copies = task.each.is_some().then(|| quote!(use #private::NotCopy as _;));
    let texts = task.catches.then(|| quote!(use #private::NoText as _;));
    if copies.is_some() || texts.is_some() {
        return quote! {
            #types
            #levels
            const _: () = {
                #copies
                #texts
                #facts #dependencies #call #resolved
            };
        };
    }
    // A block around them would cost compile time.
    let levels_of_last = (!resolved.is_empty()).then_some(&levels);
    quote!(#types #levels #facts #levels #dependencies #levels #call #levels_of_last #resolved)
}

/// The expansion of a task of which it is not known what it depends on. Rustc does not tell of names that it does not find
/// in a module with an error of a macro, nor of anything that follows from them: so nothing is said of calls of the
/// task, of its output, or of graphs that list it.
pub(crate) fn unsure(task: &Task, errors: TokenStream) -> TokenStream {
    let runtime = &task.runtime;
    let private = PrivatePath::of(runtime);
    let (twin, levels) = (levels::twin(task), levels::levels(task));
    let types = types(task, &private, &twin);
    let module = errors_module(task);
    let unknown = quote!(#module::Unknown);
    quote! {
        #types
        #[allow(non_snake_case)]
        mod #module { #errors }
        #levels
        const _: () = {
            impl #private::Task for #twin {
                type Output = #unknown;
            }
            impl<__G, __P: #private::Phase> #private::PartOf<__G, __P> for #twin {
                type With<__B> = #twin<__B>;
                const EDGES: &'static [#private::Edge] = #module::UNKNOWN;
            }
            impl<__O> #private::Deref for #twin<#private::Bound<'_, __O>> {
                type Target = #unknown;
                fn deref(&self) -> &#unknown {
                    #module::UNKNOWN
                }
            }
        };
    }
}

/// The module that holds the errors of a task of which something is not known.
fn errors_module(task: &Task) -> Ident {
    format_ident!("__errors_{}", names::text(&task.function.signature.ident), span = Span::call_site())
}

/// The function and its twin.
fn types(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    let function = &task.function;
    let (attributes, visibility) = (&function.attributes, &function.visibility);
    let mut signature = function.signature.clone();
    if matches!(task.output, Output::Replaced) {
        // Not told of by rustc, as is nothing that follows from it.
        let module = errors_module(task);
        signature.output = parse_quote!(-> #module::Unknown);
    }
    let (body, levels) = (levels::body(task), levels::levels(task));
    // Attributes cost compile time: a private item needs no hiding from the documentation.
    let hidden = (!matches!(visibility, Visibility::Inherited)).then(|| quote!(#[doc(hidden)]));
    // The output may be of a type that is less visible than the task. An impl for a type that mentions it is as little
    // visible, and may have it as an associated type.
    let unbound = match &task.output {
        Output::Plain(ty) | Output::Fallible(ty) if hidden.is_some() => quote!(#private::Unbound<#ty>),
        _ => quote!(()),
    };
    let alias = levels::alias(task, twin, hidden.as_ref(), &unbound);
    let allowed = hidden.as_ref().map(|_| quote!(#[allow(private_interfaces)]));
    quote! {
        #(#attributes)* #visibility #signature #body

        #alias
        #levels
        #hidden
        #allowed
        #visibility struct #twin<__Bound = #unbound> {
            pub bound: __Bound,
        }
    }
}

/// The impl of `Task`.
fn facts(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    let output = match &task.output {
        Output::Plain(ty) => ty.clone(),
        Output::Fallible(ty) if task.catches => ty.clone(),
        Output::Fallible(ty) => quote_fallible(private, ty, quote!(Output)),
        _ => quote!(#private::Unknown),
    };
    let output = if task.each.is_some() { quote!(#private::Vec<#output>) } else { output };
    let each = task.each.as_ref().map(|each| {
        let list = each.dependency.filter(|_| task.keys.is_some()).map(|dependency| {
            let (number, path) = (Literal::usize_unsuffixed(dependency), &task.dependencies[dependency].path);
            quote! {
                const LIST: #private::usize = #number;
                const ELEMENTS: #private::Option<#private::ElementKeys> = {
                    #[allow(unused_imports)]
                    use #private::NotKeys as _;
                    #private::ElementsOf::<<#path as #private::Task>::Output>::KEYS
                };
            }
        });
        quote!(const EACH: #private::bool = true; #list)
    });
    let retries = task.retries.as_ref().map(|retries| quote!(const RETRIES: #private::u32 = #retries;));
    let catches = task.catches.then(|| quote!(const CATCHES: #private::bool = true;));
    // At the place of the type, which rustc judges: it may be less visible than the task.
    let at = match &task.output {
        Output::Plain(ty) | Output::Fallible(ty) => ends(ty).0.resolved_at(Span::call_site()),
        _ => Span::call_site(),
    };
    let item = quote_spanned!(at=> type Output = #output;);
    let info = info(task, private, twin);
    let (keys, skips) = (keys::items(task, private), keys::skips(task, private, twin));
    quote! {
        impl #private::Task for #twin {
            #item
            #info
            #each
            #catches
            #retries
            #keys
        }
        #skips
    }
}

/// What the attribute says but for its dependencies, if it says anything.
fn info(task: &Task, private: &PrivatePath, twin: &Ident) -> Option<TokenStream> {
    let Task { description, cost, .. } = task;
    let description = (!description.is_empty()).then(|| quote!(description: #description,));
    let cost = cost.as_ref().map(|cost| quote!(cost: #cost,));
    let each = task.each.as_ref().map(
        |_| quote!(each: #private::Some(#private::ListRelease::of::<<#twin as #private::Task>::Output>()),),
    );
    let catches = task.catches.then(|| quote!(catches: true,));
    let retries = task.retries.as_ref().map(|_| quote!(retries: <#twin as #private::Task>::RETRIES,));
    let fields = [description, cost, each, catches, retries];
    let given = fields.iter().flatten().count();
    // Clippy reports a rest that has no field.
    let rest = (given < fields.len()).then(|| quote!(..#private::Info::PLAIN));
    (given > 0).then(|| quote!(const INFO: #private::Info = #private::Info { #(#fields)* #rest };))
}

/// The impl of `PartOf`.
fn dependencies(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    // Where-clauses, unlike an associated type, may name tasks that are less visible. They are at the
    // place of the names, since rustc shows them where a graph does not list one.
    let bounds = task.dependencies.iter().map(|dependency| {
        let path = &dependency.path;
        let first = path_ends(path).0;
        let private = private.at(first);
        let at = first.resolved_at(Span::call_site());
        quote_spanned!(at=> #path: #private::In<__G>)
    });
    let moves = task.dependencies.iter().enumerate().filter_map(|(position, dependency)| {
        let ty = dependency.taken.as_ref()?;
        let position = Literal::usize_unsuffixed(position);
        Some(at(ends(ty), "taken", TokenStream::new(), position.to_token_stream()))
    });
    let edges = (0..task.dependencies.len()).map(|position| edge(task, private, twin, position));
    // A check of a program evaluates what a graph names, so that a mistake in these shows there, too.
    let is_computed = [&task.cost, &task.retries].into_iter().flatten().any(|tokens| !is_literal(tokens));
    let evaluated = is_computed.then(|| quote!(let _info = <#twin as #private::Task>::INFO;));
    let fault = (!task.dependencies.is_empty()).then(|| quote!(let __fault = __P::FAULT;));
    // A slice of what depends on no local would be a constant of its own to rustc, which it would report, too.
    let edges = (fault.is_some() || evaluated.is_some()).then(|| {
        quote! {
            const EDGES: &'static [#private::Edge] = { #evaluated #fault #(#moves;)* &[#(#edges),*] };
        }
    });
    quote! {
        impl<__G, __P: #private::Phase> #private::PartOf<__G, __P> for #twin where #(#bounds,)* {
            type With<__B> = #twin<__B>;
            #edges
        }
    }
}

fn is_literal(tokens: &TokenStream) -> bool {
    syn::parse2::<syn::Lit>(tokens.clone()).is_ok()
}

/// A dependency, at the place of its path.
fn edge(task: &Task, private: &PrivatePath, twin: &Ident, position: usize) -> TokenStream {
    let Dependency { path, how, indirect, taken, form } = &task.dependencies[position];
    let number = Literal::usize_unsuffixed(position);
    let ends = path_ends(path);
    let here = ends.0.resolved_at(Span::call_site());
    let generics = quote_spanned!(here=> ::<__G, (#path)>);
    let (function, variant) = match how {
        How::Order => ("order", "Order"),
        How::Borrow => ("borrow", "Borrow"),
        How::Value => ("value", "Value"),
    };
    let edge = match taken {
        Some(wanted) if *how == How::Value && task.takes_elements(position) => {
            let copy = element_is_copy(task, private, twin, path, wanted);
            at(ends, "edge", generics, quote!(#number, #private::Use::value(#copy)))
        }
        _ if *indirect => {
            let variant = Ident::new(variant, Span::call_site());
            at(ends, "indirect", generics, quote!(#number, #private::Use::#variant))
        }
        _ => at(ends, function, generics, number.to_token_stream()),
    };
    match asks_option(task, private, path, form) {
        Some(asks) => quote!(#private::as_option(#edge, #asks)),
        None => edge,
    }
}

/// Whether a parameter counts on the `Option` of a task with `when`, as far as its type is written as one.
fn asks_option(task: &Task, private: &PrivatePath, path: &Path, form: &Form) -> Option<TokenStream> {
    let output = quote!(<#path as #private::Task>::Output);
    let same = |ty: TokenStream| {
        let ty = elide_lifetimes(&task.function, ty);
        quote!(#private::AsksOption::<#output, #ty>::VALUE)
    };
    let asks = match form {
        Form::Plain => return None,
        // Only a task with `when` gives an `Option` of what is unsized.
        Form::Lent(lent) if contains_dyn(lent.to_token_stream()) => quote!(true),
        Form::Lent(lent) => {
            let same = same(lent.to_token_stream());
            quote!(!#private::IsOption::<#output>::VALUE || #same)
        }
        Form::Borrowed(output) | Form::Taken(output) => same(output.to_token_stream()),
        Form::Members(member) => same(quote!([#member])),
    };
    Some(quote!({
        use #private::{NotOption as _, NotSame as _};
        #asks
    }))
}

/// A call of a method of the fault to report, which stands between these places: it can turn out to be at fault once a graph
/// is known.
fn at(
    (first, last): (Span, Span),
    method: &str,
    generics: TokenStream,
    arguments: TokenStream,
) -> TokenStream {
    let method = Ident::new(method, first);
    let mut group = Group::new(Delimiter::Parenthesis, arguments);
    group.set_span(last.resolved_at(Span::call_site()));
    let here = first.resolved_at(Span::call_site());
    quote_spanned!(here=> __fault.#method #generics #group)
}

/// `<ty as Fallible>::item`, at the place of `ty`.
fn quote_fallible(private: &PrivatePath, ty: &TokenStream, item: TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let private = private.at(first);
    let item = respanned(item, last);
    let at = first.resolved_at(Span::call_site());
    quote_spanned!(at=> <#ty as #private::Fallible>::#item)
}
