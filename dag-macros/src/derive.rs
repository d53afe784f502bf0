//! `#[derive(Key)]`: a value counts by the names of its type, its variant and its fields, and by the fields in their order.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Meta, Path, Token, Type};

use crate::diag::Diagnostics;
use crate::names;
use crate::private::PrivatePath;
use crate::task::{parts, path};

/// The impl of `Key` for a type.
pub(crate) fn key(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(input) = diagnostics.ok(syn::parse2::<DeriveInput>(input)) else {
        return diagnostics.into_tokens();
    };
    let runtime = container(&input.attrs, &mut diagnostics);
    let runtime = runtime.map_or_else(|| quote!(::dag_runtime), ToTokens::into_token_stream);
    let private = PrivatePath::of(&runtime);
    let name = names::text(&input.ident);
    let mut counted = Vec::new();
    let mut arms = Vec::new();
    match &input.data {
        Data::Struct(data) => {
            arms.push(arm(&name, &quote!(Self), &data.fields, &private, &mut counted, &mut diagnostics));
        }
        Data::Enum(data) => {
            for variant in &data.variants {
                for (attribute, _) in words(&variant.attrs, &mut Diagnostics::default()) {
                    diagnostics.error(attribute, ON_VARIANT);
                }
                let (ident, name) = (&variant.ident, format!("{name}::{}", names::text(&variant.ident)));
                let place = quote!(Self::#ident);
                arms.push(arm(&name, &place, &variant.fields, &private, &mut counted, &mut diagnostics));
            }
        }
        Data::Union(data) => diagnostics.error(
            data.union_token,
            "a union cannot be a `Key`: nobody knows which of its fields holds the value",
        ),
    }
    let bounds = bounds(&input, &counted, &private);
    let is_faulty = !diagnostics.is_empty();
    let errors = diagnostics.into_tokens();
    // After a mistake, the type is a `Key` all the same, so that nothing follows from it.
    let body = match (is_faulty, arms.is_empty()) {
        (true, _) => TokenStream::new(),
        (false, true) => quote!(match *self {}),
        (false, false) => quote!(match self { #(#arms)* }),
    };
    let ident = &input.ident;
    let (generics, arguments, where_clause) = input.generics.split_for_impl();
    let given = where_clause.map(|clause| clause.predicates.iter().collect::<Vec<_>>()).unwrap_or_default();
    quote! {
        #errors
        #[automatically_derived]
        #[allow(deprecated, unused_variables)]
        impl #generics #private::Key for #ident #arguments where #(#given,)* #(#bounds,)* {
            fn key(&self, __key: &mut #private::KeyWriter) {
                #body
            }
        }
    }
}

const ON_VARIANT: &str =
    "`#[key(…)]` stands before a field or before the type: each variant counts by its name";
const ON_FIELD: &str = "a field takes `#[key(skip)]`, which leaves it out of keys";
const ON_TYPE: &str = "a type takes `#[key(crate = path)]`, for where `dag_runtime` is";

/// What is written for a struct or a variant with this name.
fn arm<'a>(
    name: &str,
    place: &TokenStream,
    fields: &'a Fields,
    private: &PrivatePath,
    counted: &mut Vec<&'a Type>,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let (mut patterns, mut writes, mut text) = (Vec::new(), Vec::new(), name.to_owned());
    for (position, field) in fields.iter().enumerate() {
        if is_skipped(field, diagnostics) {
            continue;
        }
        let member = syn::Member::from(position);
        let (member, word) = match &field.ident {
            Some(ident) => (ident.to_token_stream(), names::text(ident)),
            None => (member.to_token_stream(), position.to_string()),
        };
        text.push(',');
        text.push_str(&word);
        let at = field.ty.span();
        let local = format_ident!("__field{position}", span = Span::mixed_site().located_at(at));
        patterns.push(quote!(#member: #local));
        let private = private.at(at);
        let at = at.resolved_at(Span::call_site());
        writes.push(quote_spanned!(at=> #private::Key::key(#local, __key);));
        counted.push(&field.ty);
    }
    quote! {
        #place { #(#patterns,)* .. } => {
            #private::begin_key(__key, #text);
            #(#writes)*
        }
    }
}

/// Whether a field is left out.
fn is_skipped(field: &Field, diagnostics: &mut Diagnostics) -> bool {
    let mut is_skipped = false;
    for (attribute, words) in words(&field.attrs, diagnostics) {
        for (word, value) in words {
            if word != "skip" || value.is_some() {
                diagnostics.error(word, ON_FIELD);
            } else if is_skipped {
                diagnostics.error(attribute, "`#[key(skip)]` is given twice");
            } else {
                is_skipped = true;
            }
        }
    }
    is_skipped
}

/// The path of `dag_runtime`, if the type says so.
fn container(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Option<Path> {
    let mut runtime = None;
    for (_, words) in words(attributes, diagnostics) {
        for (word, value) in words {
            match value {
                Some(value) if word == "crate" => {
                    if runtime.is_some() {
                        diagnostics.error(&word, "`crate` is given twice");
                    }
                    runtime = Some(value);
                }
                _ => diagnostics.error(&word, ON_TYPE),
            }
        }
    }
    runtime
}

/// A word in `#[key(…)]`, and the path behind its `=`.
type Word = (Ident, Option<Path>);

/// The words of each `#[key(…)]`.
fn words<'a>(attributes: &'a [Attribute], diagnostics: &mut Diagnostics) -> Vec<(&'a Attribute, Vec<Word>)> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("key")) {
        let Meta::List(list) = &attribute.meta else {
            diagnostics.error(
                attribute,
                "write `#[key(skip)]` before a field, or `#[key(crate = path)]` before the type",
            );
            continue;
        };
        let parser = |input: ParseStream<'_>| {
            let mut words = Vec::new();
            while !input.is_empty() {
                let word = input.call(<Ident as syn::ext::IdentExt>::parse_any)?;
                let value = match input.parse::<Option<Token![=]>>()? {
                    Some(_) => Some(path(input, "a path", diagnostics)?),
                    None => None,
                };
                words.push((word, value));
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(words)
        };
        let parsed = parser.parse2(list.tokens.clone());
        found.push((attribute, diagnostics.ok(parsed).unwrap_or_default()));
    }
    found
}

/// What has to be a `Key` so that the type is: each type parameter in a field, and each type there that belongs to one.
fn bounds(input: &DeriveInput, counted: &[&Type], private: &PrivatePath) -> Vec<TokenStream> {
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    let mut bounded: Vec<&Type> = Vec::new();
    if !parameters.is_empty() {
        counted.iter().for_each(|ty| of_parameters(ty, &parameters, &mut bounded));
    }
    bounded.into_iter().map(|ty| quote!(#ty: #private::Key)).collect()
}

/// Adds the parts of a type that are parameters or belong to one, as `T::Item`.
fn of_parameters<'a>(ty: &'a Type, parameters: &[&Ident], bounded: &mut Vec<&'a Type>) {
    if let Type::Path(path) = ty {
        let segments = &path.path.segments;
        let is_of_one = segments.first().is_some_and(|first| parameters.contains(&&first.ident));
        if path.qself.is_some() || is_of_one {
            return bounded.push(ty);
        }
        if segments.last().is_some_and(|last| last.ident == "PhantomData") {
            return;
        }
    }
    parts(ty).into_iter().for_each(|part| of_parameters(part, parameters, bounded));
}
