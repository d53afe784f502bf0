//! How outputs cross ranks: as bytes, out of a slot on one rank and into that of another.
//!
//! The lines of a graph have different types, and an executor knows none of them. So each line has
//! a [`Codec`], a few function pointers made where its type is known. An output that is *plain*,
//! nothing but numbers side by side, crosses as it lies in memory; any other one by serde, in
//! postcard's format.
//!
//! To the rules of slots, to encode is to read as a task does that depends on the output, and to
//! decode is to run the output's own task, on a rank where that does not run.

mod access;
mod read;

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::any::{Any, TypeId};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::slice;

use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use read::{borrows, read};

use super::family::Outputs;
use super::{Slots, Store};
use crate::table::Place;
use crate::task::{Outcome, Task};

/// How the outputs of a line become bytes, and bytes outputs.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// To be called where [`get`] may be.
    encode: unsafe fn(slot: *const u8, place: Place, bytes: &mut Vec<u8>) -> Outcome<()>,
    /// To be called where [`put`] may be.
    decode: unsafe fn(slot: *const u8, place: Place, bytes: &[u8]) -> Outcome<()>,
    plain: Option<Plainly>,
    /// As `encode` and `decode`, of an output that is in no slot.
    encode_apart: fn(output: &dyn Any, bytes: &mut Vec<u8>) -> Outcome<()>,
    decode_apart: fn(bytes: &[u8]) -> Outcome<Box<dyn Any>>,
    output: fn() -> TypeId,
    borrows: fn() -> bool,
    is_there: unsafe fn(slot: *const u8, place: Place) -> bool,
}

/// How outputs cross that are plain.
#[derive(Clone, Copy, Debug)]
struct Plainly {
    bytes: unsafe fn(slot: *const u8, place: Place) -> *const [u8],
    land: fn(len: usize) -> Outcome<Box<dyn Landing>>,
}

/// Memory for an output that is on its way.
pub(crate) trait Landing {
    /// Where its bytes go: as many as were asked for.
    fn memory(&mut self) -> *mut u8;
    /// Stores the output in its slot.
    ///
    /// # Safety
    ///
    /// All bytes were written. `slot` and `place` are those of an output of the type that this was
    /// made for, and rule 2 of the module above allows to store it now.
    unsafe fn store(self: Box<Self>, slot: *const u8, place: Place);
}

impl Slots<'_> {
    /// Appends an output's bytes.
    ///
    /// # Errors
    ///
    /// Fails where the output can not be encoded.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are. The
    /// output is there, and is not released before this returns (rule 5).
    pub(crate) unsafe fn encode(self, codec: &Codec, place: Place, bytes: &mut Vec<u8>) -> Outcome<()> {
        // SAFETY: the offset is that of the line's store. The rest is the caller's promise.
        unsafe { (codec.encode)(self.base.add(place.line.offset), place, bytes) }
    }

    /// Stores the output that these bytes make.
    ///
    /// # Errors
    ///
    /// Fails where they make none.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are, and
    /// rule 2 allows to store this output now.
    pub(crate) unsafe fn decode(self, codec: &Codec, place: Place, bytes: &[u8]) -> Outcome<()> {
        // SAFETY: as in `encode`.
        unsafe { (codec.decode)(self.base.add(place.line.offset), place, bytes) }
    }

    /// Whether an output was stored and not moved out, if it is one that has to be dropped.
    ///
    /// # Safety
    ///
    /// `codec` is that of the line of `place`, in the table of the graph whose slots these are. No task that
    /// stores the output or moves it runs now.
    pub(crate) unsafe fn is_there(self, codec: &Codec, place: Place) -> bool {
        // SAFETY: as in `encode`.
        unsafe { (codec.is_there)(self.base.add(place.line.offset), place) }
    }

    /// The bytes of an output that is plain, where they lie.
    ///
    /// # Safety
    ///
    /// As for [`Slots::encode`]; the bytes are there until the output is released.
    pub(crate) unsafe fn plain_bytes(self, codec: &Codec, place: Place) -> Option<*const [u8]> {
        let plain = codec.plain?;
        // SAFETY: as in `encode`.
        Some(unsafe { (plain.bytes)(self.base.add(place.line.offset), place) })
    }

    /// Stores an output that has arrived.
    ///
    /// # Safety
    ///
    /// All bytes of `landing` were written, which was made by the codec of the line of `place`. The
    /// rest as for [`Slots::decode`].
    pub(crate) unsafe fn land(self, landing: Box<dyn Landing>, place: Place) {
        // SAFETY: the caller's promise.
        unsafe { landing.store(self.base.add(place.line.offset), place) }
    }
}

impl Codec {
    /// Memory for an output of this many bytes; none where the output is not plain.
    ///
    /// # Errors
    ///
    /// Fails where no output has this many bytes.
    pub(crate) fn landing(&self, len: usize) -> Option<Outcome<Box<dyn Landing>>> {
        self.plain.map(|plain| (plain.land)(len))
    }

    /// Whether outputs are of this type.
    pub(crate) fn is_of(&self, output: TypeId) -> bool {
        (self.output)() == output
    }

    /// Whether outputs are seen to hold references, so that they can not be decoded.
    pub(crate) fn borrows(&self) -> bool {
        (self.borrows)()
    }

    /// Appends the bytes of a value of the type of outputs.
    ///
    /// # Errors
    ///
    /// Fails where it can not be encoded.
    pub(crate) fn encode_apart(&self, output: &dyn Any, bytes: &mut Vec<u8>) -> Outcome<()> {
        (self.encode_apart)(output, bytes)
    }

    /// The value of the type of outputs that these bytes make.
    ///
    /// # Errors
    ///
    /// Fails where they make none.
    pub(crate) fn decode_apart(&self, bytes: &[u8]) -> Outcome<Box<dyn Any>> {
        (self.decode_apart)(bytes)
    }

    /// By serde.
    const fn serde<O: Serialize + Deserialize<'static> + 'static>() -> Self {
        unsafe fn encode<O: Serialize + 'static>(
            slot: *const u8,
            place: Place,
            bytes: &mut Vec<u8>,
        ) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::encode`.
            write(unsafe { get::<O>(slot, place) }, bytes)
        }
        unsafe fn decode<O: Deserialize<'static> + 'static>(
            slot: *const u8,
            place: Place,
            bytes: &[u8],
        ) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::decode`.
            unsafe { put::<O>(slot, place, read(bytes)?) };
            Ok(())
        }
        fn write<O: Serialize>(output: &O, bytes: &mut Vec<u8>) -> Outcome<()> {
            Ok(postcard::serialize_with_flavor(output, Append(bytes))?)
        }
        Codec {
            encode: encode::<O>,
            decode: decode::<O>,
            plain: None,
            encode_apart: |output, bytes| write::<O>(known(output), bytes),
            decode_apart: |bytes| Ok(Box::new(read::<O>(bytes)?)),
            output: TypeId::of::<O>,
            borrows: borrows::<O>,
            is_there: is_there::<O>,
        }
    }

    /// As it lies in memory.
    const fn plain<O: Plain>() -> Self {
        unsafe fn bytes<O: Plain>(slot: *const u8, place: Place) -> *const [u8] {
            // SAFETY: the caller's promise: see `Slots::plain_bytes`.
            unsafe { get::<O>(slot, place) }.bytes()
        }
        unsafe fn encode<O: Plain>(slot: *const u8, place: Place, bytes: &mut Vec<u8>) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::encode`.
            bytes.extend_from_slice(unsafe { get::<O>(slot, place) }.bytes());
            Ok(())
        }
        unsafe fn decode<O: Plain>(slot: *const u8, place: Place, bytes: &[u8]) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::decode`.
            unsafe { put::<O>(slot, place, read(bytes)?) };
            Ok(())
        }
        fn read<O: Plain>(bytes: &[u8]) -> Outcome<O> {
            let mut memory = O::memory(bytes.len())?;
            // SAFETY: `memory` has as many bytes, in an allocation of its own or in a local
            // variable. All of them are written, and any bytes are a value.
            unsafe {
                O::first(&mut memory).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                Ok(O::assume(memory, bytes.len()))
            }
        }
        fn land<O: Plain>(len: usize) -> Outcome<Box<dyn Landing>> {
            Ok(Box::new(Arriving::<O> { memory: O::memory(len)?, len }))
        }
        let plain = Some(Plainly { bytes: bytes::<O>, land: land::<O> });
        Codec {
            encode: encode::<O>,
            decode: decode::<O>,
            plain,
            encode_apart: |output, bytes| {
                bytes.extend_from_slice(known::<O>(output).bytes());
                Ok(())
            },
            decode_apart: |bytes| Ok(Box::new(read::<O>(bytes)?)),
            output: TypeId::of::<O>,
            borrows: || false,
            is_there: is_there::<O>,
        }
    }
}

/// A value that is known to be of the type of outputs.
fn known<O: 'static>(output: &dyn Any) -> &O {
    output.downcast_ref().expect("a codec is given values of its type")
}

/// The output of the task at `place`.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`. The output is there, for
/// as long as `'a`.
unsafe fn get<'a, O: 'static>(slot: *const u8, place: Place) -> &'a O {
    // SAFETY: the caller's promise, by rules 1 and 5.
    unsafe {
        if place.line.shape.is_some() {
            let position = place.position as usize;
            return &Outputs::<O>::at(slot, place.line.len()).slice(position..position + 1)[0];
        }
        let store = &*slot.cast::<Store<O>>();
        debug_assert!(store.full.get(), "an output is encoded before it is there");
        (*store.value.get()).assume_init_ref()
    }
}

/// Whether the output of the task at `place` is there, by its flag, where one is used.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`. Nobody changes the flag now.
unsafe fn is_there<O: 'static>(slot: *const u8, place: Place) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match place.line.shape {
            Some(_) => Outputs::<O>::at(slot, place.line.len()).is_there(place.position as usize),
            None => !Store::<O>::FLAGGED || (*slot.cast::<Store<O>>()).full.get(),
        }
    }
}

/// Stores the output of the task at `place`.
///
/// # Safety
///
/// `slot` is the store of the line of `place`, whose outputs are of type `O`. Rule 2 allows it, and
/// no output is there.
unsafe fn put<O: 'static>(slot: *const u8, place: Place, output: O) {
    // SAFETY: the caller's promise.
    unsafe {
        if place.line.shape.is_some() {
            return Outputs::<O>::at(slot, place.line.len()).put(place.position as usize, output);
        }
        let store = &*slot.cast::<Store<O>>();
        (*store.value.get()).write(output);
        if Store::<O>::FLAGGED {
            store.full.set(true);
        }
    }
}

/// Writes what postcard makes at the end of other bytes.
struct Append<'a>(&'a mut Vec<u8>);

impl Flavor for Append<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// A number, or an array of numbers.
///
/// # Safety
///
/// There is no padding, and any bytes are a value.
unsafe trait Number: Copy + 'static {}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(
            // SAFETY: it is a primitive number.
            unsafe impl Number for $number {}
            impl Plain for $number {
                type Memory = MaybeUninit<Self>;
                inline_plain!();
            }
        )*
    };
}

/// Outputs of plain numbers side by side, which cross as they lie in memory.
#[allow(private_interfaces, reason = "for this module only")]
pub trait Plain: Sized + 'static {
    /// Memory for one that is to be written.
    #[doc(hidden)]
    type Memory: 'static;
    /// Whether its bytes say all of it.
    #[doc(hidden)]
    const WHOLE: bool;
    #[doc(hidden)]
    fn bytes(&self) -> &[u8];
    /// Memory for `len` bytes.
    #[doc(hidden)]
    fn memory(len: usize) -> Outcome<Self::Memory>;
    /// The first of these bytes.
    #[doc(hidden)]
    fn first(memory: &mut Self::Memory) -> *mut u8;
    /// # Safety
    ///
    /// The `len` bytes that the memory was made for were written.
    #[doc(hidden)]
    unsafe fn assume(memory: Self::Memory, len: usize) -> Self;
}

macro_rules! inline_plain {
    () => {
        const WHOLE: bool = true;

        fn bytes(&self) -> &[u8] {
            bytes_of(slice::from_ref(self))
        }

        fn memory(len: usize) -> Outcome<Self::Memory> {
            check_len(len, len == size_of::<Self>())?;
            Ok(MaybeUninit::uninit())
        }

        fn first(memory: &mut Self::Memory) -> *mut u8 {
            memory.as_mut_ptr().cast()
        }

        unsafe fn assume(memory: Self::Memory, _: usize) -> Self {
            // SAFETY: the caller's promise, and any bytes are a value.
            unsafe { memory.assume_init() }
        }
    };
}

numbers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 }

// SAFETY: arrays have no padding between their elements.
unsafe impl<N: Number, const LEN: usize> Number for [N; LEN] {}

impl<N: Number, const LEN: usize> Plain for [N; LEN] {
    type Memory = MaybeUninit<Self>;
    inline_plain!();
}

impl<N: Number> Plain for Vec<N> {
    type Memory = Vec<N>;
    const WHOLE: bool = size_of::<N>() > 0;

    fn bytes(&self) -> &[u8] {
        bytes_of(self)
    }

    fn memory(len: usize) -> Outcome<Vec<N>> {
        check_len(len, len.is_multiple_of(size_of::<N>()))?;
        let mut memory = Vec::new();
        memory.try_reserve_exact(len / size_of::<N>())?;
        Ok(memory)
    }

    fn first(memory: &mut Vec<N>) -> *mut u8 {
        memory.as_mut_ptr().cast()
    }

    unsafe fn assume(mut memory: Vec<N>, len: usize) -> Vec<N> {
        // SAFETY: the caller's promise, and any bytes are numbers. That many were reserved.
        unsafe { memory.set_len(len / size_of::<N>()) };
        memory
    }
}

impl<N: Number> Plain for Box<[N]> {
    type Memory = Vec<N>;
    const WHOLE: bool = <Vec<N> as Plain>::WHOLE;

    fn bytes(&self) -> &[u8] {
        bytes_of(self)
    }

    fn memory(len: usize) -> Outcome<Vec<N>> {
        <Vec<N> as Plain>::memory(len)
    }

    fn first(memory: &mut Vec<N>) -> *mut u8 {
        <Vec<N> as Plain>::first(memory)
    }

    unsafe fn assume(memory: Vec<N>, len: usize) -> Box<[N]> {
        // SAFETY: the caller's promise.
        unsafe { <Vec<N> as Plain>::assume(memory, len) }.into_boxed_slice()
    }
}

fn bytes_of<N: Number>(numbers: &[N]) -> &[u8] {
    // SAFETY: numbers have no padding, so all their bytes are initialized.
    unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

fn check_len(len: usize, fits: bool) -> Outcome<()> {
    if fits { Ok(()) } else { Err(format!("{len} bytes are no such output").into()) }
}

/// An output of type `O` whose bytes are on their way.
struct Arriving<O: Plain> {
    memory: O::Memory,
    len: usize,
}

impl<O: Plain> Landing for Arriving<O> {
    fn memory(&mut self) -> *mut u8 {
        O::first(&mut self.memory)
    }

    unsafe fn store(self: Box<Self>, slot: *const u8, place: Place) {
        let Arriving { memory, len } = *self;
        // SAFETY: the caller's promise.
        unsafe { put::<O>(slot, place, O::assume(memory, len)) };
    }
}

/// How an output crosses that is plain: `PlainOf::<O>::CODEC`, with [`NotPlain`] in scope, for a
/// concrete `O`. The inherent constant shadows the trait's where its bound holds.
#[derive(Debug)]
pub struct PlainOf<O>(PhantomData<O>);

impl<O: Plain> PlainOf<O> {
    /// As it lies in memory.
    pub const CODEC: Option<Codec> = if O::WHOLE { Some(Codec::plain::<O>()) } else { None };
}

/// See [`PlainOf`].
pub trait NotPlain {
    /// Not like this.
    const CODEC: Option<Codec> = None;
}

impl<O> NotPlain for PlainOf<O> {}

/// How an output crosses by serde: as [`PlainOf`]. What it has to be is less than `DeserializeOwned`: see `read`.
#[derive(Debug)]
pub struct SerdeOf<O>(PhantomData<O>);

impl<O: Serialize + Deserialize<'static> + 'static> SerdeOf<O> {
    /// In postcard's format.
    pub const CODEC: Option<Codec> = Some(Codec::serde::<O>());
}

/// See [`SerdeOf`].
pub trait NotSerde {
    /// Not like this.
    const CODEC: Option<Codec> = None;
}

impl<O> NotSerde for SerdeOf<O> {}

/// The better of the two ways.
pub const fn codec(plain: Option<Codec>, serde: Option<Codec>) -> Option<Codec> {
    if plain.is_some() { plain } else { serde }
}

/// The slots of a graph, with the codecs of its lines.
pub trait Codecs {
    /// For each line how its outputs cross ranks, if they can.
    const CODECS: CodecList;
}

/// For each line of a graph how its outputs cross ranks, if they can.
pub type CodecList = &'static [Option<Codec>];

/// Slots, all of whose outputs can cross ranks. Generic, so that a graph of which that is not true
/// is an error only where it is run on MPI.
pub trait Crossing<M>: Codecs {}

/// Whether outputs can cross ranks: this is `CAN`.
#[derive(Debug)]
pub struct Crosses<const CAN: bool>(());

/// A task whose output can cross ranks, if `C` is `Crosses<true>`.
#[diagnostic::on_unimplemented(
    message = "the output of task `{Self}` can not cross ranks",
    label = "runs tasks on several ranks",
    note = "on this executor every output must be made of plain numbers, or be `Serialize + DeserializeOwned`: \
            derive both of serde for its type, or run the graph on `Serial` or `Rayon`"
)]
pub trait Portable<C, M> {}

#[diagnostic::do_not_recommend]
impl<T: Task + ?Sized, M> Portable<Crosses<true>, M> for T {}

/// Implements [`Codecs`] and [`Crossing`] for the slots of a graph, for each line of which the type
/// is given that stands for its task, and that of one output.
#[macro_export]
#[doc(hidden)]
macro_rules! __dag_crossing {
    ($slots:ty; $($task:ty => $output:ty),* $(,)?) => {
        impl $crate::__private::Codecs for $slots {
            const CODECS: $crate::__private::CodecList = {
                #[allow(unused_imports)]
                use $crate::__private::{NotPlain as _, NotSerde as _};
                &[$(
                    $crate::__private::codec(
                        $crate::__private::PlainOf::<$output>::CODEC,
                        $crate::__private::SerdeOf::<$output>::CODEC,
                    )
                ),*]
            };
        }
        impl<__M> $crate::__private::Crossing<__M> for $slots
        where
            $($task: $crate::__private::Portable<$crate::__private::Crosses<{
                #[allow(unused_imports)]
                use $crate::__private::{NotPlain as _, NotSerde as _};
                $crate::__private::codec(
                    $crate::__private::PlainOf::<$output>::CODEC,
                    $crate::__private::SerdeOf::<$output>::CODEC,
                ).is_some()
            }>, __M>,)*
        {}
    };
}
