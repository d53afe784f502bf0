//! What a call reads: the positions of members, and whether they are read. Both are computed once, before the arguments
//! and where the edges of the table are told, so that nothing in an argument can change what they are.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::ranges::{locals, position, positions};
use super::{Expansion, local, slot};
use crate::graph::check::holes::condition_local;
use crate::graph::check::{Choice, Decided, Line, LineUse, calls};
use crate::graph::indices::{Indices, Receiver, span};

/// What is done before the arguments of a call.
#[derive(Default)]
pub(super) struct Reads {
    /// A function that stands where the edges are told, if names of the user's are in them.
    pub(super) function: TokenStream,
    /// The statements in front of the arguments.
    pub(super) statements: TokenStream,
}

impl Expansion<'_> {
    pub(super) fn reads(&self, index: usize) -> Reads {
        let (lines, own) = (&self.model.lines[index], self.own(index));
        let is_read = |(_, line): &(usize, &Line)| line.part.is_some() && line.how != LineUse::Order;
        let parts: Vec<(usize, &Line)> = lines.iter().enumerate().filter(is_read).collect();
        let conditions = &self.model.calls[index].conditions;
        if parts.is_empty() && conditions.is_empty() {
            return Reads::default();
        }
        let (mut names, mut types, mut steps) = (Vec::new(), Vec::new(), TokenStream::new());
        let mut is_free = true;
        for condition in conditions {
            is_free &= self::is_free(own, &condition.tokens);
            let name = condition_local(condition.number);
            steps.extend(decide(own, condition));
            names.push(name);
            types.push(quote!(__dag::bool));
        }
        for &(number, line) in &parts {
            let Some((place, none, ty, tokens)) = self.place_of(own, line) else { continue };
            is_free &= tokens.iter().all(|tokens| self::is_free(own, tokens));
            let name = place_local(number, Span::call_site());
            steps.extend(match self.guard(line) {
                Some(guard) => quote!(let #name = if #guard { #place } else { #none };),
                None => quote!(let #name = #place;),
            });
            names.push(name);
            types.push(ty);
        }
        let (function, mut statements) = match is_free {
            true => (TokenStream::new(), steps),
            false => self.told(index, &names, &types, &steps),
        };
        for (number, line) in parts {
            statements.extend(self.asserted(index, number, line));
            statements.extend(self.bound(index, number, line));
        }
        Reads { function, statements }
    }

    /// A function that computes these names, and its call.
    fn told(
        &self,
        index: usize,
        names: &[Ident],
        types: &[TokenStream],
        steps: &TokenStream,
    ) -> (TokenStream, TokenStream) {
        let name = format_ident!("__w{index}", span = Span::call_site());
        let (sizes, parts) = (self.sizes_parameter(), self.is_sized().then(|| local("s")));
        let parts_parameter = parts.as_ref().map(|s| quote!(#s: __Parts<'_>,));
        let (passed, comma) = (self.sizes_argument(), parts.as_ref().map(|_| quote!(,)));
        let indices = &self.model.graph.nodes[index].indices;
        let (mut parameter, mut argument) = (TokenStream::new(), TokenStream::new());
        if !indices.is_empty() {
            let (all, count) =
                (locals(indices).collect::<Vec<_>>(), Literal::usize_unsuffixed(indices.len()));
            parameter = quote!([#(#all),*]: [__dag::isize; #count]);
            argument = quote!([#(#all),*]);
        }
        let function = quote! {
            #[allow(unused_variables, unused_parens, clippy::all)]
            #[inline(always)]
            fn #name(#sizes #parts_parameter #parameter) -> (#(#types,)*) {
                #steps
                (#(#names,)*)
            }
        };
        (function, quote!(let (#(#names,)*) = #name(#passed #parts #comma #argument);))
    }

    /// Where what a line uses is: the expression, another one for where nothing is used, the type of both, and what is in
    /// it of the user's.
    fn place_of<'a>(
        &self,
        own: Indices<'_>,
        line: &'a Line,
    ) -> Option<(TokenStream, TokenStream, TokenStream, Vec<&'a TokenStream>)> {
        match &line.part.as_ref()?.choice {
            Choice::All => None,
            Choice::One(chosen) => {
                let place = position(own, &self.shape_in_call(line.to), chosen);
                Some((place, quote!(0), quote!(__dag::usize), chosen.iter().collect()))
            }
            Choice::Slice(prefix, range) => {
                let place = positions(own, &self.shape_in_call(line.to), prefix, range);
                let tokens = prefix.iter().chain([&range.tokens]).collect();
                Some((place, quote!(0..0), quote!(__dag::Range<__dag::usize>), tokens))
            }
        }
    }

    /// That the conditions of a use hold; none where it has none.
    pub(super) fn guard(&self, line: &Line) -> Option<TokenStream> {
        let conditions = line.part.iter().flat_map(|part| &part.conditions);
        guard(conditions.filter_map(|condition| Some((condition.number?, condition.holds))))
    }

    /// The statement that debug builds check the use with: what is read has to be an edge of the table.
    fn asserted(&self, index: usize, number: usize, line: &Line) -> Option<TokenStream> {
        let name = place_local(number, Span::call_site());
        let places = match &line.part.as_ref()?.choice {
            Choice::All if is_told(line) => TokenStream::new(),
            Choice::All => return None,
            Choice::One(_) => quote!(#name..#name + 1),
            Choice::Slice(..) => quote!(__dag::Clone::clone(&#name)),
        };
        let (first, to) = (self.first_in_call(index), Literal::usize_unsuffixed(line.to));
        let table = self.table_in_call();
        let at = self.is_family(index).then(|| local("at"));
        let member = at.map(|at| quote!(+ #at as __dag::u32));
        let number = Literal::usize_unsuffixed(number);
        let assert = match (is_told(line), places.is_empty()) {
            (false, _) => quote!(__dag::assert_edges(#table, #first #member, #to, #places);),
            (true, false) => quote!(__dag::assert_told(#table, #first #member, #number, #to, #places);),
            (true, true) => quote!(__dag::assert_told_all(#table, #first #member, #number, #to);),
        };
        Some(match self.guard(line) {
            Some(guard) => quote!(if #guard { #assert }),
            None => assert,
        })
    }

    /// Whether any use calls functions.
    pub(super) fn tells(&self) -> bool {
        self.model.lines.iter().flatten().any(is_told)
    }

    /// What an argument has at hand of a use: a reference, or the right to take the output once.
    fn bound(&self, index: usize, number: usize, line: &Line) -> Option<TokenStream> {
        let each = self.model.each[index];
        if each.is_some_and(|each| each.line() == Some(number)) {
            return None;
        }
        if line.how != LineUse::Borrow {
            // Where the task runs for each element, the report on moves says that it takes the output each time.
            let once = self.once_local(number, line, Span::call_site());
            return each.is_none().then(|| quote!(let #once = __dag::Once::new();));
        }
        let (name, read) =
            (self.read_local(index, number, Span::call_site()), self.read(number, line, Span::call_site()));
        Some(match self.guard(line) {
            Some(guard) => quote! {
                #[allow(unused_variables)]
                let #name = if #guard { __dag::Some(#read) } else { __dag::None };
            },
            None => quote!(#[allow(unused_variables)] let #name = #read;),
        })
    }

    /// The local that is a reference to what a line uses. rustc names it where that is to be changed.
    fn read_local(&self, index: usize, number: usize, at: Span) -> Ident {
        let lines = &self.model.lines[index];
        let to = lines[number].to;
        let before = lines[..number].iter().filter(|line| line.to == to).count();
        let which = if before > 0 { format!("_{}", before + 1) } else { String::new() };
        let name = self.place(to, at);
        format_ident!("part_{name}{which}", span = name.span())
    }

    /// A reference to what a line uses.
    pub(super) fn read(&self, number: usize, line: &Line, at: Span) -> TokenStream {
        let (s, cx, from) = (local("s"), local("cx"), slot(line.to));
        let place = place_local(number, at);
        match line.part.as_ref().map(|part| &part.choice) {
            Some(Choice::One(_)) => quote_spanned!(at=> #s.#from.get(#cx, #place)),
            Some(Choice::Slice(..)) => quote_spanned!(at=> #s.#from.slice(#cx, #place)),
            _ if self.is_family(line.to) => quote_spanned!(at=> #s.#from.all(#cx)),
            _ => quote_spanned!(at=> #s.#from.get(#cx)),
        }
    }

    /// What stands in the place of the use that a line tells.
    pub(super) fn place_of_part(&self, index: usize, number: usize, at: Span) -> TokenStream {
        let line = &self.model.lines[index][number];
        let guard = self.guard(line);
        if line.how == LineUse::Borrow {
            let name = self.read_local(index, number, at);
            return match guard {
                Some(_) => quote_spanned!(at=> (*__dag::read(#name))),
                None => quote_spanned!(at=> (*#name)),
            };
        }
        let (s, cx, from) = (local("s"), local("cx"), slot(line.to));
        let mut copy = self.is_copy(line.to);
        if let Some(guard) = guard {
            copy = quote_spanned!(at=> __dag::only(#guard, #copy));
        }
        let place = self.place_of(Indices::new(&[], &[]), line).map(|_| {
            let place = place_local(number, at);
            quote_spanned!(at=> #place,)
        });
        // Calls of functions, since rustc would say of a method that it stands where its receiver does: in the expansion.
        let slot = match (self.is_family(line.to), self.is_sized()) {
            (true, true) => "SizedPart",
            (true, false) => "Members",
            (false, _) => "Slot",
        };
        let slot = Ident::new(slot, at);
        match self.model.each[index] {
            Some(_) => quote_spanned!(at=> __dag::#slot::take(&#s.#from, #cx, #place #copy)),
            None => {
                let once = self.once_local(number, line, at);
                let again = self.takes_again(index, at);
                quote_spanned!(at=> __dag::#slot::take_once::<#again>(&#s.#from, #cx, #place #copy, #once))
            }
        }
    }

    /// The right to take what a line uses. rustc names it where it is used too often.
    fn once_local(&self, number: usize, line: &Line, at: Span) -> Ident {
        let mut name = format!("{}_{number}", self.places[line.to]);
        while self.places.contains(&name) {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site().located_at(at))
    }
}

/// Whether what a use chooses is compared in a call with what the table has for it: it calls functions, which may not always
/// return the same.
fn is_told(line: &Line) -> bool {
    let Some(part) = &line.part else { return false };
    let chosen: Vec<&TokenStream> = match &part.choice {
        Choice::All => Vec::new(),
        Choice::One(chosen) => chosen.iter().collect(),
        Choice::Slice(prefix, range) => prefix.iter().chain([&range.tokens]).collect(),
    };
    part.conditions.iter().map(|condition| &condition.tokens).chain(chosen).any(calls)
}

/// The statement that decides a condition of a line.
pub(super) fn decide(own: Indices<'_>, condition: &Decided) -> TokenStream {
    let name = condition_local(condition.number);
    let (tokens, at) = (own.replace(condition.tokens.clone(), Receiver::Isize), span(&condition.tokens));
    match guard(condition.under.iter().copied()) {
        Some(guard) => quote_spanned!(at=> let #name = #guard && (#tokens);),
        None => quote_spanned!(at=> let #name = if #tokens { true } else { false };),
    }
}

/// That these conditions hold, or do not hold, as they are said to.
pub(super) fn guard(conditions: impl Iterator<Item = (usize, bool)>) -> Option<TokenStream> {
    let all: Vec<TokenStream> = conditions
        .map(|(number, holds)| {
            let name = condition_local(number);
            if holds { name.into_token_stream() } else { quote!(!#name) }
        })
        .collect();
    (!all.is_empty()).then(|| quote!(#(#all)&&*))
}

/// Whether no name is in an expression but those of indices and sizes, so that it is the same wherever it stands.
fn is_free(own: Indices<'_>, tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|token| match token {
        TokenTree::Ident(name) => own.contains(&name),
        TokenTree::Group(group) => is_free(own, &group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}

/// Where what a line uses is.
pub(super) fn place_local(number: usize, at: Span) -> Ident {
    located("p", number, at)
}

fn located(prefix: &str, number: usize, at: Span) -> Ident {
    let mut name = local(&format!("{prefix}{number}"));
    name.set_span(name.span().located_at(at));
    name
}
