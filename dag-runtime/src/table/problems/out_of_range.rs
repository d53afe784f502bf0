//! Uses of members that are out of their family's range.

use crate::table::Line;
use crate::table::expansion_result::OutOfRange;
use crate::table::problems::Text;
use crate::table::shape::Span;

pub(super) const fn message(nodes: &[Line<'_>], out_of_range: &OutOfRange) -> Text {
    let family = &nodes[out_of_range.to as usize];
    let indices = out_of_range.indices.split_at(out_of_range.len).0;
    let mut text = Text::new();
    text.push_task(nodes, out_of_range.task);
    text.push(" asks for `");
    text.push_member(family.name, indices, out_of_range.slice);
    text.push("`: ");
    let Some(shape) = family.shape else { return text };
    let Err((k, Span { lo, len, .. })) = shape.combination(indices) else { return text };
    if shape.is_empty() {
        text.push("`");
        text.push(family.name);
        text.push("` has no members");
        return text;
    }
    text.push("the ");
    text.push(ORDINALS[k]);
    text.push(" index of `");
    if shape.varies(k) {
        text.push_prefix(family.name, indices.split_at(k).0);
    } else {
        text.push(family.name);
    }
    text.push(if len == 0 { "` has no values" } else { "` is in " });
    if len > 0 {
        text.push_integer(lo);
        text.push("..");
        text.push_integer(lo + len as isize);
    }
    text
}

const ORDINALS: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
