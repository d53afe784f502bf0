//! Inputs that tasks change in place: those that are written as `&mut` references and used exclusively.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Type;

use super::Model;
use super::members::{Condition, calls};
use crate::diag::Diagnostics;
use crate::graph::ast::Graph;
use crate::graph::uses::Mode;
use crate::names;

/// The part of a node in which an input is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clause {
    Arguments,
    When,
    On,
    Each,
}

/// A use of an input that is a `&mut` reference.
pub(crate) struct MutableUse {
    node: usize,
    input: usize,
    clause: Clause,
    mode: Mode,
    site: Ident,
    conditions: Vec<Condition>,
}

/// A use of an input that tasks change in place, by the arguments of a node.
pub(crate) struct InPlaceUse {
    pub(crate) input: usize,
    pub(crate) is_exclusive: bool,
    /// Whether the use is `&mut name`, so that the place is to be one that can be changed.
    pub(crate) is_place_mut: bool,
    pub(crate) site: Ident,
    /// Of indices and sizes.
    pub(crate) conditions: Vec<Condition>,
}

impl InPlaceUse {
    /// The conditions on which a table counts the use: one that calls functions might not always give the same.
    pub(crate) fn counted(&self) -> &[Condition] {
        match self.conditions.iter().any(|condition| calls(&condition.tokens)) {
            true => &[],
            false => &self.conditions,
        }
    }
}

/// What is known of inputs while uses are found.
pub(crate) struct MutableInputs {
    /// For each input, whether it is a `&mut` reference.
    are_mutable: Vec<bool>,
    pub(crate) uses: Vec<MutableUse>,
}

impl MutableInputs {
    pub(crate) fn new(graph: &Graph) -> Self {
        let are_mutable = graph.inputs.iter().map(|input| is_mutable(&input.ty)).collect();
        MutableInputs { are_mutable, uses: Vec::new() }
    }

    pub(crate) fn is_mutable(&self, input: usize) -> bool {
        self.are_mutable[input]
    }

    /// Takes note of a use, if it is of such an input.
    pub(crate) fn note(
        &mut self,
        (node, clause): (usize, Clause),
        input: usize,
        mode: Mode,
        site: &Ident,
        conditions: &[Condition],
    ) {
        if self.is_mutable(input) {
            let (site, conditions) = (site.clone(), conditions.to_vec());
            self.uses.push(MutableUse { node, input, clause, mode, site, conditions });
        }
    }
}

/// Whether a type is written as a `&mut` reference.
fn is_mutable(ty: &Type) -> bool {
    target(ty).is_some()
}

/// The type that a `&mut` reference refers to, with the reference.
pub(crate) fn target(ty: &Type) -> Option<&syn::TypeReference> {
    match ty {
        Type::Reference(reference) => reference.mutability.is_some().then_some(reference),
        Type::Group(group) => target(&group.elem),
        Type::Paren(paren) => target(&paren.elem),
        _ => None,
    }
}

impl Model {
    /// Finds the inputs that are changed in place: those that are used exclusively and not just moved. Returns whether all
    /// uses of these are where they may be.
    pub(super) fn find_in_place(&mut self, mutable: MutableInputs, diagnostics: &mut Diagnostics) -> bool {
        let moved = &self.moved_inputs;
        self.in_place = vec![false; self.graph.inputs.len()];
        self.in_place_uses = self.graph.nodes.iter().map(|_| Vec::new()).collect();
        for used in &mutable.uses {
            self.in_place[used.input] |= used.mode.is_exclusive() && !moved[used.input];
        }
        let mut all = true;
        for used in mutable.uses {
            let MutableUse { node, input, clause, mode, site, conditions } = used;
            let is_each_over = clause == Clause::Each && mode.takes();
            if !self.in_place[input] && !is_each_over {
                continue;
            }
            if let Some(message) = self.misuse(node, input, clause, mode) {
                diagnostics.error(site.into_token_stream(), message);
                all = false;
                continue;
            }
            let is_place_mut = mode == Mode::ValueMut;
            let is_exclusive = mode.is_exclusive();
            self.in_place_uses[node].push(InPlaceUse { input, is_exclusive, is_place_mut, site, conditions });
        }
        all
    }

    /// What is wrong with a use of an input that tasks change in place.
    fn misuse(&self, node: usize, input: usize, clause: Clause, mode: Mode) -> Option<String> {
        let (name, task) =
            (names::text(&self.graph.inputs[input].name), names::text(self.graph.nodes[node].name()));
        match clause {
            Clause::Arguments if mode.is_exclusive() && self.each[node].is_some() => Some(format!(
                "`{task}` runs once for each element, and these may run at the same time: they can share `{name}`, `&*{name}`, but not change it"
            )),
            Clause::Arguments => None,
            Clause::When => Some(format!(
                "`when` cannot use `{name}`, which tasks change in place: let a task return what `{task}` has to know of it, or let `{task}` itself decide"
            )),
            Clause::On => Some(format!(
                "`on` cannot use `{name}`, which tasks change in place: it is asked before any task has run, and takes other inputs, indices, constants and `ranks`"
            )),
            Clause::Each => Some(format!(
                "`each` cannot run over `{name}`, which is a `&mut` input: share it in another argument, `&*{name}`, and let `each` run over numbers or other inputs"
            )),
        }
    }

    /// The inputs that a node uses in place, each once.
    pub(crate) fn in_place_of(&self, node: usize) -> Vec<usize> {
        let mut inputs: Vec<usize> = self.in_place_uses[node].iter().map(|used| used.input).collect();
        inputs.sort_unstable();
        inputs.dedup();
        inputs
    }
}
