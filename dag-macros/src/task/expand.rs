//! The tokens of a task: the function as it was, its twin type, and what the twin knows.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Lifetime, Path, Type, Visibility};

use crate::names;
use crate::task::check::{Dependency, Each, How, Output, Source, Task, elide_lifetimes};

/// The expansion of a task.
pub(crate) fn expand(task: &Task) -> TokenStream {
    let function = &task.function;
    let (attributes, visibility, signature, body) =
        (&function.attributes, &function.visibility, &function.signature, &function.body);
    let cfgs: Vec<&Attribute> =
        attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    let runtime = &task.runtime;
    let private = quote!(#runtime::__private);
    let twin = names::generated(&signature.ident);
    // Attributes cost compile time: a private item needs no hiding from the documentation.
    let hidden = (!matches!(visibility, Visibility::Inherited)).then(|| quote!(#[doc(hidden)]));
    let impls = [
        facts(task, &private, &twin),
        description(task, &private, &twin),
        call(task, &private, &twin),
        resolved(task, &private, &twin),
    ];
    let impls = if task.each.is_some() {
        quote! {
            #(#cfgs)*
            const _: () = {
                use #private::NotCopy as _;
                #(#impls)*
            };
        }
    } else {
        // A block around them would cost compile time.
        impls.iter().map(|item| quote!(#(#cfgs)* #item)).collect()
    };
    // The output may be of a type that is less visible than the task. An impl for a type that mentions it is as little
    // visible, and may have it as an associated type.
    let unbound = match &task.output {
        Output::Plain(ty) | Output::Fallible(ty) if hidden.is_some() => quote!(#private::Unbound<#ty>),
        _ => quote!(()),
    };
    let allowed = hidden.as_ref().map(|_| quote!(#[allow(private_interfaces)]));
    quote! {
        #(#attributes)* #visibility #signature #body

        #(#cfgs)*
        #hidden
        #allowed
        #visibility struct #twin<__Bound = #unbound> {
            pub bound: __Bound,
        }

        #impls
    }
}

/// The impl of `Task`.
fn facts(task: &Task, private: &TokenStream, twin: &Ident) -> TokenStream {
    let output = match &task.output {
        Output::Plain(ty) => ty.clone(),
        Output::Fallible(ty) => quote_fallible(private, ty, quote!(Output)),
        Output::Unknown => quote!(#private::Unknown),
    };
    let output = if task.each.is_some() { quote!(#private::Vec<#output>) } else { output };
    let each = task.each.is_some().then(|| quote!(const EACH: #private::bool = true;));
    // At the place of the type, which rustc judges: it may be less visible than the task.
    let at = match &task.output {
        Output::Plain(ty) | Output::Fallible(ty) => ends(ty).0.resolved_at(Span::call_site()),
        Output::Unknown => Span::call_site(),
    };
    let item = quote_spanned!(at=> type Output = #output;);
    quote! {
        impl #private::Task for #twin {
            #item
            #each
        }
    }
}

/// The impl of `Describe`.
fn description(task: &Task, private: &TokenStream, twin: &Ident) -> TokenStream {
    // Where-clauses, unlike an associated type, may name tasks that are less visible. They are at the
    // place of the names, since rustc shows them where a graph does not list one.
    let bounds = task.dependencies.iter().map(|dependency| {
        let path = &dependency.path;
        let bound = respanned(quote!(#private::In<__G>), ends(path).0);
        quote!(#path: #bound)
    });
    let moves: Vec<TokenStream> = task
        .dependencies
        .iter()
        .enumerate()
        .filter_map(|(position, dependency)| {
            let ty = dependency.move_site.as_ref()?;
            let position = Literal::usize_unsuffixed(position);
            Some(at(private, ty, "moved", TokenStream::new(), quote!(__fault, #position)))
        })
        .collect();
    let edges = (0..task.dependencies.len()).map(|position| edge(task, private, twin, position));
    // A slice of what depends on no local would be a constant of its own to rustc, which it would report, too.
    let edges = quote!(&[#(#edges),*]);
    let info = if task.description.is_empty() && task.cost.is_none() && task.each.is_none() {
        match task.dependencies.is_empty() {
            true => quote!(#private::Info::PLAIN),
            false => quote!(#private::Info { edges: #edges, ..#private::Info::PLAIN }),
        }
    } else {
        let description = &task.description;
        let cost = task.cost.clone().unwrap_or_else(|| quote!(1));
        let each = task.each.is_some();
        quote!(#private::Info { description: #description, cost: #cost, edges: #edges, each: #each })
    };
    let info = match task.dependencies.is_empty() {
        true => info,
        false => quote!({ let __fault = <__P as #private::Phase>::FAULT; #(#moves;)* #info }),
    };
    quote! {
        impl<__G, __P: #private::Phase> #private::Describe<__G, __P> for #twin where #(#bounds,)* {
            const INFO: #private::Info = #info;
        }
    }
}

/// A dependency, at the place of its path.
fn edge(task: &Task, private: &TokenStream, twin: &Ident, position: usize) -> TokenStream {
    let Dependency { path, how, indirect, move_site } = &task.dependencies[position];
    let number = Literal::usize_unsuffixed(position);
    let here = ends(path).0.resolved_at(Span::call_site());
    let generics = quote_spanned!(here=> ::<__G, (#path)>);
    let (function, variant) = match how {
        How::Order => ("order", quote!(#private::Use::Order)),
        How::Borrow => ("borrow", quote!(#private::Use::Borrow)),
        How::Value => ("value", quote!(#private::Use::Value)),
    };
    match move_site {
        Some(wanted) if task.takes_elements(position) => {
            let copy = element_is_copy(task, private, twin, path, wanted);
            at(private, path, "edge", generics, quote!(__fault, #number, #private::Use::value(#copy)))
        }
        _ if *indirect => at(private, path, "indirect", generics, quote!(__fault, #number, #variant)),
        _ => at(private, path, function, generics, quote!(__fault, #number)),
    }
}

/// A call of a function of the runtime that covers the place of `tokens`: it can turn out to be at
/// fault once a graph is known.
fn at(
    private: &TokenStream,
    tokens: impl ToTokens,
    function: &str,
    generics: TokenStream,
    arguments: TokenStream,
) -> TokenStream {
    let (first, last) = ends(tokens);
    let private = respanned(private.clone(), first);
    let function = Ident::new(function, first);
    let mut group = Group::new(Delimiter::Parenthesis, arguments);
    group.set_span(last.resolved_at(Span::call_site()));
    quote_spanned!(first=> #private::#function #generics #group)
}

/// The spans of the first and the last token.
fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// The tokens at another place, meaning what they mean.
fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}

fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span.resolved_at(token.span()));
            token
        })
        .collect::<TokenStream>()
}

/// `<ty as Fallible>::item`, at the place of `ty`.
fn quote_fallible(private: &TokenStream, ty: &TokenStream, item: TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let private = respanned(private.clone(), first);
    let item = respanned(item, last);
    let at = first.resolved_at(Span::call_site());
    quote_spanned!(at=> <#ty as #private::Fallible>::#item)
}

/// The method that calls the function with the bound outputs and the graph's arguments.
fn call(task: &Task, private: &TokenStream, twin: &Ident) -> TokenStream {
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
    let output = match &task.output {
        _ if task.each.is_some() => quote!(<#twin as #private::Task>::Output),
        Output::Plain(ty) => elide_lifetimes(&task.function, ty.clone()),
        _ => quote!(<#twin as #private::Task>::Output),
    };
    let called = match &task.output {
        Output::Fallible(ty) => {
            let outcome =
                quote_fallible(private, &elide_lifetimes(&task.function, ty.clone()), quote!(outcome));
            // The call, too, is at the type: rustc says here that its error can not be a task's.
            let (first, last) = ends(ty);
            let mut called = function.clone();
            called.set_span(first.resolved_at(Span::call_site()));
            let mut arguments = Group::new(Delimiter::Parenthesis, values);
            arguments.set_span(last.resolved_at(Span::call_site()));
            quote!(#outcome(#called #arguments))
        }
        _ => quote!(#private::Ok(#function(#values))),
    };
    let called = match &task.each {
        Some(each) => for_each(task, private, twin, each, called),
        None => called,
    };
    let method = names::call(name);
    // It is no more than the call of the function, unless it is one for each element.
    let inline = if task.each.is_some() { quote!(#[inline]) } else { quote!(#[inline(always)]) };
    quote! {
        impl #twin<#private::Bound<'_>> {
            #[allow(dead_code, deprecated)]
            #inline
            pub fn #method #generics (self #parameters) -> #private::Outcome<#output> #where_clause {
                #called
            }
        }
    }
}

/// Where a dependency is called nearly as an argument is, and may be that with a slip of the pen: what makes rustc say nothing
/// of a call whose number of arguments is wrong because there is no such dependency. To rustc, a value is of no known
/// type where it derefs to one that is not found.
fn resolved(task: &Task, private: &TokenStream, twin: &Ident) -> TokenStream {
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
        impl<'__cx> #private::Deref for #twin<#private::Bound<'__cx>> {
            type Target = <(#(#paths,)*) as #private::Found<#private::Bound<'__cx>>>::Then;
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

/// The call of the function, made once for each element.
fn for_each(
    task: &Task,
    private: &TokenStream,
    twin: &Ident,
    each: &Each,
    called: TokenStream,
) -> TokenStream {
    let Some(position) = each.dependency else { return called };
    let dependency = &task.dependencies[position];
    let (path, number) = (&dependency.path, Literal::usize_unsuffixed(position));
    let element = element();
    let (first, last) = ends(&each.path);
    let at = first.resolved_at(Span::call_site());
    // What gives no elements is reported at the path in `each`.
    let located_twin = located(twin.to_token_stream(), first);
    let arguments = |tokens: TokenStream| {
        let mut group = Group::new(Delimiter::Parenthesis, tokens);
        group.set_span(last.resolved_at(Span::call_site()));
        group
    };
    match &dependency.move_site {
        Some(wanted) => {
            let copy = element_is_copy(task, private, twin, path, wanted);
            let arguments = arguments(quote!(#number, #copy, |#element| #called));
            quote_spanned!(at=> self.bound.each_value::<(#path), #located_twin, _> #arguments)
        }
        None => {
            let number = arguments(number.to_token_stream());
            let elements = quote_spanned!(at=> self.bound.elements::<(#path), #located_twin, _> #number);
            quote!(self.bound.each(#elements, |#element| #called))
        }
    }
}

/// Whether the elements of the output of `path`, which a parameter asks for as `wanted`, are `Copy`.
fn element_is_copy(
    task: &Task,
    private: &TokenStream,
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

/// An argument of the graph, to be given once for each element.
fn again(private: &TokenStream, local: &Ident, ty: &Type) -> TokenStream {
    if matches!(ty, Type::Reference(reference) if reference.mutability.is_none()) {
        return local.to_token_stream();
    }
    let at = ends(ty).0.resolved_at(Span::call_site());
    quote_spanned!(at=> #private::Clone::clone(&#local))
}

/// Whether `dyn` stands anywhere in a type.
fn contains_dyn(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "dyn",
        TokenTree::Group(group) => contains_dyn(group.stream()),
        _ => false,
    })
}

/// A method that takes any arguments, of a function that can not be a task.
fn stand_in(task: &Task, private: &TokenStream, twin: &Ident) -> TokenStream {
    let method = names::call(&task.function.signature.ident);
    let arguments = task.sources.iter().filter(|source| matches!(source, Source::Argument)).count();
    let types: Vec<Ident> =
        (0..arguments).map(|k| Ident::new(&format!("__T{k}"), Span::mixed_site())).collect();
    quote! {
        impl #twin<#private::Bound<'_>> {
            #[allow(dead_code)]
            pub fn #method<#(#types),*>(self #(, _: #types)*) -> #private::Outcome<<#twin as #private::Task>::Output> {
                #private::unknown()
            }
        }
    }
}
