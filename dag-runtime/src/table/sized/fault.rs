//! What is wrong with a graph for given sizes.

use alloc::format;
use alloc::string::String;

use super::{GivenSizes, MAX_SIZE, Template};
use crate::error::Error;
use crate::table::Line;
use crate::table::checked::Miscalculation;
use crate::table::expansion_result::OutOfRange;
use crate::table::owned::TooMany;
use crate::table::problems::Text;
use crate::table::shape::Span;

/// What is wrong with a graph for given sizes.
#[derive(Debug)]
pub(in crate::table) enum Fault {
    /// This size is too large.
    Size(usize),
    /// The range of the index at this position of this family is calculated wrong.
    Range(usize, usize, Miscalculation),
    /// There are more members than can be counted.
    TooMany,
    /// A member is used that does not exist, or lines depend on each other, or an output is moved and used.
    Wrong(String),
}

impl From<TooMany> for Fault {
    fn from(_: TooMany) -> Self {
        Fault::TooMany
    }
}

/// The text of a use of an input whose conditions are calculated wrong.
pub(super) fn miscalculated_use(lines: &[Line<'_>], task: u32, input: &str, fault: Miscalculation) -> String {
    let mut text = Text::new();
    text.push("where ");
    text.push_task(lines, task);
    text.push(" uses `");
    text.push(input);
    text.push("`, a condition ");
    text.push(fault.verb());
    text.as_str().into()
}

impl Template {
    /// The error of a run with these sizes.
    pub(super) fn error(&self, sizes: &[usize], fault: Fault) -> Error {
        let text = match fault {
            Fault::Size(k) => {
                format!("size `{}` is {}, and a size is at most {MAX_SIZE}", self.sizes[k], sizes[k])
            }
            Fault::Range(family, k, fault) => {
                let lines = self.nodes.iter().zip(self.forms);
                let mut families = lines.filter_map(|(line, forms)| Some((line.name, (*forms)?)));
                let (name, index) =
                    families.nth(family).map_or(("", ""), |(name, forms)| (name, forms.names[k]));
                format!("the range of `{index}` in `{name}` {}", fault.verb())
            }
            Fault::TooMany => "a graph has at most 2147483647 tasks".into(),
            Fault::Wrong(text) => text,
        };
        let sizes = GivenSizes::new(self.sizes, sizes);
        Error::sizes(self.graph, format!("with {sizes}: {text}"))
    }

    /// The graph does not run for these sizes, since its outputs need more memory than there is.
    #[cold]
    pub(crate) fn no_memory(&self, sizes: &[usize]) -> Error {
        self.error(sizes, Fault::Wrong("its outputs need more memory than there is".into()))
    }

    /// The text of a use of a line whose indices or conditions are calculated wrong.
    pub(super) fn miscalculated(
        &self,
        lines: &[Line<'_>],
        (task, to, fault): (u32, u32, Miscalculation),
    ) -> String {
        let mut text = Text::new();
        text.push("where ");
        text.push_task(lines, task);
        text.push(" asks for ");
        text.push_line(&lines[to as usize]);
        text.push(", an index or a condition ");
        text.push(fault.verb());
        text.as_str().into()
    }

    /// The text of the use of a member that does not exist.
    pub(super) fn out_of_range(&self, lines: &[Line<'_>], found: &OutOfRange) -> String {
        let family = &lines[found.to as usize];
        let indices = &found.indices[..found.len];
        let mut text = Text::new();
        text.push_task(lines, found.task);
        text.push(" asks for `");
        text.push_member(family.name, indices, found.slice);
        text.push("`");
        let Some(Err((k, Span { lo, len, .. }))) = family.shape.map(|shape| shape.combination(indices))
        else {
            return text.as_str().into();
        };
        text.push(", and `");
        text.push(self.forms[found.to as usize].map_or("", |forms| forms.names[k]));
        text.push("` is in ");
        text.push_integer(lo);
        text.push("..");
        text.push_integer(lo + len as isize);
        if family.shape.is_some_and(|shape| shape.varies(k)) {
            text.push(" for `");
            text.push_prefix(family.name, &indices[..k]);
            text.push("`");
        }
        text.as_str().into()
    }
}
