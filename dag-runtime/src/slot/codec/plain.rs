//! Plain outputs: contiguous numbers, which are sent as they are in memory.

#[cfg(feature = "store")]
use alloc::alloc::{Layout, alloc_zeroed};
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::any::{TypeId, type_name};
use core::mem::{MaybeUninit, needs_drop};
use core::slice;

use super::placing::placed;
use super::{Codec, Landing, PlainCodec, get, is_there, known, put, take_left};
use crate::error::Outcome;
use crate::table::Place;

impl Codec {
    /// Sends outputs as they are in memory.
    pub(super) const fn plain<O: Plain>() -> Self {
        unsafe fn bytes<O: Plain>(slot: *const u8, place: Place<'_>) -> *const [u8] {
            // SAFETY: the caller's promise: see `Slots::plain_bytes`.
            unsafe { get::<O>(slot, place) }.bytes()
        }
        unsafe fn encode<O: Plain>(slot: *const u8, place: Place<'_>, bytes: &mut Vec<u8>) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::encode`.
            bytes.extend_from_slice(unsafe { get::<O>(slot, place) }.bytes());
            Ok(())
        }
        unsafe fn decode<O: Plain>(slot: *const u8, place: Place<'_>, bytes: &[u8]) -> Outcome<()> {
            // SAFETY: the caller's promise: see `Slots::decode`.
            unsafe { put::<O>(slot, place, read(bytes)?) };
            Ok(())
        }
        fn read<O: Plain>(bytes: &[u8]) -> Outcome<O> {
            let mut memory = O::memory(bytes.len())?;
            // SAFETY: `memory` has as many bytes, in an allocation of its own or in a local variable. All of them are
            // written, and any bytes are a valid value.
            unsafe {
                O::first(&mut memory).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                Ok(O::assume(memory, bytes.len()))
            }
        }
        fn land<O: Plain>(len: usize) -> Outcome<Box<dyn Landing>> {
            // An array by itself is moved into a box, wherever it lies before.
            let memory =
                if needs_drop::<O>() { placed(len, || O::memory(len), O::first)? } else { O::memory(len)? };
            Ok(Box::new(Arriving::<O> { memory, len }))
        }
        #[cfg(feature = "store")]
        fn zeroed<O: Plain>(len: usize) -> Outcome<Box<dyn Landing>> {
            Ok(Box::new(Arriving::<O> { memory: O::zeroed(len)?, len }))
        }
        unsafe fn reclaim<O: Plain>(slot: *const u8, place: Place<'_>) -> Option<Box<dyn Landing>> {
            if !needs_drop::<O>() {
                return None;
            }
            // SAFETY: the caller's promise: see `Slots::reclaim`.
            let (memory, len) = unsafe { take_left::<O>(slot, place) }?.into_memory()?;
            Some(Box::new(Arriving::<O> { memory, len }))
        }
        let plain = Some(PlainCodec {
            bytes: bytes::<O>,
            land: land::<O>,
            #[cfg(feature = "store")]
            zeroed: zeroed::<O>,
            reclaim: reclaim::<O>,
        });
        Codec {
            encode: encode::<O>,
            decode: decode::<O>,
            plain,
            encode_value: |output, bytes| {
                bytes.extend_from_slice(known::<O>(output).bytes());
                Ok(())
            },
            decode_value: |bytes| Ok(Box::new(read::<O>(bytes)?)),
            output: TypeId::of::<O>,
            name: type_name::<O>,
            size: size_of::<O>(),
            align: align_of::<O>(),
            borrows: || false,
            is_there: is_there::<O>,
        }
    }
}

/// A number, or an array of numbers.
///
/// # Safety
///
/// There is no padding, and all bytes are valid values.
unsafe trait Number: Copy + 'static {}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(
            // SAFETY: the type is a primitive number.
            unsafe impl Number for $number {}
            impl Plain for $number {
                type Memory = MaybeUninit<Self>;
                inline_plain!();
            }
        )*
    };
}

/// Outputs of contiguous plain numbers, which are sent as they are in memory.
#[allow(private_interfaces, reason = "for this module only")]
pub trait Plain: Sized + 'static {
    /// Memory for an output that is being received.
    #[doc(hidden)]
    type Memory: 'static;
    /// Whether its bytes represent it completely.
    #[doc(hidden)]
    const WHOLE: bool;
    #[doc(hidden)]
    fn bytes(&self) -> &[u8];
    /// Memory for `len` bytes.
    #[doc(hidden)]
    fn memory(len: usize) -> Outcome<Self::Memory>;
    /// The same, with all bytes zero.
    #[cfg(feature = "store")]
    #[doc(hidden)]
    fn zeroed(len: usize) -> Outcome<Self::Memory>;
    /// The first of these bytes.
    #[doc(hidden)]
    fn first(memory: &mut Self::Memory) -> *mut u8;
    /// # Safety
    ///
    /// The `len` bytes that the memory was made for were written.
    #[doc(hidden)]
    unsafe fn assume(memory: Self::Memory, len: usize) -> Self;
    /// Its memory, for another output of as many bytes; `None` if it is in no allocation of its own.
    #[doc(hidden)]
    fn into_memory(self) -> Option<(Self::Memory, usize)>;
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

        #[cfg(feature = "store")]
        fn zeroed(len: usize) -> Outcome<Self::Memory> {
            check_len(len, len == size_of::<Self>())?;
            Ok(MaybeUninit::zeroed())
        }

        fn first(memory: &mut Self::Memory) -> *mut u8 {
            memory.as_mut_ptr().cast()
        }

        unsafe fn assume(memory: Self::Memory, _: usize) -> Self {
            // SAFETY: the caller's promise. Any bytes are a valid value.
            unsafe { memory.assume_init() }
        }

        fn into_memory(self) -> Option<(Self::Memory, usize)> {
            None
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
        check_len(len, len % size_of::<N>() == 0)?;
        let mut memory = Vec::new();
        memory.try_reserve_exact(len / size_of::<N>())?;
        Ok(memory)
    }

    // The allocator knows memory of the system that is zero already.
    #[cfg(feature = "store")]
    fn zeroed(len: usize) -> Outcome<Vec<N>> {
        check_len(len, len % size_of::<N>() == 0)?;
        let layout = Layout::array::<N>(len / size_of::<N>())?;
        if len == 0 {
            return Ok(Vec::new());
        }
        // SAFETY: the size is not 0.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            return Err(format!("there is no memory for {len} bytes").into());
        }
        // SAFETY: the global allocator has made it, with this layout.
        Ok(unsafe { Vec::from_raw_parts(memory.cast(), 0, len / size_of::<N>()) })
    }

    fn first(memory: &mut Vec<N>) -> *mut u8 {
        memory.as_mut_ptr().cast()
    }

    unsafe fn assume(mut memory: Vec<N>, len: usize) -> Vec<N> {
        // SAFETY: the caller's promise. Any bytes are valid numbers, and there is room for that many.
        unsafe { memory.set_len(len / size_of::<N>()) };
        memory
    }

    fn into_memory(mut self) -> Option<(Vec<N>, usize)> {
        self.clear();
        let len = self.capacity() * size_of::<N>();
        Some((self, len))
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

    #[cfg(feature = "store")]
    fn zeroed(len: usize) -> Outcome<Vec<N>> {
        <Vec<N> as Plain>::zeroed(len)
    }

    fn first(memory: &mut Vec<N>) -> *mut u8 {
        <Vec<N> as Plain>::first(memory)
    }

    unsafe fn assume(memory: Vec<N>, len: usize) -> Box<[N]> {
        // SAFETY: the caller's promise.
        unsafe { <Vec<N> as Plain>::assume(memory, len) }.into_boxed_slice()
    }

    fn into_memory(self) -> Option<(Vec<N>, usize)> {
        self.into_vec().into_memory()
    }
}

fn bytes_of<N: Number>(numbers: &[N]) -> &[u8] {
    // SAFETY: numbers have no padding, so all their bytes are initialized.
    unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

fn check_len(len: usize, fits: bool) -> Outcome<()> {
    if fits { Ok(()) } else { Err(format!("{len} bytes are not a valid output").into()) }
}

/// An output of type `O` that is being received.
struct Arriving<O: Plain> {
    memory: O::Memory,
    len: usize,
}

impl<O: Plain> Landing for Arriving<O> {
    fn memory(&mut self) -> *mut u8 {
        O::first(&mut self.memory)
    }

    fn bytes(&self) -> usize {
        self.len
    }

    unsafe fn store(self: Box<Self>, slot: *const u8, place: Place<'_>) {
        let Arriving { memory, len } = *self;
        // SAFETY: the caller's promise.
        unsafe { put::<O>(slot, place, O::assume(memory, len)) };
    }
}
