//! What a run knows of the lines of a graph with `keep`.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::{Any, type_name};
use core::slice;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::get;
use super::each::InSteps;
use super::{Codec, Cx, ElementKeys, Finished, Part, Slots, Task, Written, argument_of, code_of};
use crate::error::Outcome;
use crate::key::{KeyWriter, shape_of};
use crate::table::Place;

/// A line of a graph with `keep`.
#[derive(Clone, Copy, Debug)]
pub struct KeptLine {
    /// The path of the task's function, as the type beside it has it: with what the type is generic over.
    path: fn() -> &'static str,
    /// A hash of what the function does, or its version.
    pub(crate) code: fn() -> [u8; 16],
    /// The name of the argument with this number.
    pub(crate) argument: fn(usize) -> Option<&'static str>,
    /// Whether that is its version.
    pub(crate) has_version: bool,
    /// If its attribute has `each`: the dependency there that it runs over.
    pub(crate) list: Option<usize>,
    /// How an output is written for keys, if the task always runs. Requires the same as [`get`].
    volatile: Option<unsafe fn(slot: *const u8, place: Place<'_>, key: &mut KeyWriter)>,
    /// An output. Requires the same as [`get`].
    pub(super) output: unsafe fn(slot: *const u8, place: Place<'_>) -> &'static dyn Any,
    /// If the task runs over the elements of an output, and these can be keys: how they are written.
    pub(crate) elements: Option<ElementKeys>,
    /// The shape of outputs, if the line has `keep`.
    shape: Option<fn() -> [u8; 16]>,
    /// How outputs are encoded, if the line has `keep`.
    pub(crate) codec: Option<Codec>,
}

impl KeptLine {
    /// A line without `keep`, on task `T`, whose outputs are stored as `O`.
    #[must_use]
    pub const fn of<T: Task<Output: Sized>, O: 'static>() -> Self {
        KeptLine {
            path: type_name::<T>,
            code: code_of::<T>,
            argument: argument_of::<T>,
            has_version: T::VERSION.is_some(),
            list: if T::EACH { Some(T::LIST) } else { None },
            volatile: if T::VOLATILE.is_some() { Some(key_of_output::<T, O>) } else { None },
            output: any_output::<O>,
            elements: T::ELEMENTS,
            shape: None,
            codec: None,
        }
    }

    /// The same, where the line says over which output the task runs.
    #[must_use]
    pub const fn with_elements(self, elements: Option<ElementKeys>) -> Self {
        KeptLine { elements, ..self }
    }

    /// A line with `keep`.
    #[must_use]
    pub const fn kept<T: Task<Output: Sized>, O: CanBeKept<T> + 'static>(codec: Option<Codec>) -> Self {
        KeptLine { codec, shape: Some(O::shape), ..KeptLine::of::<T, O>() }
    }

    /// Whether the task always runs, and counts by its output.
    pub(crate) fn is_volatile(&self) -> bool {
        self.volatile.is_some()
    }

    /// The shape of outputs, if the line has `keep`.
    pub(crate) fn shape(&self) -> Option<[u8; 16]> {
        self.shape.map(|shape| shape())
    }

    /// The path of the task's function.
    pub(crate) fn path(&self) -> &'static str {
        let path = (self.path)();
        // The generics of the last segment are what is bound in a run.
        let end = path.rfind("::").map_or(0, |at| path[at..].find('<').map_or(path.len(), |end| at + end));
        if end == 0 { path.split('<').next().unwrap_or(path) } else { &path[..end] }
    }
}

/// An output of task `T` that a store can keep.
#[diagnostic::on_unimplemented(
    message = "the output of task `{T}` cannot be kept: `{Self}` is not `Serialize + DeserializeOwned`",
    label = "`keep` writes its output to a store",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it; it must own its parts, as a `String` does and a `&str` does not"
)]
pub trait CanBeKept<T> {
    /// What of the type decides how its values are written.
    fn shape() -> [u8; 16];
}

#[diagnostic::do_not_recommend]
impl<T, O: Serialize + DeserializeOwned + 'static> CanBeKept<T> for O {
    fn shape() -> [u8; 16] {
        shape_of::<O>()
    }
}

/// The output of the task at `place`.
///
/// # Safety
///
/// As for [`get`]. It is used only as long as it is there.
unsafe fn any_output<O: 'static>(slot: *const u8, place: Place<'_>) -> &'static dyn Any {
    // SAFETY: the caller's promise.
    unsafe { get::<O>(slot, place) }
}

/// Writes the output of the task at `place`, whose task is `T`, for keys.
///
/// # Safety
///
/// As for [`get`].
unsafe fn key_of_output<T: Task<Output: Sized>, O: 'static>(
    slot: *const u8,
    place: Place<'_>,
    key: &mut KeyWriter,
) {
    let Some(write) = T::VOLATILE else { return };
    // SAFETY: the caller's promise.
    let output: &dyn Any = unsafe { get::<O>(slot, place) };
    if let Some(output) = output.downcast_ref::<T::Output>() {
        write(output, key);
    } else if let Some(output) = output.downcast_ref::<Option<T::Output>>() {
        each_for_key(output.iter(), write, key);
    } else if let Some(list) = output.downcast_ref::<Vec<T::Output>>() {
        each_for_key(list.iter(), write, key);
    } else if let Some(list) = output.downcast_ref::<Option<Vec<T::Output>>>() {
        key.raw(&[list.is_some().into()]);
        each_for_key(list.iter().flatten(), write, key);
    }
}

fn each_for_key<'a, O: 'a>(
    outputs: impl Iterator<Item = &'a O> + Clone,
    write: fn(&O, &mut KeyWriter),
    key: &mut KeyWriter,
) {
    key.raw(&(outputs.clone().count() as u64).to_le_bytes());
    outputs.for_each(|output| write(output, key));
}

impl Slots<'_> {
    /// Writes each element of the output of the task at `place`, which is one of `line`, and calls `next` behind it. The task that
    /// `cx` has been made for runs over this output, and is called next. Returns `false` if the output is of another type.
    pub(crate) fn element_keys(
        self,
        cx: &Cx<'_>,
        (line, place): (&KeptLine, Place<'_>),
        keys: ElementKeys,
        next: &mut dyn FnMut(&mut KeyWriter),
    ) -> bool {
        assert!(cx.begins(), "no element was taken yet");
        // SAFETY: rule 3: `cx` is the right of a task that depends on the one at `place` to read its output, which is there by
        // rule 1, until it has ended. Nobody else takes the output before (rule 4), and the task itself does so in its call, which
        // comes later. `keep` takes line and place from the same line of the graph whose slots these are.
        let output = unsafe { (line.output)(self.base.add(place.line.offset), place) };
        keys.write(output, next)
    }

    /// Writes the output of the task that `cx` has been made for, after its call has returned `Ok`, for keys. The task is one that
    /// always runs.
    pub(crate) fn key_own(self, cx: &Cx<'_>, line: &KeptLine, place: Place<'_>, key: &mut KeyWriter) {
        let _ = cx;
        if let Some(write) = line.volatile {
            // SAFETY: the offset is that of the line's store; the rest is as in `encode_own`.
            unsafe { write(self.base.add(place.line.offset), place, key) }
        }
    }

    /// Encodes the output of the task that `cx` has been made for, after its call has returned `Ok`.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be encoded.
    pub(crate) fn encode_own(
        self,
        cx: &Cx<'_>,
        codec: &Codec,
        place: Place<'_>,
        bytes: &mut Vec<u8>,
    ) -> Outcome<()> {
        let _ = cx;
        // SAFETY: the caller is between the call of the task and its executor, which lets no reader start, nor releases the
        // output, before it hears that the task has finished. `keep` takes codec and place from the same line of the graph whose
        // slots these are.
        unsafe { self.encode(codec, place, bytes) }
    }

    /// The bytes of the plain output of the task that `cx` has been made for, after its call has returned `Ok`. `None` if it is not
    /// plain.
    pub(crate) fn plain_own<'c>(self, cx: &'c Cx<'_>, codec: &Codec, place: Place<'_>) -> Option<&'c [u8]> {
        let _ = cx;
        // SAFETY: as in `encode_own`. `cx` ends before the executor hears that the task has finished.
        unsafe { self.plain_bytes(codec, place).map(|bytes| &*bytes) }
    }

    /// Stores the kept plain output of the task that `cx` has been made for, in place of its call, if `fill` writes its bytes.
    pub(crate) fn fill_own(
        self,
        cx: &Cx<'_>,
        codec: &Codec,
        place: Place<'_>,
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> bool,
    ) -> bool {
        let _ = cx;
        // SAFETY: as in `decode_own`.
        unsafe { self.fill(codec, place, len, fill) }
    }

    /// The same before the run. Its task is not called then.
    pub(crate) fn fill_before_run(
        self,
        codec: &Codec,
        place: Place<'_>,
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> bool,
    ) -> bool {
        // SAFETY: as in `decode_before_run`.
        unsafe { self.fill(codec, place, len, fill) }
    }

    /// Stores a plain output of `len` bytes if `fill` writes them. Whether it has.
    ///
    /// # Safety
    ///
    /// As for [`Slots::decode`].
    unsafe fn fill(
        self,
        codec: &Codec,
        place: Place<'_>,
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> bool,
    ) -> bool {
        let Some(Ok(mut landing)) = codec.zeroed_landing(len) else { return false };
        // SAFETY: it has so many bytes, which are initialized, and nobody else knows it.
        let is_filled = fill(unsafe { slice::from_raw_parts_mut(landing.memory(), len) });
        if is_filled {
            // SAFETY: all bytes are initialized, the landing is from the codec, and the rest is the caller's promise.
            unsafe { self.land(landing, place) };
        }
        is_filled
    }

    /// Stores the kept output of the task that `cx` has been made for, in place of its call.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be decoded.
    pub(crate) fn decode_own(
        self,
        cx: &Cx<'_>,
        codec: &Codec,
        place: Place<'_>,
        bytes: &[u8],
    ) -> Outcome<()> {
        let _ = cx;
        // SAFETY: rule 2: `cx` is the right of this task to store its output, which it does once, since it is not called. Codec
        // and place are as in `encode_own`.
        unsafe { self.decode(codec, place, bytes) }
    }

    /// Stores a kept output before the run. Its task is not called.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be decoded.
    pub(crate) fn decode_before_run(self, codec: &Codec, place: Place<'_>, bytes: &[u8]) -> Outcome<()> {
        // SAFETY: no task runs yet, so no reader of the output has started (rule 2), and the start of the run makes it visible to
        // all of them. `keep` does this once for a task, and then does not call it. Codec and place are as in `encode_own`.
        unsafe { self.decode(codec, place, bytes) }
    }

    /// Drops an output that was stored before the run, whose task is called after all.
    #[cfg(feature = "mpi")]
    pub(crate) fn release_before_run(self, place: Place<'_>) {
        // SAFETY: no task runs yet, so no reader of the output is left (rule 5). The place is that of a task of the graph whose
        // slots these are.
        unsafe { self.release(place) }
    }
}

/// Ends a task in place of its call: the part that `cx` says. A task that runs in steps has no elements then. `end` stores the
/// output of the task, unless that is there already, or is not needed.
///
/// # Errors
///
/// Returns the error of `end`. A step that is not the last one returns an error that stands for an output that does not exist
/// yet.
pub(crate) fn end_without_call(cx: &Cx<'_>, end: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    match cx.part() {
        Part::Open(cell) => {
            cell.open_not_wanted();
            return Err(Box::new(InSteps));
        }
        Part::Close(cell) => cell.close_not_wanted(),
        _ => {}
    }
    end()
}

impl Finished {
    /// The output of the task was found in a store, and is in its slot.
    pub(crate) fn insert_hit(&self, task: u32) {
        self.insert(task, &Written(()));
    }
}
