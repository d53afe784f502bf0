//! The outputs of families whose number of members is known only at run time.
//!
//! In the struct of slots such a family has a [`SizedMembers`], which points to the places of its outputs. These lie in
//! one [`Allocation`] for all families of a run, in the order of the lines: first the flags that are used, then the
//! outputs. Flags and outputs follow the same rules as those of [`Members`](super::Members).

use alloc::alloc::{Layout as Block, alloc, dealloc};
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops::Range;
use core::ptr::{self, NonNull};

use super::family::{Header, Outputs};
use super::layout::{Layout, with_slots};
use super::retry::TakesAgain;
use super::task::{Once, Shareable, Task};
use super::{Bound, Cx, Sink, Slots, Written};
use crate::error::Outcome;
use crate::table::Line;

/// The outputs of a family whose number of members is known only at run time, each an instance of task `T`.
#[repr(transparent)]
pub struct SizedMembers<T: Task<Output: Sized>>(Header<T::Output>);

// SAFETY: as for `Members`. The header is written before the run, and only read during it.
unsafe impl<T: Task<Output: Sized> + Shareable> Sync for SizedMembers<T> {}

/// [`SizedMembers`] as a call uses them: a copy of the header, so that it can stay in registers.
pub struct SizedPart<'run, T: Task<Output: Sized>> {
    outputs: Outputs<T::Output>,
    run: PhantomData<&'run SizedMembers<T>>,
}

impl<T: Task<Output: Sized>> Clone for SizedPart<'_, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Task<Output: Sized>> Copy for SizedPart<'_, T> {}

impl<T: Task<Output: Sized>> SizedMembers<T> {
    /// The outputs, for calls.
    #[inline(always)]
    pub fn part(&self) -> SizedPart<'_, T> {
        SizedPart { outputs: self.0.outputs(), run: PhantomData }
    }

    /// The outputs of all members, taken out after a successful run.
    pub(crate) fn take_outputs(&self) -> Vec<T::Output> {
        self.part().take_all(&Cx::after_run())
    }
}

impl<'run, T: Task<Output: Sized>> SizedPart<'run, T> {
    /// The number of members.
    pub(super) fn len(&self) -> usize {
        self.outputs.len()
    }

    /// The sink for the output of a member, which is the running task.
    #[inline(always)]
    pub(super) fn sink(&self, position: usize) -> Sink<'run, T::Output> {
        // SAFETY: the position is of a member, whose places the allocation holds for the whole run.
        unsafe { self.outputs.sink(position) }
    }

    /// As [`Members::bound`](super::Members::bound).
    #[inline(always)]
    pub fn bound<G: Layout>(
        &self,
        slots: &'run G::Slots,
        cx: &'run Cx<'_>,
        line: usize,
        position: usize,
    ) -> Bound<'run, T::Output> {
        Bound::new(slots, cx, G::LINES, line, self.sink(position))
    }

    /// As [`Members::put`](super::Members::put).
    ///
    /// # Errors
    ///
    /// Passes on the task's own error.
    #[inline]
    pub fn put(&self, _: &Cx<'_>, position: usize, outcome: Outcome<T::Output>) -> Outcome<Written> {
        Ok(self.sink(position).put(outcome?))
    }

    /// The output of one member, borrowed for as long as the task runs.
    #[inline]
    pub fn get<'cx>(&self, cx: &'cx Cx<'_>, position: usize) -> &'cx T::Output
    where
        'run: 'cx,
    {
        let _ = cx;
        // SAFETY: the running task depends on the member: its edges come from the same indices.
        unsafe { self.outputs.get(position) }
    }

    /// As [`Members::take`](super::Members::take).
    #[inline]
    pub fn take(&self, _: &Cx<'_>, position: usize, copy: bool) -> T::Output {
        // SAFETY: the position is of a member, on which the running task depends: it comes from the indices and the
        // ranges from which the edges come. The table says whether the task is the last reader.
        unsafe { self.outputs.take(position, copy) }
    }

    /// As [`take`](Self::take), for an expression of task `C` that may be in a loop: a clone, if the task has `retry` and this
    /// is not the last attempt.
    #[inline]
    pub fn take_once<C, const AGAIN: bool>(
        &self,
        cx: &Cx<'_>,
        position: usize,
        copy: bool,
        _: Once<T::Output>,
    ) -> T::Output
    where
        C: TakesAgain<AGAIN, T, T::Output>,
    {
        if const { AGAIN } && !cx.is_last_attempt() {
            C::again(self.get(cx, position))
        } else {
            self.take(cx, position, copy)
        }
    }

    /// The outputs of some members, borrowed for as long as the task runs.
    #[inline]
    pub fn slice<'cx>(&self, _: &'cx Cx<'_>, positions: Range<usize>) -> &'cx [T::Output]
    where
        'run: 'cx,
    {
        // SAFETY: all members in the range are dependencies of the running task: its edges come from the same range.
        unsafe { self.outputs.slice(positions) }
    }

    /// The outputs of all members, borrowed for as long as the task runs.
    #[inline]
    pub fn all<'cx>(&self, cx: &'cx Cx<'_>) -> &'cx [T::Output]
    where
        'run: 'cx,
    {
        self.slice(cx, 0..self.outputs.len())
    }

    /// The outputs of all members by value.
    pub fn take_all(&self, cx: &Cx<'_>) -> Vec<T::Output> {
        (0..self.outputs.len()).map(|position| self.take(cx, position, false)).collect()
    }
}

/// The memory for the outputs of all sized families of a run.
struct Allocation {
    start: NonNull<u8>,
    block: Block,
}

/// The outputs of a graph need more memory than there is.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl Allocation {
    /// For a graph with these lines, whose flags are all clear.
    fn new(lines: &[Line<'_>]) -> Result<Self, TooLarge> {
        let mut flags = 0;
        let mut block = Block::new::<()>();
        for line in lines {
            flags += line.member.map_or(0, |member| if member.flagged { line.len() } else { 0 });
        }
        let array = |align, size| Block::from_size_align(size, align).map_err(|_| TooLarge);
        let mut append = |next: Block| {
            (block, _) = block.extend(next).map_err(|_| TooLarge)?;
            Ok(())
        };
        append(array(1, flags)?)?;
        for line in lines {
            if let Some(member) = line.member {
                append(array(member.align, member.size.checked_mul(line.len()).ok_or(TooLarge)?)?)?;
            }
        }
        if block.size() == 0 {
            return Ok(Allocation { start: dangling(block.align()), block });
        }
        // SAFETY: the size is not zero. The flags come first.
        unsafe {
            let start = NonNull::new(alloc(block)).ok_or(TooLarge)?;
            start.write_bytes(0, flags);
            Ok(Allocation { start, block })
        }
    }

    /// Writes the headers of the families among these lines, those of the allocation, into the slots.
    ///
    /// # Safety
    ///
    /// The lines are those of the graph whose slots these are, and the allocation outlives the slots.
    unsafe fn fill(&self, slots: Slots<'_>, lines: &[Line<'_>]) {
        let (mut flag, mut end) = (0, 0);
        for line in lines {
            end += line.member.map_or(0, |member| if member.flagged { line.len() } else { 0 });
        }
        for line in lines {
            let Some(member) = line.member else { continue };
            let start = end.next_multiple_of(member.align);
            end = start + member.size * line.len();
            // SAFETY: the offset is that of the line's header, whose layout is the same for all types of outputs. The
            // places are inside of the block: they are laid out as in `new`.
            unsafe {
                let header = &*slots.base.add(line.offset).cast::<Header<()>>();
                let (full, values) = (self.start.add(flag), self.start.add(start));
                header.set(Outputs::new(full.as_ptr().cast(), values.cast(), line.len()));
            }
            flag += if member.flagged { line.len() } else { 0 };
        }
    }
}

impl Drop for Allocation {
    fn drop(&mut self) {
        if self.block.size() > 0 {
            // SAFETY: `new` allocated this block.
            unsafe { dealloc(self.start.as_ptr(), self.block) };
        }
    }
}

/// A place for outputs without a size.
fn dangling(align: usize) -> NonNull<u8> {
    NonNull::new(ptr::without_provenance_mut(align)).unwrap_or(NonNull::dangling())
}

/// Calls `run` with empty slots for a graph whose families have these lines' sizes.
///
/// # Errors
///
/// Fails if there is not enough memory for the outputs.
#[inline]
pub(crate) fn with_sized_slots<G: Layout, R>(
    lines: &[Line<'_>],
    run: impl FnOnce(&G::Slots) -> R,
) -> Result<R, TooLarge> {
    let allocation = Allocation::new(lines)?;
    Ok(with_slots::<G, _>(|slots| {
        // SAFETY: the slots are dropped when `with_slots` returns, before the allocation.
        unsafe { allocation.fill(Slots::of(slots), lines) };
        run(slots)
    }))
}
