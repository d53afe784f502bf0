//! The method of a twin that calls the task's function, with the outputs of dependencies in their places.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Lifetime, Path, Type};

use super::levels::allowed;
use super::quote_fallible;
use super::spans::{ends, located};
use crate::names;
use crate::private::PrivatePath;
use crate::task::model::{Dependency, Each, Form, How, Output, Source, Task};
use crate::task::types::{elide_lifetimes, is_primitive, ungrouped};

/// The method that calls the function with the bound outputs and the graph's arguments.
pub(super) fn call(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    let signature = &task.function.signature;
    let name = &signature.ident;
    if task.is_faulty {
        return stand_in(task, private, twin);
    }
    let lifetimes: Vec<&Lifetime> =
        signature.generics.lifetimes().map(|parameter| &parameter.lifetime).collect();
    let generics = if lifetimes.is_empty() { TokenStream::new() } else { quote!(<#(#lifetimes),*>) };
    let where_clause = &signature.generics.where_clause;
    let mut parameters = TokenStream::new();
    let mut values = TokenStream::new();
    for (parameter, source) in task.function.parameters.iter().zip(&task.sources) {
        match source {
            Source::Argument => {
                // Of the macro's hygiene, so that a parameter does not hide a function of its name.
                let mut local = parameter.name.clone();
                local.set_span(Span::mixed_site().located_at(local.span()));
                let ty = &parameter.ty;
                parameters.extend(quote!(, #local: #ty));
                values.extend(if task.each.is_some() { again(private, &local, ty) } else { quote!(#local) });
                values.extend(quote!(,));
            }
            Source::Output(position, wanted) => {
                values.extend(value(task, twin, *position, wanted.to_token_stream(), &parameter.ty));
                values.extend(quote!(,));
            }
            Source::Unknown => {}
        }
    }
    let function = names::generated(name);
    let called = match &task.output {
        Output::Fallible(ty) => {
            let sink = if task.each.is_some() { sink().to_token_stream() } else { quote!(self.bound.sink()) };
            let ty = elide_lifetimes(&task.function, ty.clone());
            let put = match (task.catches, &task.retries) {
                (true, None) => quote!(put_caught),
                (true, Some(_)) => quote!(put_last),
                (false, _) => quote!(put),
            };
            let outcome = quote_fallible(private, &ty, put);
            // The call, too, is at the type: rustc says here that its error cannot be a task's.
            let (first, last) = ends(&ty);
            let mut called = function.clone();
            called.set_span(first.resolved_at(Span::call_site()));
            let mut arguments = Group::new(Delimiter::Parenthesis, values);
            arguments.set_span(last.resolved_at(Span::call_site()));
            let caught = task.catches.then(|| {
                let error = quote_fallible(private, &ty, quote!(Error));
                let private = private.at(first);
                let at = first.resolved_at(Span::call_site());
                let text = quote_spanned!(at=> #private::TextOf::<#error>);
                let retries = task.retries.as_ref().map(|_| quote!(, <#twin as #private::Task>::RETRIES));
                quote_spanned!(at=> , self.bound.cx(), [#text::DISPLAY, #text::DEBUG] #retries)
            });
            quote!(#outcome(#called #arguments, #sink #caught))
        }
        _ if task.each.is_some() => {
            let sink = sink();
            quote!(#private::Ok(#sink.put(#function(#values))))
        }
        _ => quote!(self.bound.put(#function(#values))),
    };
    let called = match &task.each {
        Some(each) => {
            let outcome = for_each(task, private, twin, each, called);
            quote!(self.bound.put_outcome(#outcome))
        }
        None => called,
    };
    let method = names::call(name);
    // It is no more than the call of the function, unless it is one for each element. Where the compiler does not
    // optimise, a function of its own uses its part of the stack for no longer than it runs.
    let inline = if task.each.is_some() {
        quote!(#[inline])
    } else {
        quote!(#[cfg_attr(not(debug_assertions), inline(always))])
    };
    let allowed = allowed(task);
    let bound = match &task.output {
        // Shorter for rustc.
        Output::Plain(ty) if task.each.is_none() && is_primitive(ty.clone()) => {
            quote!(#private::Bound<'_, #ty>)
        }
        _ => quote!(#private::BoundOf<'_, #twin>),
    };
    quote! {
        impl #twin<#bound> {
            #allowed
            #inline
            pub fn #method #generics (self #parameters) -> #private::CallOutcome #where_clause {
                #called
            }
        }
    }
}

/// Where a dependency is called nearly as an argument is, and may be that with a slip of the pen: what makes rustc say nothing
/// of a call whose number of arguments is wrong because there is no such dependency. To rustc, a value is of no known
/// type where it derefs to one that is not found.
pub(super) fn resolved(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    let is_near = |path: &Path| {
        let name = names::text(names::last(path));
        task.function.parameters.iter().zip(&task.sources).any(|(parameter, source)| {
            let parameter = names::text(&parameter.name);
            matches!(source, Source::Argument) && !names::did_you_mean(&name, [parameter.as_str()]).is_empty()
        })
    };
    let near = |dependency: &&Dependency| dependency.how == How::Order && is_near(&dependency.path);
    let paths: Vec<&Path> =
        task.dependencies.iter().filter(near).map(|dependency| &dependency.path).collect();
    if paths.is_empty() || task.is_faulty {
        return TokenStream::new();
    }
    quote! {
        impl<'__cx, __O> #private::Deref for #twin<#private::Bound<'__cx, __O>> {
            type Target = <(#(#paths,)*) as #private::Found<#private::Bound<'__cx, __O>>>::Then;
            fn deref(&self) -> &Self::Target {
                &self.bound
            }
        }
    }
}

/// The output of a dependency as a parameter asks for it, at the place of the parameter's type.
fn value(task: &Task, twin: &Ident, position: usize, wanted: TokenStream, ty: &Type) -> TokenStream {
    let dependency = &task.dependencies[position];
    let path = &dependency.path;
    let number = Literal::usize_unsuffixed(position);
    if !matches!(dependency.form, Form::Plain) {
        return option(task, twin, position, ty);
    }
    let is_object = contains_dyn(wanted.clone());
    let (first, last) = if is_object { ends(ty) } else { ends(&wanted) };
    let at = first.resolved_at(Span::call_site());
    // Unsizing to a trait object is the one coercion that no trait can express: rustc's own.
    if is_object {
        if task.takes_elements(position) {
            let element = element();
            return quote_spanned!(at=> #element);
        }
        if task.each.is_some() && dependency.how == How::Value {
            let twin = located(twin.to_token_stream(), first);
            return quote_spanned!(at=> self.bound.repeat_as_is::<(#path), #twin>(#number));
        }
        return match dependency.how {
            How::Value if task.retries.is_some() => {
                let twin = located(twin.to_token_stream(), first);
                quote_spanned!(at=> self.bound.take_again::<(#path), #twin>(#number))
            }
            How::Value => quote_spanned!(at=> self.bound.take::<(#path)>(#number)),
            _ => quote_spanned!(at=> self.bound.get::<(#path)>(#number)),
        };
    }
    let wanted = elide_lifetimes(&task.function, wanted);
    let is_borrow = dependency.how == How::Borrow;
    let (method, argument, markers) = if task.takes_elements(position) {
        (if is_borrow { "lend_element" } else { "give_element" }, element().to_token_stream(), quote!(_, _))
    } else if is_borrow {
        ("lend", number.to_token_stream(), quote!(_))
    } else if task.each.is_some() {
        ("repeat", number.to_token_stream(), quote!(_))
    } else if task.retries.is_some() {
        ("give_again", number.to_token_stream(), quote!(_))
    } else {
        ("give", number.to_token_stream(), quote!(_))
    };
    let method = Ident::new(method, at);
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(last.resolved_at(Span::call_site()));
    // The bound that a mismatch breaks is on the twin: it is reported where that stands.
    let twin = located(twin.to_token_stream(), first);
    quote_spanned!(at=> self.bound.#method::<(#path), #twin, #wanted, #markers> #argument)
}

/// The output of a dependency as a parameter asks for it whose type is written as an `Option`, at the place of that type.
fn option(task: &Task, twin: &Ident, position: usize, ty: &Type) -> TokenStream {
    let dependency = &task.dependencies[position];
    let path = &dependency.path;
    let (first, last) = ends(ty);
    let at = first.resolved_at(Span::call_site());
    let mut argument =
        Group::new(Delimiter::Parenthesis, Literal::usize_unsuffixed(position).to_token_stream());
    argument.set_span(last.resolved_at(Span::call_site()));
    let (method, wanted) = match &dependency.form {
        Form::Lent(lent) if contains_dyn(lent.to_token_stream()) => {
            // The conversion to a trait object is rustc's own.
            return quote_spanned! {at=>
                match self.bound.option::<(#path)> #argument {
                    ::core::option::Option::Some(output) => ::core::option::Option::Some(output),
                    ::core::option::Option::None => ::core::option::Option::None,
                }
            };
        }
        Form::Lent(lent) => ("lend_option", lent.to_token_stream()),
        Form::Taken(output) if task.each.is_some() => ("repeat_option", output.to_token_stream()),
        Form::Taken(output) => ("take_option", output.to_token_stream()),
        _ => match ungrouped(ty) {
            Type::Reference(reference) => ("borrow_option", reference.elem.to_token_stream()),
            ty => ("borrow_option", ty.to_token_stream()),
        },
    };
    let (method, wanted) = (Ident::new(method, at), elide_lifetimes(&task.function, wanted));
    let twin = located(twin.to_token_stream(), first);
    quote_spanned!(at=> self.bound.#method::<(#path), #twin, #wanted, _> #argument)
}

/// The call of the function, made once for each element.
fn for_each(
    task: &Task,
    private: &PrivatePath,
    twin: &Ident,
    each: &Each,
    called: TokenStream,
) -> TokenStream {
    let Some(position) = each.dependency else { return called };
    let dependency = &task.dependencies[position];
    let (path, number) = (&dependency.path, Literal::usize_unsuffixed(position));
    let (element, sink) = (element(), sink());
    let (first, last) = ends(&each.path);
    let at = first.resolved_at(Span::call_site());
    // What gives no elements is reported at the path in `each`.
    let located_twin = located(twin.to_token_stream(), first);
    let arguments = |tokens: TokenStream| {
        let mut group = Group::new(Delimiter::Parenthesis, tokens);
        group.set_span(last.resolved_at(Span::call_site()));
        group
    };
    match dependency.taken.as_ref().filter(|_| dependency.how == How::Value) {
        Some(wanted) => {
            let copy = element_is_copy(task, private, twin, path, wanted);
            let again = task.retries.is_some();
            let arguments = arguments(quote!(#number, #copy, |#element, #sink| #called));
            quote_spanned!(at=> self.bound.each_value::<(#path), #located_twin, _, #again> #arguments)
        }
        None => {
            let number = arguments(number.to_token_stream());
            let elements = quote_spanned!(at=> self.bound.elements::<(#path), #located_twin, _> #number);
            quote!(self.bound.each::<#twin, _, _>(#elements, |#element, #sink| #called))
        }
    }
}

/// Whether the elements of the output of `path`, which a parameter asks for as `wanted`, are `Copy`.
pub(super) fn element_is_copy(
    task: &Task,
    private: &PrivatePath,
    twin: &Ident,
    path: &Path,
    wanted: &Type,
) -> TokenStream {
    let wanted = wanted.to_token_stream();
    let element = if contains_dyn(wanted.clone()) {
        // What is unsized to a trait object may be of another type.
        quote!(<#twin as #private::OverValues<#path, <#path as #private::Task>::Output>>::Element)
    } else {
        elide_lifetimes(&task.function, wanted)
    };
    quote!(#private::IsCopy::<#element>::VALUE)
}

/// The local that holds an element.
fn element() -> Ident {
    Ident::new("element", Span::mixed_site())
}

/// Where the output of the element goes.
fn sink() -> Ident {
    Ident::new("sink", Span::mixed_site())
}

/// An argument of the graph, to be given once for each element.
fn again(private: &PrivatePath, local: &Ident, ty: &Type) -> TokenStream {
    if matches!(ty, Type::Reference(reference) if reference.mutability.is_none()) {
        return local.to_token_stream();
    }
    let at = ends(ty).0.resolved_at(Span::call_site());
    quote_spanned!(at=> #private::Clone::clone(&#local))
}

/// Whether `dyn` stands anywhere in a type.
pub(super) fn contains_dyn(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "dyn",
        TokenTree::Group(group) => contains_dyn(group.stream()),
        _ => false,
    })
}

/// A method that takes any arguments, of a function that cannot be a task.
fn stand_in(task: &Task, private: &PrivatePath, twin: &Ident) -> TokenStream {
    let method = names::call(&task.function.signature.ident);
    let arguments = task.sources.iter().filter(|source| matches!(source, Source::Argument)).count();
    let types: Vec<Ident> =
        (0..arguments).map(|k| Ident::new(&format!("__T{k}"), Span::mixed_site())).collect();
    quote! {
        impl<__O> #twin<#private::Bound<'_, __O>> {
            pub fn #method<#(#types),*>(self #(, _: #types)*) -> #private::CallOutcome {
                #private::unknown()
            }
        }
    }
}
