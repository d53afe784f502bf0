//! The uses of what is moved, told at compile time alone: loops over the indices of each family.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::ranges::{bounds, on_condition, shape_name, values};
use super::{Expansion, local};
use crate::graph::check::{Choice, Line, LineUse};
use crate::graph::indices::{self, Mask};

impl Expansion<'_> {
    /// What lines prove, and where only moves are left open, what the uses of what is moved prove.
    pub(super) fn proof(&self) -> TokenStream {
        let in_place = self.has_in_place().then(|| quote!(.in_place(&__ROWS, &__IN_PLACE)));
        let takes = |line: &Line| matches!(line.how, LineUse::Value | LineUse::ValueMut);
        if !self.model.lines.iter().flatten().any(takes) {
            return quote! {
                #[allow(long_running_const_eval)]
                const __PROOF: __dag::Proof = __dag::Proof::of(&__ROWS, __LANES) #in_place;
            };
        }
        let (uses, count) = (self.uses(), Literal::usize_unsuffixed(self.keys.len()));
        quote! {
            #uses
            #[allow(long_running_const_eval)]
            const __BY_LINES: __dag::Proof = __dag::Proof::of(&__ROWS, __LANES) #in_place;
            const __SEEN: __dag::usize = __BY_LINES.moves_alone(&__ROWS);
            #[allow(long_running_const_eval)]
            const __PROOF: __dag::Proof = if __SEEN > 0 {
                let (mut moved, mut seen) = ([false; #count], [0; __SEEN]);
                let mut u = __dag::MoveCheck::new(&__ROWS, &mut moved, &mut seen);
                __check_moves(&mut u);
                __BY_LINES.with(&u)
            } else {
                __BY_LINES
            };
        }
    }

    /// The constant function that tells the uses of what is moved. Those of whole lines are in the rows.
    fn uses(&self) -> TokenStream {
        let (mut steps, mut used) = (TokenStream::new(), vec![false; self.keys.len()]);
        for (index, lines) in self.model.lines.iter().enumerate() {
            let is_told = |line: &&Line| line.part.is_some() && !matches!(line.how, LineUse::Order);
            let lines: Vec<&Line> = lines.iter().filter(is_told).collect();
            if lines.is_empty() {
                continue;
            }
            lines.iter().for_each(|line| used[line.to] = true);
            let moves = lines.iter().map(|line| is_moved(line.to));
            // Told once, and not for each member.
            let hows = lines.iter().enumerate().map(|(position, line)| {
                let (name, how) = (how_name(position), self.how(index, line));
                quote!(let #name = #how;)
            });
            let marks =
                lines.iter().enumerate().filter_map(|(position, line)| self.mark(index, position, line));
            let all = self.for_each_member(index, &quote!(#(#marks)*));
            steps.extend(quote! {
                if #(#moves)||* {
                    #(#hows)*
                    #all
                }
            });
        }
        let u = local("u");
        let moved = (0..used.len()).filter(|&to| used[to]).map(|to| {
            let (name, to) = (is_moved(to), Literal::usize_unsuffixed(to));
            quote!(let #name = #u.moves(#to);)
        });
        quote! {
            #[allow(unused_variables, unused_parens, clippy::all)]
            const fn __check_moves(#u: &mut __dag::MoveCheck<'_>) {
                #(#moved)*
                #steps
            }
        }
    }

    /// The steps for each member of a line, which has the indices at hand: the last one in a loop of its
    /// own, without calls.
    fn for_each_member(&self, index: usize, steps: &TokenStream) -> TokenStream {
        let Some(last) = self.model.graph.nodes[index].indices.len().checked_sub(1) else {
            return steps.clone();
        };
        let (shape, mask, index_name): (_, Mask, _) =
            (shape_name(index), (1 << last) - 1, indices::local(last));
        let m = local("m");
        let locals = self.locals(index, &quote!(#m));
        quote_spanned! {Span::mixed_site()=>
            let mut #m = __dag::Indices::before(#shape, #mask, #last);
            while #m.next() {
                #locals
                let (lo, hi) = #m.range();
                let mut #index_name = lo;
                while #index_name < hi {
                    #steps
                    #index_name += 1;
                }
            }
        }
    }

    /// One use, where outputs of what it uses are moved.
    fn mark(&self, index: usize, position: usize, line: &Line) -> Option<TokenStream> {
        let part = line.part.as_ref()?;
        let own = self.own(index);
        let (u, is_moved, how, shape) =
            (local("u"), is_moved(line.to), how_name(position), shape_name(line.to));
        let to = Literal::usize_unsuffixed(line.to);
        let mark = match &part.choice {
            Choice::All => quote!(#u.all(#to, #how);),
            Choice::One(chosen) => {
                let chosen = values(own, chosen);
                quote!(#u.one(#to, #shape, #how, &[#(#chosen),*]);)
            }
            Choice::Slice(prefix, range) => {
                let (prefix, (start, end)) = (values(own, prefix), bounds(own, range));
                quote!(#u.some(#to, #shape, #how, &[#(#prefix),*], #start, #end);)
            }
        };
        let mark = on_condition(own, part.conditions.iter(), mark);
        Some(quote!(if #is_moved { #mark }))
    }
}

/// What says whether outputs of a line are moved.
fn is_moved(line: usize) -> Ident {
    local(&format!("moved{line}"))
}

/// What says how a use of a line uses.
fn how_name(position: usize) -> Ident {
    format_ident!("how{position}", span = Span::mixed_site())
}
