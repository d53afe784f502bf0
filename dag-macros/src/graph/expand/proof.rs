//! What proves of the members of families that no index is outside of its range and that there is no cycle, without looking at
//! each of them.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::Expansion;
use super::ranges::{condition, conjuncts, on_condition, shape_name, value, values, varies};
use crate::graph::ast::{Bounds, Range};
use crate::graph::check::{Choice, Condition, Line};
use crate::graph::indices::{self, Kind, Mask, span};

impl Expansion<'_> {
    /// How the indices in the use at this position of a line differ from its own; with the constant, where it takes one to
    /// tell.
    pub(super) fn form(&self, index: usize, position: usize, line: &Line) -> (TokenStream, TokenStream) {
        let choice = line.part.as_ref().map(|part| &part.choice);
        let own = self.own(index);
        let (Some(Choice::One(chosen) | Choice::Slice(chosen, _)), true) = (choice, self.is_family(index))
        else {
            return (quote!(&[]), TokenStream::new());
        };
        let conditions: Vec<Condition> =
            line.part.iter().flat_map(|part| &part.conditions).flat_map(conjuncts).collect();
        // What is computed is not promoted to a static by itself.
        let mut computed = false;
        let mut deltas: Vec<TokenStream> = chosen
            .iter()
            .enumerate()
            .map(|(position, tokens)| {
                if let Some(difference) = own.difference(tokens, position) {
                    computed |= !own.is_plain(tokens);
                    return quote!(__dag::Delta::By(#difference));
                }
                // Only uses within the family are sure to be asked for, and only one index is cheap.
                if line.to != index || own.closure(own.mentioned(tokens) | 1 << position) != 1 << position {
                    return quote!(__dag::Delta::Unknown);
                }
                computed = true;
                self.directions(index, position, tokens, &conditions)
            })
            .collect();
        deltas.resize(self.model.graph.nodes[line.to].indices.len(), quote!(__dag::Delta::Unknown));
        if !computed {
            return (quote!(&[#(#deltas),*]), TokenStream::new());
        }
        let form = format_ident!("__F{index}_{position}", span = Span::call_site());
        let item = quote! {
            #[allow(unused_parens, long_running_const_eval, clippy::all)]
            const #form: &[__dag::Delta] = &[#(#deltas),*];
        };
        (form.into_token_stream(), item)
    }

    /// In which directions an expression over one index differs from it, found by its values.
    fn directions(
        &self,
        index: usize,
        position: usize,
        tokens: &TokenStream,
        conditions: &[Condition],
    ) -> TokenStream {
        let own = self.own(index);
        let decided = conditions.iter().filter(|condition| own.mentioned(&condition.tokens) == 1 << position);
        let (shape, local, value) = (shape_name(index), indices::local(position), value(own, tokens));
        let step = on_condition(
            own,
            decided,
            quote! {
                let value = #value;
                if value < #local {
                    down = true;
                } else if value > #local {
                    up = true;
                } else {
                    same = true;
                }
            },
        );
        let position = Literal::usize_unsuffixed(position);
        quote!({
            let (mut down, mut same, mut up) = (false, false, false);
            let mut m = __dag::Indices::before(#shape, 0, #position);
            while m.next() {
                let (lo, hi) = m.range();
                let mut #local = lo;
                while #local < hi {
                    #step
                    #local += 1;
                }
            }
            __dag::Delta::of(down, same, up)
        })
    }

    /// Whether all indices of members are inside the ranges of their families, as far as that shows without looking at all
    /// members: each index, by itself, over the values of those indices that it depends on.
    pub(super) fn lanes(&self) -> TokenStream {
        let mut all = TokenStream::new();
        for index in (0..self.keys.len()).filter(|&index| self.model.is_expanded(index)) {
            let mut lanes = Lanes::default();
            for line in &self.model.lines[index] {
                self.lane(index, line, &mut lanes);
                self.bounds(index, line, &mut lanes);
            }
            if !self.is_family(index) {
                all.extend(lanes.0.into_iter().map(|(_, checks)| checks));
                continue;
            }
            let (shape, locals) = (shape_name(index), self.locals(index, &quote!(m)));
            for ((mask, last), checks) in lanes.0 {
                let indices = match last {
                    Some(last) => quote!(before(#shape, #mask, #last)),
                    None => quote!(over(#shape, #mask)),
                };
                all.extend(quote! {
                    let mut m = __dag::Indices::#indices;
                    while m.next() {
                        #locals
                        #checks
                    }
                });
            }
        }
        quote! {
            #[allow(unused_variables, unused_mut, unused_parens, long_running_const_eval, clippy::all)]
            const __LANES: __dag::bool = {
                let mut ok = true;
                #all
                ok
            };
        }
    }

    /// The evaluation of the bounds of a slice, in which a calculation may overflow. They are clipped, so nothing else is
    /// to check.
    fn bounds(&self, index: usize, line: &Line, lanes: &mut Lanes) {
        let own = self.own(index);
        let Some(part) = &line.part else { return };
        let Choice::Slice(_, Range { bounds: Some(Bounds { start, end, .. }), .. }) = &part.choice else {
            return;
        };
        let conditions: Vec<Condition> = part.conditions.iter().flat_map(conjuncts).collect();
        for tokens in [start, end].into_iter().filter(|tokens| !own.is_safe(tokens)) {
            let mut mentioned = own.mentioned(tokens);
            let is_sum = mentioned.count_ones() == 1
                && own.difference(tokens, mentioned.trailing_zeros() as usize).is_some();
            // Only a sum is calculated also where conditions on other indices do not hold: it hardly overflows.
            if mentioned != 0 && !is_sum {
                mentioned |= conditions.iter().fold(0, |mask, part| mask | own.mentioned(&part.tokens));
            }
            let mask = own.closure(mentioned);
            let decided = conditions.iter().filter(|condition| own.mentioned(&condition.tokens) & !mask == 0);
            let value = own.integer(Kind::Bound, tokens);
            let check = quote!(let _ = #value;);
            let Some(last) = mask.checked_ilog2().map(|last| last as usize) else {
                lanes.entry((mask, None)).extend(on_condition(own, decided, check));
                continue;
            };
            let check = match own.is_monotonic(tokens, last) {
                true => at_both_ends(last, condition(own, decided), &check),
                false => at_each(last, &on_condition(own, decided, check)),
            };
            lanes.entry((mask & !(1 << last), Some(last))).extend(check);
        }
    }

    /// The checks of one use, by the indices of the line that they need.
    fn lane(&self, index: usize, line: &Line, lanes: &mut Lanes) {
        let own = self.own(index);
        let target = &self.model.graph.nodes[line.to].indices;
        let Some(part) = &line.part else { return };
        let (Choice::One(chosen) | Choice::Slice(chosen, _)) = &part.choice else { return };
        for (position, tokens) in chosen.iter().enumerate() {
            let is_varying = varies(target, position);
            let needed = if is_varying { &chosen[..=position] } else { std::slice::from_ref(tokens) };
            let mentioned = needed.iter().fold(0, |mask, tokens| mask | own.mentioned(tokens));
            let mask = own.closure(mentioned);
            let shape = shape_name(line.to);
            let dim = Literal::usize_unsuffixed(position);
            let earlier = if is_varying { values(own, &chosen[..position]) } else { Vec::new() };
            let value = value(own, tokens);
            let check = |value| quote!(ok &= __dag::inside(#shape, #dim, &[#(#earlier),*], #value););
            let conditions: Vec<Condition> = part.conditions.iter().flat_map(conjuncts).collect();
            let decided = conditions.iter().filter(|condition| own.mentioned(&condition.tokens) & !mask == 0);
            let last = mask.checked_ilog2().map(|last| last as usize).filter(|&last| {
                let earlier = &needed[..needed.len() - 1];
                earlier.iter().all(|tokens| own.mentioned(tokens) & (1 << last) == 0)
            });
            let (mask, check) = match last {
                Some(last) => {
                    let condition = condition(own, decided);
                    let check = match own.is_monotonic(tokens, last) {
                        true => at_both_ends(last, condition, &check(value)),
                        false => of_all(last, condition, &value, check),
                    };
                    (mask & !(1 << last), check)
                }
                None => (mask, on_condition(own, decided, check(value))),
            };
            lanes.entry((mask, last)).extend(check);
        }
    }
}

/// Checks of indices, by the indices of the line whose values they are made for. Where there is a last one, the checks go
/// through its values themselves.
#[derive(Default)]
struct Lanes(Vec<((Mask, Option<usize>), TokenStream)>);

impl Lanes {
    /// Those of one kind. All are sorted by their kinds.
    fn entry(&mut self, of: (Mask, Option<usize>)) -> &mut TokenStream {
        let place = self.0.partition_point(|(other, _)| *other < of);
        if self.0.get(place).is_none_or(|(other, _)| *other != of) {
            self.0.insert(place, (of, TokenStream::new()));
        }
        &mut self.0[place].1
    }
}

/// The checks of the smallest and of the largest value of an expression over an index for which the condition holds.
fn of_all(
    last: usize,
    condition: Option<TokenStream>,
    value: &TokenStream,
    check: impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    let index = indices::local(last);
    let both = [check(quote!(least)), check(quote!(most))];
    let step = quote! {
        let value = #value;
        if value < least {
            least = value;
        }
        if value > most {
            most = value;
        }
    };
    let step = condition.map_or(step.clone(), |condition| quote!(if #condition { #step }));
    quote! {
        let (lo, hi) = m.range();
        let (mut least, mut most) = (__dag::isize::MAX, __dag::isize::MIN);
        let mut #index = lo;
        while #index < hi {
            #step
            #index += 1;
        }
        if least <= most {
            #(#both)*
        }
    }
}

/// The check for each value of an index.
fn at_each(last: usize, check: &TokenStream) -> TokenStream {
    let index = indices::local(last);
    quote! {
        let (lo, hi) = m.range();
        let mut #index = lo;
        while #index < hi {
            #check
            #index += 1;
        }
    }
}

/// The check for the first and the last value of an index for which the condition holds, of what grows or falls with
/// it.
fn at_both_ends(last: usize, condition: Option<TokenStream>, check: &TokenStream) -> TokenStream {
    let index = indices::local(last);
    let Some(condition) = condition else {
        return quote! {
            let (lo, hi) = m.range();
            if lo < hi {
                let #index = lo;
                #check
                let #index = hi - 1;
                #check
            }
        };
    };
    let at = span(&condition);
    let fails = quote_spanned!(at=> !(#condition));
    quote! {
        let (lo, hi) = m.range();
        let mut #index = lo;
        while #index < hi && #fails {
            #index += 1;
        }
        if #index < hi {
            #check
            #index = hi - 1;
            while #fails {
                #index -= 1;
            }
            #check
        }
    }
}
