//! What rustc warns of in the name of the macros: on stable Rust a warning of ours is one of a deprecated function.

/// Stands where an argument calls a function that the graph calls already, with the same arguments.
#[deprecated = "this runs the function a second time; to use the output of the task, write its name without the call"]
pub const fn function_of_a_task_called_again() {}
