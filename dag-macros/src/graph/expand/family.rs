//! The members of families: their shapes and their edges.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expansion;
use super::ranges::{bounds, on_condition, shape, shape_name, values};
use crate::graph::check::{Choice, Line};
use crate::graph::indices::{self, Indices};
use crate::streams::IntoStream as _;

impl Expansion<'_> {
    /// Whether any line of the graph stands for more or less than one task with edges to whole lines.
    pub(super) fn has_families(&self) -> bool {
        self.is_sized() || (0..self.keys.len()).any(|index| self.model.is_expanded(index))
    }

    pub(super) fn is_family(&self, node: usize) -> bool {
        !self.model.graph.nodes[node].indices.is_empty()
    }

    /// The indices and the sizes that the expressions of a node can use.
    pub(super) fn own(&self, node: usize) -> Indices<'_> {
        Indices::new(&self.model.graph.sizes, &self.model.graph.nodes[node].indices)
    }

    /// The indices of all families.
    pub(super) fn shapes(&self) -> TokenStream {
        if self.is_sized() {
            return TokenStream::new();
        }
        let nodes = self.model.graph.nodes.iter().enumerate();
        nodes
            .filter(|(_, node)| !node.indices.is_empty())
            .map(|(index, node)| shape(index, node.name(), &node.indices))
            .into_stream()
    }

    /// The name of a family's shape, at the place of the family's name: what is wrong with the shape is told there.
    pub(super) fn shape(&self, node: usize) -> Ident {
        let mut shape = shape_name(node);
        shape.set_span(shape.span().located_at(self.model.graph.nodes[node].name().span()));
        shape
    }

    /// The constant function that tells the edges of all members.
    pub(super) fn members_walk(&self) -> TokenStream {
        let mut steps = TokenStream::new();
        for index in (0..self.keys.len()).filter(|&index| self.model.is_expanded(index)) {
            let number = Literal::usize_unsuffixed(index);
            let locals = self.locals(index, &quote!(x));
            let lines = self.model.lines[index].iter().enumerate();
            let uses = lines.filter_map(|(position, line)| self.part(index, position, line));
            steps.extend(quote! {
                x.lines(#number);
                while x.member(#number) {
                    #locals
                    #(#uses)*
                }
            });
        }
        let count = Literal::usize_unsuffixed(self.keys.len());
        let (head, first) = self.expand_head();
        quote! {
            #[allow(unused_variables, unused_parens, clippy::all)]
            #head {
                #first
                #steps
                x.lines(#count);
            }
        }
    }

    /// The locals of a family's indices, each an `isize` that `from` gives.
    pub(super) fn locals(&self, index: usize, from: &TokenStream) -> TokenStream {
        let positions = 0..self.model.graph.nodes[index].indices.len();
        positions
            .map(|position| {
                let (local, position) = (indices::local(position), Literal::usize_unsuffixed(position));
                quote!(let #local = #from.index(#position);)
            })
            .into_stream()
    }

    /// The edges of one use that is not of a whole line under all conditions.
    fn part(&self, index: usize, position: usize, line: &Line) -> Option<TokenStream> {
        let part = line.part.as_ref()?;
        // Constant evaluation checks this by itself.
        let own = if self.is_sized() { self.own(index).checked() } else { self.own(index) };
        let (position, to) = (Literal::usize_unsuffixed(position), Literal::usize_unsuffixed(line.to));
        let how = self.how(index, line);
        let edge = match &part.choice {
            Choice::All => quote!(x.all(#position, #to, #how);),
            Choice::One(chosen) => {
                let chosen = values(own, chosen);
                quote!(x.one(#position, #to, #how, &[#(#chosen),*]);)
            }
            Choice::Slice(prefix, range) => {
                let (prefix, (start, end)) = (values(own, prefix), bounds(own, range));
                quote!(x.some(#position, #to, #how, &[#(#prefix),*], #start, #end);)
            }
        };
        let edge = on_condition(own, part.conditions.iter(), edge);
        if !indices::is_checked(&edge) {
            return Some(edge);
        }
        let fault = indices::fault();
        Some(quote! {
            let mut #fault = __dag::checked::Miscalculation::None;
            #edge
            if x.fails(#to, #fault) {
                return;
            }
        })
    }
}
