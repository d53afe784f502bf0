//! Ranges and indices of families as expressions: shapes, places of members, and conditions.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::graph::ast::{Bounds, Index, Range};
use crate::graph::check::Condition;
use crate::graph::indices::{self, Indices, Kind, Receiver, span};
use crate::graph::tokens::{ends_expression, is_punct};

/// The name of a family's shape.
pub(super) fn shape_name(node: usize) -> Ident {
    format_ident!("__S{node}", span = Span::call_site())
}

/// The place of the member with these indices.
pub(super) fn position(own: Indices<'_>, shape: &TokenStream, chosen: &[TokenStream]) -> TokenStream {
    let chosen = values(own, chosen);
    quote!(__dag::at(#shape, [#(#chosen),*]))
}

/// The places of members that are a slice.
pub(super) fn positions(
    own: Indices<'_>,
    shape: &TokenStream,
    prefix: &[TokenStream],
    range: &Range,
) -> TokenStream {
    let (prefix, (start, end)) = (values(own, prefix), bounds(own, range));
    quote!(__dag::between(#shape, [#(#prefix),*], #start, #end))
}

pub(super) fn values(own: Indices<'_>, tokens: &[TokenStream]) -> Vec<TokenStream> {
    tokens.iter().map(|tokens| value(own, tokens)).collect()
}

pub(super) fn value(own: Indices<'_>, tokens: &TokenStream) -> TokenStream {
    if let Some(local) = own.only(tokens) {
        return local.into_token_stream();
    }
    own.integer(Kind::Index, tokens)
}

/// The start and the exclusive end of a range inside brackets.
pub(super) fn bounds(own: Indices<'_>, range: &Range) -> (TokenStream, TokenStream) {
    let Some(Bounds { start, end, inclusive }) = &range.bounds else {
        return (quote!(__dag::isize::MIN), quote!(__dag::isize::MAX));
    };
    let bound = |tokens| own.integer(Kind::Bound, tokens);
    let start = if start.is_empty() { quote!(__dag::isize::MIN) } else { bound(start) };
    let end = match (end.is_empty(), inclusive) {
        (true, _) => quote!(__dag::isize::MAX),
        (false, true) => {
            let last = bound(end);
            quote!(__dag::integer!(end::isize, #last))
        }
        (false, false) => bound(end),
    };
    (start, end)
}

/// The statement under these conditions.
pub(super) fn on_condition<'a>(
    own: Indices<'_>,
    conditions: impl Iterator<Item = &'a Condition>,
    statement: TokenStream,
) -> TokenStream {
    match condition(own, conditions) {
        Some(condition) => quote!(if #condition { #statement }),
        None => statement,
    }
}

/// That all these conditions hold; none where there are none.
pub(super) fn condition<'a>(
    own: Indices<'_>,
    conditions: impl Iterator<Item = &'a Condition>,
) -> Option<TokenStream> {
    let mut all = Vec::new();
    for Condition { tokens, holds, .. } in conditions {
        let at = span(tokens);
        let tokens = own.replace(tokens.clone(), Receiver::Isize);
        all.push(if *holds { quote_spanned!(at=> (#tokens)) } else { quote_spanned!(at=> !(#tokens)) });
    }
    (!all.is_empty()).then(|| quote!(#(#all)&&*))
}

/// The conditions that make up one, each of which holds where it does.
pub(super) fn conjuncts(condition: &Condition) -> Vec<Condition> {
    let operator = if condition.holds { '&' } else { '|' };
    let tokens: Vec<_> = condition.tokens.clone().into_iter().collect();
    let other = if condition.holds { '|' } else { '&' };
    let is_double =
        |at: usize, sign: char| is_punct(tokens.get(at), sign) && is_punct(tokens.get(at + 1), sign);
    // `&&` binds closer than `||`: what mixes both is left whole.
    if (0..tokens.len()).any(|at| is_double(at, other)) {
        return vec![condition.clone()];
    }
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < tokens.len() {
        if is_double(at, operator) && ends_expression(&tokens, at) {
            parts.push(tokens[start..at].to_vec());
            start = at + 2;
            at += 1;
        }
        at += 1;
    }
    parts.push(tokens[start..].to_vec());
    parts.into_iter().map(|tokens| Condition { tokens: tokens.into_iter().collect(), ..*condition }).collect()
}

/// Whether the range of the index at this position depends on earlier ones.
pub(super) fn varies(indices: &[Index], position: usize) -> bool {
    Indices::new(&[], indices).mentioned(&indices[position].range.tokens) != 0
}

/// The shape of a family: a constant a range, and a list of ranges where one depends on earlier indices.
pub(super) fn shape(node: usize, name: &Ident, indices: &[Index]) -> TokenStream {
    let own = Indices::new(&[], indices);
    let (at, name) = (name.span().resolved_at(Span::call_site()), shape_name(node));
    let dims: Vec<Ident> =
        (0..indices.len()).map(|k| format_ident!("__D{node}_{k}", span = Span::call_site())).collect();
    let mut items = TokenStream::new();
    for (k, index) in indices.iter().enumerate() {
        let (dim, earlier) = (&dims[k], &dims[..k]);
        let (start, end) = range(own, &index.range);
        let at = span(&index.range.tokens);
        if !varies(indices, k) {
            let range = quote_spanned!(at=> __dag::Dim::range(#start, #end));
            items.extend(quote! {
                #[allow(unused_parens, clippy::all)]
                const #dim: __dag::Dim<'static> = #range;
            });
            continue;
        }
        let spans = format_ident!("__V{node}_{k}", span = Span::call_site());
        let locals = (0..k).map(|position| {
            let (local, position) = (indices::local(position), Literal::usize_unsuffixed(position));
            quote!(let #local = s.index(#position);)
        });
        let push = quote_spanned!(at=> s.push(#start, #end));
        items.extend(quote! {
            #[allow(unused_variables, unused_parens, long_running_const_eval, clippy::all)]
            static #spans: [__dag::Span; __dag::Shape::positions(&[#(#earlier),*])] = {
                let mut s = __dag::Spans::new(&[#(#earlier),*]);
                while s.next() {
                    #(#locals)*
                    #push;
                }
                s.done()
            };
            const #dim: __dag::Dim<'static> = __dag::Dim::Varying(&#spans);
        });
    }
    let shape = quote_spanned!(at=> &__dag::Shape::new(&[#(#dims),*]));
    quote! {
        #items
        const #name: &__dag::Shape<'static> = #shape;
    }
}

/// The start and the exclusive end of an index's range.
pub(super) fn range(own: Indices<'_>, range: &Range) -> (TokenStream, TokenStream) {
    let limit = |tokens: &TokenStream| own.integer(Kind::Limit, tokens);
    match &range.bounds {
        Some(Bounds { start, end, inclusive }) => {
            let end = limit(end);
            (limit(start), if *inclusive { quote!(__dag::integer!(end::i128, #end)) } else { end })
        }
        None => {
            let (at, tokens) = (span(&range.tokens), &range.tokens);
            let of = |end| limit(&quote_spanned!(at=> (#tokens).#end));
            (of(quote_spanned!(at=> start)), of(quote_spanned!(at=> end)))
        }
    }
}

/// The indices of a member, as its arguments see them.
pub(super) fn arguments(indices: &[Index]) -> TokenStream {
    let (names, locals) = (indices.iter().map(|index| &index.name), locals(indices));
    quote!(#(#[allow(unused_variables)] let #names = #locals as __dag::usize;)*)
}

/// The locals of a family's indices.
pub(super) fn locals(indices: &[Index]) -> impl Iterator<Item = Ident> {
    (0..indices.len()).map(indices::local)
}
