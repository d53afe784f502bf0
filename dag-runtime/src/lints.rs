//! Warnings that the macros cause. On stable Rust, a macro can only warn by a use of a deprecated function.

/// Used where an argument calls a function that the graph calls already, with the same arguments.
#[deprecated = "this runs the function a second time; to use the output of the task, write its name without the call"]
pub const fn function_of_a_task_called_again() {}
