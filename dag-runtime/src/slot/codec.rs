//! How outputs cross ranks, and how they are kept: as bytes, from a slot on one rank to the slot on another,
//! or to a store and back.
//!
//! The lines of a graph have different types, which an executor does not know. So each line has a [`Codec`]: a few
//! function pointers that are made where the type is known. A *plain* output, which consists of contiguous numbers, is
//! sent as it is in memory. Any other output is encoded by serde, in the format of postcard.
//!
//! In the rules of slots, encoding is a read by a task that depends on the output, and decoding is a run of the
//! output's own task, on a rank that does not run it.

mod access;
mod check;
#[cfg(feature = "mpi")]
mod crossing;
mod fingerprint;
mod kinds;
mod placing;
mod plain;
mod read;
mod reader;
mod write;
mod writer;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::{Any, TypeId, type_name};

use serde::{Deserialize, Serialize};

#[cfg(feature = "mpi")]
pub use crossing::{CodecList, Codecs, Crosses, Crossing, Portable};
pub use kinds::{NotPlain, NotSerde, PlainOf, SerdeOf, codec};
pub use plain::Plain;
use read::{borrows, read};

use super::family::Outputs;
use super::{Slots, Store};
use crate::error::Outcome;
use crate::table::Place;

/// Converts the outputs of a line to bytes and back.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// Requires the same as [`get`].
    encode: unsafe fn(slot: *const u8, place: Place<'_>, bytes: &mut Vec<u8>) -> Outcome<()>,
    /// Requires the same as [`put`].
    decode: unsafe fn(slot: *const u8, place: Place<'_>, bytes: &[u8]) -> Outcome<()>,
    plain: Option<PlainCodec>,
    /// As `encode` and `decode`, for a value that is not in a slot.
    encode_value: fn(output: &dyn Any, bytes: &mut Vec<u8>) -> Outcome<()>,
    decode_value: fn(bytes: &[u8]) -> Outcome<Box<dyn Any>>,
    output: fn() -> TypeId,
    name: fn() -> &'static str,
    size: usize,
    align: usize,
    borrows: fn() -> bool,
    is_there: unsafe fn(slot: *const u8, place: Place<'_>) -> bool,
}

/// How plain outputs cross.
#[derive(Clone, Copy, Debug)]
struct PlainCodec {
    bytes: unsafe fn(slot: *const u8, place: Place<'_>) -> *const [u8],
    land: fn(len: usize) -> Outcome<Box<dyn Landing>>,
    /// The same, with all bytes zero.
    #[cfg(feature = "store")]
    zeroed: fn(len: usize) -> Outcome<Box<dyn Landing>>,
    /// Requires that rule 5 allows to empty the slot now. `None` if no output is there, or if it has no memory but the slot.
    reclaim: unsafe fn(slot: *const u8, place: Place<'_>) -> Option<Box<dyn Landing>>,
}

/// Memory for an output that is being received.
pub(crate) trait Landing {
    /// The memory for its bytes: as many as were requested.
    fn memory(&mut self) -> *mut u8;
    /// How many bytes an output has that is received here.
    fn bytes(&self) -> usize;
    /// Stores the output in its slot.
    ///
    /// # Safety
    ///
    /// All bytes were written. `slot` and `place` are those of an output of the type that this was
    /// made for, and rule 2 of the module above allows to store it now.
    unsafe fn store(self: Box<Self>, slot: *const u8, place: Place<'_>);
}

impl Slots<'_> {
    /// Appends an output's bytes.
    ///
    /// # Errors
    ///
    /// Fails if the output cannot be encoded.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are. The
    /// output is there, and is not released before this returns (rule 5).
    pub(crate) unsafe fn encode(self, codec: &Codec, place: Place<'_>, bytes: &mut Vec<u8>) -> Outcome<()> {
        // SAFETY: the offset is that of the line's store. The rest is the caller's promise.
        unsafe { (codec.encode)(self.base.add(place.line.offset), place, bytes) }
    }

    /// Decodes these bytes and stores the output.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be decoded.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are, and
    /// rule 2 allows to store this output now.
    pub(crate) unsafe fn decode(self, codec: &Codec, place: Place<'_>, bytes: &[u8]) -> Outcome<()> {
        // SAFETY: as in `encode`.
        unsafe { (codec.decode)(self.base.add(place.line.offset), place, bytes) }
    }

    /// Whether an output was stored and not moved out, if it needs a drop.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are. No task that
    /// stores the output or moves it runs now.
    pub(crate) unsafe fn is_there(self, codec: &Codec, place: Place<'_>) -> bool {
        // SAFETY: as in `encode`.
        unsafe { (codec.is_there)(self.base.add(place.line.offset), place) }
    }

    /// The bytes of a plain output in its slot.
    ///
    /// # Safety
    ///
    /// As for [`Slots::encode`]; the bytes are there until the output is released.
    pub(crate) unsafe fn plain_bytes(self, codec: &Codec, place: Place<'_>) -> Option<*const [u8]> {
        let plain = codec.plain?;
        // SAFETY: as in `encode`.
        Some(unsafe { (plain.bytes)(self.base.add(place.line.offset), place) })
    }

    /// Takes a plain output out of its slot, as memory in which another one can be received. `None` if none is there, or if it
    /// has no memory of its own.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are, and rule 5 allows to
    /// release the output now.
    #[cfg(feature = "mpi")]
    pub(crate) unsafe fn reclaim(self, codec: &Codec, place: Place<'_>) -> Option<Box<dyn Landing>> {
        let plain = codec.plain?;
        // SAFETY: as in `encode`.
        unsafe { (plain.reclaim)(self.base.add(place.line.offset), place) }
    }

    /// Stores a received output.
    ///
    /// # Safety
    ///
    /// All bytes of `landing` were written, which was made by the codec of the line of `place`. The
    /// rest as for [`Slots::decode`].
    pub(crate) unsafe fn land(self, landing: Box<dyn Landing>, place: Place<'_>) {
        // SAFETY: the caller's promise.
        unsafe { landing.store(self.base.add(place.line.offset), place) }
    }
}

impl Codec {
    /// Memory for an output of this many bytes; `None` if the output is not plain.
    ///
    /// # Errors
    ///
    /// Fails if no output has this many bytes.
    pub(crate) fn landing(&self, len: usize) -> Option<Outcome<Box<dyn Landing>>> {
        self.plain.map(|plain| (plain.land)(len))
    }

    /// The same, with all bytes zero.
    #[cfg(feature = "store")]
    pub(super) fn zeroed_landing(&self, len: usize) -> Option<Outcome<Box<dyn Landing>>> {
        self.plain.map(|plain| (plain.zeroed)(len))
    }

    /// Whether outputs are plain.
    #[cfg(feature = "store")]
    pub(crate) fn is_plain(&self) -> bool {
        self.plain.is_some()
    }

    /// The type of outputs, if they are plain.
    #[cfg(feature = "mpi")]
    pub(crate) fn plain_output(&self) -> Option<TypeId> {
        self.plain.map(|_| (self.output)())
    }

    /// Whether outputs are of this type.
    pub(crate) fn is_of(&self, output: TypeId) -> bool {
        (self.output)() == output
    }

    /// The name of the type of outputs, its size and its alignment.
    pub(crate) fn layout(&self) -> (&'static str, usize, usize) {
        ((self.name)(), self.size, self.align)
    }

    /// Whether the type of outputs is known to hold references, so that they cannot be decoded.
    pub(crate) fn borrows(&self) -> bool {
        (self.borrows)()
    }

    /// Encodes a value of the type of outputs, and appends its bytes.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be encoded.
    pub(crate) fn encode_value(&self, output: &dyn Any, bytes: &mut Vec<u8>) -> Outcome<()> {
        (self.encode_value)(output, bytes)
    }

    /// Decodes a value of the type of outputs.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be decoded.
    pub(crate) fn decode_value(&self, bytes: &[u8]) -> Outcome<Box<dyn Any>> {
        (self.decode_value)(bytes)
    }

    /// By serde.
    const fn serde<O: Serialize + Deserialize<'static> + 'static>() -> Self {
        unsafe fn encode<O: Serialize + Deserialize<'static> + 'static>(
            slot: *const u8,
            place: Place<'_>,
            bytes: &mut Vec<u8>,
        ) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::encode`.
            write(unsafe { get::<O>(slot, place) }, bytes)
        }
        unsafe fn decode<O: Deserialize<'static> + 'static>(
            slot: *const u8,
            place: Place<'_>,
            bytes: &[u8],
        ) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::decode`.
            unsafe { put::<O>(slot, place, read(bytes)?) };
            Ok(())
        }
        #[inline]
        fn write<O: Serialize + Deserialize<'static>>(output: &O, bytes: &mut Vec<u8>) -> Outcome<()> {
            if cfg!(debug_assertions) {
                return check::write(output, bytes);
            }
            Ok(write::write(output, bytes)?)
        }
        Codec {
            encode: encode::<O>,
            decode: decode::<O>,
            plain: None,
            encode_value: |output, bytes| write::<O>(known(output), bytes),
            decode_value: |bytes| Ok(Box::new(read::<O>(bytes)?)),
            output: TypeId::of::<O>,
            name: type_name::<O>,
            size: size_of::<O>(),
            align: align_of::<O>(),
            borrows: borrows::<O>,
            is_there: is_there::<O>,
        }
    }
}

/// Downcasts a value of the type of outputs.
fn known<O: 'static>(output: &dyn Any) -> &O {
    output.downcast_ref().expect("a codec is given values of its type")
}

/// The output of the task at `place`.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`. The output is there, for
/// as long as `'a`.
pub(super) unsafe fn get<'a, O: 'static>(slot: *const u8, place: Place<'_>) -> &'a O {
    // SAFETY: the caller's promise, by rules 1 and 5.
    unsafe {
        if place.line.shape.is_some() {
            let position = place.position as usize;
            return &Outputs::<O>::of(slot, place.line).slice(position..position + 1)[0];
        }
        let store = &*slot.cast::<Store<O>>();
        debug_assert!(store.full.get(), "an output is encoded before it is there");
        (*store.value.get()).assume_init_ref()
    }
}

/// Whether the output of the task at `place` is there, by its flag, if it has one.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`. Nobody changes the flag now.
unsafe fn is_there<O: 'static>(slot: *const u8, place: Place<'_>) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match place.line.shape {
            Some(_) => Outputs::<O>::of(slot, place.line).is_there(place.position as usize),
            None => !Store::<O>::FLAGGED || (*slot.cast::<Store<O>>()).full.get(),
        }
    }
}

/// Takes the output of the task at `place`, if it is there, to drop it or to use its memory.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`, which needs a drop. Rule 5 allows to empty the
/// slot now.
unsafe fn take_left<O: 'static>(slot: *const u8, place: Place<'_>) -> Option<O> {
    // SAFETY: the caller's promise.
    unsafe {
        match place.line.shape {
            Some(_) => Outputs::<O>::of(slot, place.line).take_left(place.position as usize),
            None => (*slot.cast::<Store<O>>()).take_left(),
        }
    }
}

/// Stores the output of the task at `place`.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`. Rule 2 allows it, and
/// no output is there.
unsafe fn put<O: 'static>(slot: *const u8, place: Place<'_>, output: O) {
    // SAFETY: the caller's promise.
    unsafe {
        if place.line.shape.is_some() {
            return Outputs::<O>::of(slot, place.line).put(place.position as usize, output);
        }
        let store = &*slot.cast::<Store<O>>();
        (*store.value.get()).write(output);
        if Store::<O>::FLAGGED {
            store.full.set(true);
        }
    }
}
