//! All that an expansion may name. Nothing here is covered by semantic versioning.

pub use core::marker::Sized;
pub use core::option::Option::{None, Some};
pub use core::primitive::{u32, usize};
pub use core::result::Result::{self, Ok};

pub use dag_macros::expand_dag;

pub use crate::error::Error;
pub use crate::executor::Executor;
pub use crate::graph::{Graph, INCOMPLETE, Returns, binder, incomplete, no_such_task, run};
pub use crate::slot::{Bound, Cx, Input, Slot};
pub use crate::table::*;
pub use crate::task::*;
