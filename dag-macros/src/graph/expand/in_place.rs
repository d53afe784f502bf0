//! Inputs that tasks change in place: what calls have of them, and what tells a table of their uses.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use super::ranges::{on_condition, shape_name};
use super::reads::guard;
use super::{Expansion, local};
use crate::graph::check::{Choice, InPlaceUse, calls, target};
use crate::graph::indices;
use crate::graph::uses::Mode;
use crate::names;
use crate::streams::IntoStream as _;

impl Expansion<'_> {
    /// Whether tasks change any input in place.
    pub(super) fn has_in_place(&self) -> bool {
        self.model.in_place.contains(&true)
    }

    /// The type by which the tasks use an input in place; none of another input.
    pub(super) fn in_place_type(&self, input: usize) -> Option<TokenStream> {
        if !self.model.in_place[input] {
            return None;
        }
        let reference = target(&self.model.graph.inputs[input].ty)?;
        let (lifetime, mut ty) = (&reference.lifetime, &*reference.elem);
        // `&mut (dyn A + B)` needs the parentheses.
        while let Type::Paren(inside) = ty {
            ty = &inside.elem;
        }
        let mut uses = self.model.in_place_uses.iter().flatten();
        let is_shared = uses.any(|used| used.input == input && !used.is_exclusive);
        Some(quote!(__dag::InPlace<#lifetime, #ty, #is_shared>))
    }

    /// The statements that bring the inputs that a node uses in place, before its arguments.
    pub(super) fn in_place(&self, index: usize) -> TokenStream {
        let (i, cx) = (local("i"), local("cx"));
        let inputs = self.model.in_place_of(index).into_iter().enumerate();
        let statements = inputs.map(|(k, input)| {
            let uses: Vec<&InPlaceUse> =
                self.model.in_place_uses[index].iter().filter(|used| used.input == input).collect();
            let (held, name) = (local(&format!("held{k}")), &self.model.graph.inputs[input].name);
            let place = self.in_place_local(input, Span::call_site());
            let is_exclusive = uses.iter().any(|used| used.is_exclusive);
            let (mut mutable, method) = if is_conditional(&uses) {
                let [exclusive, shared] = [true, false].map(|exclusive| {
                    let uses = uses.iter().filter(|used| used.is_exclusive == exclusive);
                    any(uses.map(|used| guard(used.conditions.iter().filter_map(|condition| Some((condition.number?, condition.holds))))))
                });
                (is_exclusive, quote!(access(&#i.#name, #cx, #exclusive, #shared)))
            } else if is_exclusive {
                (false, quote!(exclusive(&#i.#name, #cx)))
            } else {
                (false, quote!(shared(&#i.#name, #cx)))
            };
            mutable |= uses.iter().any(|used| used.is_place_mut);
            let mutable = mutable.then(|| quote!(mut));
            // A macro in the argument may leave it out.
            quote!(#[allow(unused_variables, unused_mut)] let (#held, #mutable #place) = __dag::InPlace::#method;)
        });
        statements.into_stream()
    }

    /// What stands in the place of a use of an input in place.
    pub(super) fn place_of_input(&self, index: usize, input: usize, name: &Ident, mode: Mode) -> TokenStream {
        let place = self.in_place_local(input, name.span());
        let mut uses = self.model.in_place_uses[index].iter().filter(|used| used.input == input);
        if !uses.any(|used| !used.conditions.is_empty()) {
            return place.into_token_stream();
        }
        match mode.is_exclusive() {
            true => quote_spanned!(name.span()=> #place.exclusive()),
            false => quote_spanned!(name.span()=> #place.shared()),
        }
    }

    /// The local that an input is bound to. rustc names it where it is changed although it is shared.
    fn in_place_local(&self, input: usize, at: Span) -> Ident {
        let name = names::text(&self.model.graph.inputs[input].name);
        format_ident!("input_{name}", span = Span::mixed_site().located_at(at))
    }

    /// The constants that tell all uses in place. Behind them are the users, by task.
    pub(super) fn in_place_uses(&self) -> Option<TokenStream> {
        if !self.has_in_place() {
            return None;
        }
        let in_place: Vec<usize> =
            (0..self.model.in_place.len()).filter(|&input| self.model.in_place[input]).collect();
        let names = in_place.iter().map(|&input| names::text(&self.model.graph.inputs[input].name));
        let mut constants = TokenStream::new();
        let chains = (0..self.keys.len()).map(|node| {
            let (name, chain) = self.chain(node)?;
            constants.extend(chain);
            Some(name)
        });
        let chains: Vec<_> = chains.collect();
        let uses = self.numbered_uses().map(|(_, node, k, used)| {
            let number = in_place.iter().position(|&input| input == used.input).unwrap_or_default();
            let (exclusive, always) = (used.is_exclusive, used.counted().is_empty());
            let chained = chains[node].as_ref().filter(|_| used.is_exclusive);
            let chained = chained.map(|chain| quote!(.chained(#chain)));
            let [node, number, k] = [node, number, k].map(Literal::usize_unsuffixed);
            quote!(__dag::InPlaceUse::new(#node, #number, #exclusive, #always, #k) #chained)
        });
        Some(quote! {
            #constants
            static __IN_PLACE: __dag::InPlaceUses = __dag::InPlaceUses::new(&[#(#names),*], &[#(#uses),*]);
        })
    }

    /// Whether each member of a family that changes inputs depends on the one before it, as far as that shows without looking at
    /// the edges of all members: a constant, with its name.
    fn chain(&self, index: usize) -> Option<(Ident, TokenStream)> {
        let is_one = self.model.graph.nodes[index].indices.len() == 1;
        if self.is_sized() || !is_one || !self.model.in_place_uses[index].iter().any(|used| used.is_exclusive)
        {
            return None;
        }
        let own = self.own(index);
        let links: TokenStream = self.model.lines[index]
            .iter()
            .filter_map(|line| {
                let part = line.part.as_ref().filter(|_| line.to == index)?;
                let Choice::One(chosen) = &part.choice else { return None };
                let difference = own.difference(chosen.first()?, 0)?;
                if part.conditions.iter().any(|condition| calls(&condition.tokens)) {
                    return None;
                }
                let link = quote!(linked |= (#difference) == -1;);
                Some(on_condition(own, part.conditions.iter(), link))
            })
            .into_stream();
        if links.is_empty() {
            return None;
        }
        let (name, shape) = (format_ident!("__H{index}", span = Span::call_site()), shape_name(index));
        let member = indices::local(0);
        let chain = quote! {
            #[allow(unused_parens, long_running_const_eval, clippy::all)]
            const #name: __dag::bool = {
                let mut chained = true;
                let mut m = __dag::Indices::before(#shape, 0, 0);
                while m.next() {
                    let (lo, hi) = m.range();
                    let mut #member = lo + 1;
                    while #member < hi {
                        let mut linked = false;
                        #links
                        chained &= linked;
                        #member += 1;
                    }
                }
                chained
            };
        };
        Some((name, chain))
    }

    /// All uses in place, each with its position among all, its node, and its position among the uses of the node.
    fn numbered_uses(&self) -> impl Iterator<Item = (usize, usize, usize, &InPlaceUse)> {
        let nodes = self.model.in_place_uses.iter().enumerate();
        let uses = nodes.flat_map(|(node, uses)| {
            let before = self.model.lines[node].len();
            uses.iter().enumerate().map(move |(k, used)| (node, before + k, used))
        });
        uses.enumerate().map(|(position, (node, k, used))| (position, node, k, used))
    }

    /// The users, and how problems with their order are found, in a graph whose tasks are its lines.
    pub(super) fn in_place_of_lines(&self) -> (Option<TokenStream>, Option<TokenStream>) {
        if !self.has_in_place() {
            return (None, None);
        }
        let inputs = self.model.in_place.iter().filter(|in_place| **in_place).count();
        let (walk, count) = (self.users_walk(), Literal::usize_unsuffixed(inputs * self.keys.len()));
        let users = quote! {
            #walk
            static __USERS: [__dag::u8; #count] = {
                let mut users = [0; #count];
                __users(&[], &mut __dag::Users::new(&__ROWS, &__IN_PLACE, &mut users));
                users
            };
        };
        (Some(users), self.if_ordered(quote!(.in_place(&__DATA, &__IN_PLACE, &__USERS))))
    }

    /// The search for uses that nothing orders: not where what would order them may be a mistake that is reported.
    fn if_ordered(&self, search: TokenStream) -> Option<TokenStream> {
        (!self.model.has_mistakes).then_some(search)
    }

    /// What tells a table, or what tables are made from, of uses in place.
    pub(super) fn told_in_place(&self) -> Option<TokenStream> {
        self.has_in_place().then(|| quote!(.in_place(&__IN_PLACE, __users)))
    }

    /// As [`in_place_of_lines`](Self::in_place_of_lines), in a graph with families. The users are needed only where the
    /// lines do not order them.
    pub(super) fn in_place_of_members(&self) -> (Option<TokenStream>, Option<TokenStream>) {
        if !self.has_in_place() {
            return (None, None);
        }
        let walk = self.users_walk();
        let users = quote! {
            #walk
            const __USER_COUNT: __dag::usize = __PROOF.users(&__ROWS, &__IN_PLACE);
            #[allow(long_running_const_eval)]
            static __USERS: [__dag::u8; __USER_COUNT] = {
                let mut users = [0; __USER_COUNT];
                if __USER_COUNT > 0 {
                    __users(&[], &mut __dag::Users::new(&__ROWS, &__IN_PLACE, &mut users));
                }
                users
            };
        };
        (
            Some(users),
            self.if_ordered(quote!(.in_place_members(&__PROOF, &__EXPANDED, &__IN_PLACE, &__USERS))),
        )
    }

    /// The constant function that tells the uses that only some members of a line make.
    pub(super) fn users_walk(&self) -> TokenStream {
        let (z, u, fault) = (local("z"), local("u"), indices::fault());
        let mut steps = TokenStream::new();
        for index in 0..self.keys.len() {
            let own = if self.is_sized() { self.own(index).checked() } else { self.own(index) };
            let uses = self.numbered_uses().filter(|(_, node, ..)| *node == index);
            let marks: Vec<TokenStream> = uses
                .filter(|(.., used)| !used.counted().is_empty())
                .map(|(position, _, _, used)| {
                    let position = Literal::usize_unsuffixed(position);
                    let mark = on_condition(own, used.counted().iter(), quote!(#u.uses(#position);));
                    if !indices::is_checked(&mark) {
                        return mark;
                    }
                    quote! {
                        let mut #fault = __dag::checked::Miscalculation::None;
                        #mark
                        if #u.fails(#position, #fault) {
                            return;
                        }
                    }
                })
                .collect();
            if !marks.is_empty() {
                let (number, locals) =
                    (Literal::usize_unsuffixed(index), self.locals(index, &u.to_token_stream()));
                steps.extend(quote! {
                    #u.line(#number);
                    while #u.member() {
                        #locals
                        #(#marks)*
                    }
                });
            }
        }
        let sizes = self.is_sized().then(|| {
            let sizes = self.size_locals();
            quote!(let &#sizes = #z else { return };)
        });
        quote! {
            #[allow(unused_variables, unused_parens, clippy::all)]
            const fn __users(#z: &[__dag::isize], #u: &mut __dag::Users<'_>) {
                #sizes
                #steps
            }
        }
    }

    /// The sites of the uses in place of a node.
    pub(super) fn in_place_sites(&self, index: usize) -> Vec<TokenStream> {
        let before = self.model.lines[index].len();
        let uses = self.model.in_place_uses[index].iter().enumerate();
        uses.map(|(k, used)| {
            let (position, at) =
                (Literal::usize_unsuffixed(before + k), used.site.span().resolved_at(Span::call_site()));
            let mut number = Group::new(
                proc_macro2::Delimiter::Parenthesis,
                quote!(__fault, __dag::LINE_SITE + #position),
            );
            number.set_span(at);
            let dag = Ident::new("__dag", at);
            quote_spanned!(at=> #dag::site #number;)
        })
        .collect()
    }
}

/// Whether conditions on indices decide any of these uses.
fn is_conditional(uses: &[&InPlaceUse]) -> bool {
    uses.iter().any(|used| !used.conditions.is_empty())
}

/// Whether any of these conditions holds: `None` is one that always does.
fn any(conditions: impl Iterator<Item = Option<TokenStream>>) -> TokenStream {
    let conditions: Vec<Option<TokenStream>> = conditions.collect();
    if conditions.is_empty() {
        return quote!(false);
    }
    match conditions.into_iter().collect::<Option<Vec<_>>>() {
        Some(conditions) => quote!(#((#conditions))||*),
        None => quote!(true),
    }
}
