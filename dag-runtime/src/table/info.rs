//! The attributes of tasks, without their dependencies.

use crate::table::stored::ListRelease;

/// The content of a task's attribute, but for its dependencies.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The function's doc comment.
    pub description: &'static str,
    /// The relative cost of the task.
    pub cost: u64,
    /// How its list of outputs is dropped, if it runs once for each element.
    pub each: Option<ListRelease>,
    /// How often the task is called again after an `Err`.
    pub retries: u32,
    /// Whether an `Err` is its output.
    pub catches: bool,
}

impl Info {
    /// Defaults for an empty attribute.
    pub const PLAIN: Self = Info { description: "", cost: 1, each: None, retries: 0, catches: false };
}
