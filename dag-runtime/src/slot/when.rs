//! Outputs of tasks that may not be wanted: `Option`s.

use alloc::boxed::Box;
use core::cell::UnsafeCell;
use core::error::Error;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, needs_drop};

use super::each::InSteps;
use super::family;
use super::{
    Bound, Cx, Flag, Members, OutputByValue, Part, Sink, SizedPart, Slot, Store, StoredOutput, Task, Written,
};
use crate::error::Outcome;
use crate::table::Line;
use crate::unwind::discard;

/// A place for the output of a wanted task, on its way into the `Option` in its slot.
struct Local<O>(Store<O>);

impl<O> Local<O> {
    fn new() -> Self {
        Local(Store { full: Flag::clear(), value: UnsafeCell::new(MaybeUninit::uninit()) })
    }
}

/// Code that ran after the output was stored has panicked: a panic in the drop of the output must not replace that one.
impl<O> Drop for Local<O> {
    #[inline]
    fn drop(&mut self) {
        if needs_drop::<O>() {
            // SAFETY: the type needs a drop, and nobody else uses this place.
            if let Some(output) = unsafe { self.0.take_left() } {
                discard(output);
            }
        }
    }
}

/// Runs a task that is wanted: the part that `cx` says.
#[inline]
fn wanted<O>(
    cx: &Cx<'_>,
    sink: Sink<'_, Option<O>>,
    run: impl FnOnce(Sink<'_, O>) -> Outcome<Written>,
) -> Outcome<Written> {
    if let Part::Elements(cell, _) | Part::Close(cell) = cx.part() {
        if cell.is_not_wanted() {
            return Err(Box::new(Changed));
        }
    }
    let local = Local::new();
    run(local.0.sink())?;
    Ok(sink.put(Some(local.0.take(cx, false))))
}

/// Ends a task that is not wanted. A task that runs in steps has no elements then.
#[inline]
fn not_wanted<O>(cx: &Cx<'_>, sink: Sink<'_, Option<O>>) -> Outcome<Written> {
    match cx.part() {
        Part::Whole => {}
        Part::Open(cell) => {
            cell.open_not_wanted();
            return Err(Box::new(InSteps));
        }
        Part::Close(cell) if cell.is_not_wanted() => cell.close_not_wanted(),
        _ => return Err(Box::new(Changed)),
    }
    cx.not_wanted();
    Ok(sink.put(None))
}

impl<O, T: Task<Output = Option<O>>> Slot<T> {
    /// Runs the task, which is wanted, and stores its output.
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    #[inline]
    pub fn wanted(&self, cx: &Cx<'_>, run: impl FnOnce(Sink<'_, O>) -> Outcome<Written>) -> Outcome<Written> {
        wanted(cx, self.0.sink(), run)
    }

    /// Ends the task, which is not wanted.
    ///
    /// # Errors
    ///
    /// Fails if the task was wanted in an earlier step.
    #[inline]
    pub fn not_wanted(&self, cx: &Cx<'_>) -> Outcome<Written> {
        not_wanted(cx, self.0.sink())
    }
}

impl<O, T: Task<Output = Option<O>>, const N: usize> Members<T, N> {
    /// As for a single task.
    ///
    /// # Errors
    ///
    /// As for a single task.
    #[inline]
    pub fn wanted(
        &self,
        cx: &Cx<'_>,
        position: usize,
        run: impl FnOnce(Sink<'_, O>) -> Outcome<Written>,
    ) -> Outcome<Written> {
        wanted(cx, self.sink(position), run)
    }

    /// As for a single task.
    ///
    /// # Errors
    ///
    /// As for a single task.
    #[inline]
    pub fn not_wanted(&self, cx: &Cx<'_>, position: usize) -> Outcome<Written> {
        not_wanted(cx, self.sink(position))
    }
}

impl<O, T: Task<Output = Option<O>>> SizedPart<'_, T> {
    /// As for a single task.
    ///
    /// # Errors
    ///
    /// As for a single task.
    #[inline]
    pub fn wanted(
        &self,
        cx: &Cx<'_>,
        position: usize,
        run: impl FnOnce(Sink<'_, O>) -> Outcome<Written>,
    ) -> Outcome<Written> {
        wanted(cx, self.sink(position), run)
    }

    /// As for a single task.
    ///
    /// # Errors
    ///
    /// As for a single task.
    #[inline]
    pub fn not_wanted(&self, cx: &Cx<'_>, position: usize) -> Outcome<Written> {
        not_wanted(cx, self.sink(position))
    }
}

/// Stores the outputs of a task that runs once for each element.
///
/// # Errors
///
/// Passes on the task's own error.
pub fn put<O>(sink: Sink<'_, O>, outcome: Outcome<O>) -> Outcome<Written> {
    Ok(sink.put(outcome?))
}

/// The condition of a task that runs in steps is not what it was in the first step.
#[derive(Debug)]
struct Changed;

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the condition of its `when` has changed while the task was running")
    }
}

impl Error for Changed {}

/// An output that a task takes as an `Option`: that of a task with `when`, or one that is an `Option` itself.
pub struct OptionalOutput<'cx, H: ?Sized> {
    /// The store of `line`: of a `H`, or of `Option`s if the line has `when`.
    slot: *const u8,
    line: &'cx Line<'cx>,
    output: PhantomData<(&'cx (), *const H)>,
}

impl<'cx, O> Bound<'cx, O> {
    /// The output of the `k`-th dependency, which is on `T`, to be taken as an `Option`.
    #[inline]
    pub(crate) fn optional<T: Task>(&self, k: usize) -> OptionalOutput<'cx, T::Output> {
        let (line, slot) = self.slot(k);
        OptionalOutput { slot, line, output: PhantomData }
    }
}

const CHECKED: &str = "the table has compared attributes with the lines that have `when`";

impl<'cx, H> OptionalOutput<'cx, H> {
    /// That of a task with `when`.
    #[inline]
    pub(crate) fn of_when(self) -> &'cx Option<H> {
        assert!(self.line.optional && !self.line.is_family(), "{CHECKED}");
        // SAFETY: the line has `when` and is no family, so its store is of an `Option` of the output of its task. The rest
        // is as in `Bound::get`.
        unsafe { (*self.slot.cast::<Store<Option<H>>>()).get(&AFTER) }
    }

    /// That of a task with `when`, by value.
    #[inline]
    pub(crate) fn take_of_when(self) -> Option<H> {
        assert!(self.line.optional && !self.line.is_family(), "{CHECKED}");
        // SAFETY: as in `of_when`. The table says that the task is the last reader, or that the output is `Copy`.
        unsafe { (*self.slot.cast::<Store<Option<H>>>()).take(&AFTER, self.line.copy) }
    }

    /// That of a task without `when`, by value.
    #[inline]
    pub(crate) fn plain_by_value(self) -> OutputByValue<'cx, H> {
        assert!(!self.line.optional, "{CHECKED}");
        OutputByValue::new(self.slot, self.line.copy)
    }
}

const AFTER: Cx<'static> = Cx::after_run();

impl<'cx, H: ?Sized + StoredOutput> OptionalOutput<'cx, H> {
    /// That of a task without `when`.
    #[inline]
    pub(crate) fn plain(self) -> &'cx H {
        assert!(!self.line.optional, "{CHECKED}");
        // SAFETY: as in `Bound::get`: the line has no `when`, so its store is of the output of its task.
        unsafe { H::get(self.slot, self.line) }
    }
}

impl<'cx, H> OptionalOutput<'cx, [H]> {
    /// Those of a family with `when`.
    #[inline]
    pub(crate) fn members_of_when(self) -> &'cx [Option<H>] {
        assert!(self.line.optional && self.line.is_family(), "{CHECKED}");
        // SAFETY: the line is a family and has `when`, so its store is of `Option`s. The rest is as in `Bound::get`.
        unsafe {
            let outputs = family::Outputs::<Option<H>>::of(self.slot, self.line);
            outputs.slice(0..outputs.len())
        }
    }
}
