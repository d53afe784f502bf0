//! The parts of what the tracer gives.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::node::{Node, Run};
use super::place::{Refused, Tracer};

/// The elements of a list, the fields of a struct, or the pairs of a map.
pub(super) struct Items<'a> {
    nodes: &'a mut [Node],
    run: &'a mut Run,
    /// How many were given, and how many there are.
    given: usize,
    count: usize,
}

impl<'a> Items<'a> {
    /// One for each node.
    pub(super) fn each(nodes: &'a mut [Node], run: &'a mut Run) -> Self {
        Items { count: nodes.len(), nodes, run, given: 0 }
    }

    /// Some of the same type.
    pub(super) fn alike(nodes: &'a mut [Node], count: usize, run: &'a mut Run) -> Self {
        Items { nodes, run, given: 0, count }
    }

    /// Keys and values in turn, this many together.
    pub(super) fn pairs(nodes: &'a mut [Node], count: usize, run: &'a mut Run) -> Self {
        Items { nodes, run, given: 0, count }
    }

    fn next(&mut self) -> Option<Tracer<'_>> {
        if self.given >= self.count {
            return None;
        }
        let position = self.given % self.nodes.len();
        self.given += 1;
        Some(Tracer { node: &mut self.nodes[position], run: self.run })
    }
}

impl SeqAccess<'static> for Items<'_> {
    type Error = Refused;

    fn next_element_seed<S: DeserializeSeed<'static>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        self.next().map(|tracer| seed.deserialize(tracer)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.count - self.given)
    }
}

impl MapAccess<'static> for Items<'_> {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Refused> {
        self.next().map(|tracer| seed.deserialize(tracer)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        self.next().map_or(Err(Refused), |tracer| seed.deserialize(tracer))
    }
}

/// Gives as many things as there are parts.
pub(super) fn parts<T>(
    node: &mut Node,
    run: &mut Run,
    give: impl FnOnce(Items<'_>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    give(Items::each(&mut node.children, run))
}

/// A variant of an enum.
pub(super) struct Choice<'a> {
    pub(super) node: &'a mut Node,
    pub(super) index: usize,
    pub(super) run: &'a mut Run,
}

impl<'a> EnumAccess<'static> for Choice<'a> {
    type Error = Refused;
    type Variant = Tracer<'a>;

    fn variant_seed<S: DeserializeSeed<'static>>(self, seed: S) -> Result<(S::Value, Tracer<'a>), Refused> {
        let index: U32Deserializer<Refused> = (self.index as u32).into_deserializer();
        let variant = seed.deserialize(index);
        if variant.is_err() {
            self.node.refusals += 1;
        }
        Ok((variant?, Tracer { node: self.node, run: self.run }))
    }
}

impl VariantAccess<'static> for Tracer<'_> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        self.run.enter(self.node, || ("unit".into(), 0));
        self.run.leave(self.node, true);
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'static>>(self, seed: S) -> Result<S::Value, Refused> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'static>>(self, length: usize, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'static>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.with_parts(
            || (alloc::format!("fields {fields:?}"), fields.len()),
            |node, run| parts(node, run, |items| visitor.visit_seq(items)),
        )
    }
}
