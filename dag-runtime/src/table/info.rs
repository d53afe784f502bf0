//! What the attribute of a task says.

use crate::table::edges::Edge;
use crate::table::stored::ListRelease;

/// What an attribute says of its task.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The function's doc comment.
    pub description: &'static str,
    /// The relative time that the task takes.
    pub cost: u64,
    /// What the task depends on, in the order of the attribute.
    pub edges: &'static [Edge],
    /// Where it runs once for each element of an output, how its list is dropped.
    pub each: Option<ListRelease>,
}

impl Info {
    /// Defaults for an empty attribute.
    pub const PLAIN: Self = Info { description: "", cost: 1, edges: &[], each: None };
}
