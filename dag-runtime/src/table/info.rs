//! The attributes of tasks.

use crate::table::edges::Edge;
use crate::table::site::Fault;
use crate::table::stored::ListRelease;

/// The content of a task's attribute.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The function's doc comment.
    pub description: &'static str,
    /// The relative cost of the task.
    pub cost: u64,
    /// The dependencies, in the order of the attribute.
    pub edges: &'static [Edge],
    /// How its list of outputs is dropped, if it runs once for each element.
    pub each: Option<ListRelease>,
    /// How often the task is called again after an `Err`.
    pub retries: u32,
    /// Whether an `Err` is its output.
    pub catches: bool,
}

impl Info {
    /// Defaults for an empty attribute.
    pub const PLAIN: Self =
        Info { description: "", cost: 1, edges: &[], each: None, retries: 0, catches: false };
}

impl Fault {
    /// [`Info::PLAIN`], in a shorter way.
    #[must_use]
    pub const fn plain(self) -> Info {
        Info::PLAIN
    }
}
