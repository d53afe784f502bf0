//! What is known of a type, and how far it was explored.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::key::KeyWriter;

/// How many nodes the shape of a type has at most, and how often they are visited. It is incomplete beyond.
const MOST_NODES: usize = 20_000;
const MOST_VISITS: usize = 4_000_000;
/// How deep values are nested, before they are to end soon and before they are refused.
const DEEP: usize = 100;
const DEEPEST: usize = 200;
/// How often something may be refused.
const MOST_REFUSALS: usize = 200;
/// How many values are tried of what accepts several, for checks of several values together.
const SEEDS: usize = 6;

/// A type that a type asks for.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// What it is, with the names of fields or variants. Empty where nobody has asked for it.
    pub(super) what: String,
    pub(super) children: Vec<Node>,
    /// The type with a name that it is, as [`Run::types`] knows it.
    pub(super) named: Option<&'static str>,
    /// Whether a value has one of the children, as an enum has.
    pub(super) is_choice: bool,
    /// Whether all of it was seen.
    pub(super) is_complete: bool,
    /// Of a variant, whether an enum that has it was accepted.
    pub(super) is_accepted: bool,
    /// How often it was refused, and how often of that when all its parts were known.
    pub(super) refusals: usize,
    pub(super) own_refusals: usize,
}

impl Node {
    /// Writes what it is. A type that was written before counts by its position among all types.
    pub(super) fn write<'t>(
        &'t self,
        types: &'t BTreeMap<&str, Node>,
        seen: &mut Vec<&'t str>,
        key: &mut KeyWriter,
    ) {
        if let Some(name) = self.named {
            let position = seen.iter().position(|other| *other == name);
            key.bytes(&(position.unwrap_or(seen.len()) as u64).to_le_bytes());
            if position.is_none() {
                seen.push(name);
                types[name].write(types, seen, key);
            }
            return;
        }
        key.bytes(self.what.as_bytes());
        key.bytes(&(self.children.len() as u64).to_le_bytes());
        self.children.iter().for_each(|child| child.write(types, seen, key));
    }

    /// Whether all that was asked for is complete, and of an enum all.
    pub(super) fn are_children_complete(&self) -> bool {
        let is_unasked = |child: &Node| child.what.is_empty() && !self.is_choice;
        self.children.iter().all(|child| child.is_complete || is_unasked(child))
    }

    /// The variant to take, of an enum with at least one.
    pub(super) fn choice(&self, run: &Run) -> usize {
        let unseen = |child: &Node| !child.is_complete && child.refusals < MOST_REFUSALS;
        self.children.iter().position(unseen).unwrap_or_else(|| {
            let accepted: Vec<usize> =
                (0..self.children.len()).filter(|&index| self.children[index].is_accepted).collect();
            if accepted.is_empty() { 0 } else { accepted[run.seed % accepted.len()] }
        })
    }
}

/// What is the same for all nodes.
#[derive(Debug, Default)]
pub(super) struct Run {
    passes: usize,
    /// Which of the values is taken that something accepts.
    pub(super) seed: usize,
    nodes: usize,
    visits: usize,
    /// Whether anything new was seen.
    has_changed: bool,
    /// What is known of types with names, by their names as Rust knows them.
    pub(super) types: BTreeMap<&'static str, Node>,
    /// Those around what is read.
    names: Vec<&'static str>,
    depth: usize,
    /// How many of the values around it are to end soon.
    ending: usize,
    /// For each enum, the variant with which it ends, or the one that is tried next.
    ends: BTreeMap<&'static str, usize>,
}

impl Run {
    /// Whether the type is to be read once more.
    pub(super) fn next_pass(&mut self) -> bool {
        if self.passes > 0 && !core::mem::take(&mut self.has_changed) {
            self.seed += 1;
        }
        self.passes += 1;
        (self.depth, self.ending) = (0, 0);
        self.names.clear();
        self.seed < SEEDS && self.nodes < MOST_NODES && self.visits < MOST_VISITS
    }

    /// Notes what a node is. False where it is nested too deep.
    pub(super) fn enter(&mut self, node: &mut Node, what: impl FnOnce() -> (String, usize)) -> bool {
        self.visits += 1;
        self.depth += 1;
        if node.what.is_empty() {
            let (what, children) = what();
            node.what = what;
            node.children.resize_with(children, Node::default);
            self.nodes += 1;
            self.has_changed = true;
        }
        self.depth < DEEPEST && self.nodes < MOST_NODES && self.visits < MOST_VISITS
    }

    /// Notes whether a node was accepted, and all of it seen.
    pub(super) fn leave(&mut self, node: &mut Node, was_accepted: bool) {
        self.depth -= 1;
        if node.is_complete {
            return;
        }
        if was_accepted && node.are_children_complete() {
            node.is_complete = true;
            self.has_changed = true;
        } else if !was_accepted {
            node.refusals += 1;
            if node.are_children_complete() && node.own_refusals < MOST_REFUSALS {
                node.own_refusals += 1;
                self.has_changed = true;
            }
        }
    }

    /// Which one of some values a node is given.
    pub(super) fn candidate(&self, node: &Node, count: usize) -> usize {
        let shift = if self.ending > 0 { self.passes } else { 0 };
        (node.own_refusals + shift + if node.is_complete { self.seed } else { 0 }) % count
    }

    /// Whether values are to end soon: to have no elements, and nothing in options.
    pub(super) fn is_ending(&self) -> bool {
        self.ending > 0 || self.depth > DEEP
    }

    /// Whether values of this type are to end soon, and nothing is noted of them: it is inside of itself, or in such a type.
    pub(super) fn ends(&self, name: &'static str) -> bool {
        self.ending > 0 || self.names.contains(&name)
    }

    /// Begins a value of a type with a name.
    pub(super) fn begin(&mut self, name: &'static str, ends: bool) {
        self.names.push(name);
        self.ending += usize::from(ends);
    }

    /// Ends it.
    pub(super) fn end(&mut self, ends: bool) {
        self.names.pop();
        self.ending -= usize::from(ends);
    }

    /// Whether all of the types was seen.
    pub(super) fn are_types_complete(&self) -> bool {
        self.types.values().all(|node| node.is_complete)
    }

    /// The variant of an enum with which a value ends soon.
    pub(super) fn ending_variant(&mut self, name: &'static str, count: usize) -> usize {
        let end = self.ends.entry(name).or_default();
        let variant = *end % count;
        // Until it is known to end.
        *end = (variant + 1) % count;
        variant
    }

    pub(super) fn has_ended(&mut self, name: &'static str, variant: usize) {
        self.ends.insert(name, variant);
    }
}
