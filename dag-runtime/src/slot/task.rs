//! What slots know about tasks: the types of their outputs.

#[cfg(feature = "store")]
use super::ElementKeys;
#[cfg(feature = "store")]
use crate::key::{CodeWriter, KeyWriter};
use crate::table::Info;

/// A task: implemented by the type that `#[task]` puts beside its function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "not a task",
    note = "a task is a function with the attribute `#[task]`"
)]
pub trait Task: 'static {
    /// The output for dependents; for a family, a slice of all members' outputs.
    type Output: ?Sized + 'static;
    /// The content of the attribute, but for its dependencies.
    const INFO: Info = Info::PLAIN;
    /// Whether the attribute of the task has `each`.
    const EACH: bool = false;
    /// Whether an `Err` is the output of the task: `catch` of its attribute.
    const CATCHES: bool = false;
    /// How often the task is called again after an `Err`: `retry` of its attribute.
    const RETRIES: u32 = 0;
    /// Of a task with `each`: which dependency of its attribute it runs over.
    #[cfg(feature = "store")]
    const LIST: usize = 0;
    /// How the elements of that dependency's output are written for keys, if they can be keys.
    #[cfg(feature = "store")]
    const ELEMENTS: Option<ElementKeys> = None;
    /// A hash of the function's code in hexadecimal digits, and the names of its arguments, each behind a comma. One
    /// constant, since each one costs compile time for each task.
    #[cfg(feature = "store")]
    const CODE: &'static str = "";
    /// What counts in place of the code: `version` of its attribute.
    #[cfg(feature = "store")]
    const VERSION: Option<u64> = None;
    /// How an output is written for keys, if the task always runs: `volatile` of its attribute.
    #[cfg(feature = "store")]
    const VOLATILE: Option<fn(&Self::Output, &mut KeyWriter)> = None;

    /// Writes what the code uses: `uses` of the attribute, and conditions, variables of the environment and files in the
    /// function.
    #[cfg(feature = "store")]
    fn uses(_code: &mut CodeWriter) {}
}

/// A task whose output may be used from several threads.
#[diagnostic::on_unimplemented(
    message = "the output of task `{Self}` cannot be shared between threads",
    label = "runs tasks on several threads",
    note = "on this executor every output must be `Send + Sync`; `Serial` runs any graph"
)]
pub trait Shareable: Task {}

#[diagnostic::do_not_recommend]
impl<T: Task> Shareable for T where T::Output: Send + Sync {}

/// The right to take one output by value, once unless it is `Copy`. rustc rejects an expression that would take it
/// again in a loop or a closure, as with a local variable.
#[derive(Debug)]
pub struct Once<T>(core::marker::PhantomData<fn() -> T>);

impl<T> Once<T> {
    /// The right for one place in an argument.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Once(core::marker::PhantomData)
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy> Clone for Once<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Copy> Copy for Once<T> {}
