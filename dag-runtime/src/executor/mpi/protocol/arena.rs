//! Memory that transfers are received into: that of outputs that nobody needs any more is used again, also by the next runs.
//!
//! An allocator gives large memory back to the system, and fresh pages take longer than to fill them.

use alloc::boxed::Box;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::any::TypeId;

use crate::executor::mpi::protocol::transport::Memory;
use crate::slot::{Codec, Landing};

/// The most bytes that are kept, and in how many parts.
const MOST_BYTES: usize = 256 << 20;
const MOST_PARTS: usize = 64;
/// What this many runs have not needed is given back.
const MOST_RUNS: u32 = 8;

/// The memory that a rank keeps for what it will receive.
#[derive(Default)]
pub(crate) struct Arena {
    /// What is free, the last one that became so at the end.
    free: VecDeque<Free>,
    /// How many bytes these are.
    bytes: usize,
    /// Where the memory begins that outputs of this run were received into.
    lent: BTreeSet<usize>,
    runs: u32,
}

/// Memory that nobody uses.
struct Free {
    memory: Memory,
    bytes: usize,
    /// The type of outputs that it is for; none if it is for bytes.
    output: Option<TypeId>,
    /// The run in which it became free.
    run: u32,
}

impl Arena {
    /// A run begins.
    pub(crate) fn begin(&mut self) {
        self.runs = self.runs.wrapping_add(1);
        self.lent.clear();
    }

    /// A run ends: what the last ones have not needed goes back to the allocator.
    pub(crate) fn end(&mut self) {
        self.lent.clear();
        while self.free.front().is_some_and(|free| self.runs.wrapping_sub(free.run) >= MOST_RUNS) {
            self.drop_oldest();
        }
    }

    /// Memory for an output of this many bytes; `None` if it is not plain, or has never this many.
    pub(crate) fn landing(&mut self, codec: &Codec, len: usize) -> Option<Box<dyn Landing>> {
        let output = codec.plain_output()?;
        let mut landing = match self.take(|free| free.output == Some(output) && free.bytes == len) {
            Some(Memory::Landing(landing)) => landing,
            _ => codec.landing(len)?.ok()?,
        };
        self.lent.insert(landing.memory().addr());
        Some(landing)
    }

    /// Memory for this many bytes, which are any.
    pub(crate) fn buffer(&mut self, len: usize) -> Vec<u8> {
        let mut buffer = self.any_buffer(|bytes| (len..=len.saturating_mul(2)).contains(&bytes));
        buffer.resize(len, 0);
        buffer
    }

    /// A buffer of which this holds; an empty one if there is none.
    pub(crate) fn any_buffer(&mut self, mut fits: impl FnMut(usize) -> bool) -> Vec<u8> {
        match self.take(|free| free.output.is_none() && fits(free.bytes)) {
            Some(Memory::Bytes(buffer)) => buffer,
            _ => Vec::new(),
        }
    }

    /// The last part that became free of those of which this holds.
    fn take(&mut self, fits: impl FnMut(&Free) -> bool) -> Option<Memory> {
        let place = self.free.iter().rposition(fits)?;
        let free = self.free.remove(place)?;
        self.bytes -= free.bytes;
        Some(free.memory)
    }

    /// Whether an output whose bytes lie here is in memory that was received into.
    pub(crate) fn take_lent(&mut self, first: *const u8) -> bool {
        self.lent.remove(&first.addr())
    }

    /// Whether there may be such outputs.
    #[inline]
    pub(crate) fn is_lending(&self) -> bool {
        !self.lent.is_empty()
    }

    /// The memory of a plain output is free.
    pub(crate) fn keep(&mut self, codec: &Codec, landing: Box<dyn Landing>) {
        let bytes = landing.bytes();
        if let Some(output) = codec.plain_output() {
            self.add(Memory::Landing(landing), bytes, Some(output));
        }
    }

    /// A buffer is free.
    pub(crate) fn keep_buffer(&mut self, buffer: Vec<u8>) {
        let bytes = buffer.capacity();
        if bytes > 0 {
            self.add(Memory::Bytes(buffer), bytes, None);
        }
    }

    fn add(&mut self, memory: Memory, bytes: usize, output: Option<TypeId>) {
        if bytes > MOST_BYTES {
            return;
        }
        while self.free.len() >= MOST_PARTS || self.bytes + bytes > MOST_BYTES {
            self.drop_oldest();
        }
        self.bytes += bytes;
        self.free.push_back(Free { memory, bytes, output, run: self.runs });
    }

    fn drop_oldest(&mut self) {
        if let Some(free) = self.free.pop_front() {
            self.bytes -= free.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slot::PlainOf;

    const WORDS: Codec = PlainOf::<Vec<u64>>::CODEC.unwrap();
    const BYTES: Codec = PlainOf::<Vec<u8>>::CODEC.unwrap();

    /// Memory for an output, and where it is.
    fn land(arena: &mut Arena, codec: &Codec, len: usize) -> (Box<dyn Landing>, usize) {
        let mut landing = arena.landing(codec, len).unwrap();
        let first = landing.memory();
        assert!(arena.take_lent(first) && !arena.take_lent(first), "it was lent, once");
        (landing, first.addr())
    }

    #[test]
    fn memory_is_used_again_for_outputs_of_its_type_and_length() {
        let mut arena = Arena::default();
        arena.begin();
        let (landing, first) = land(&mut arena, &WORDS, 8000);
        arena.keep(&WORDS, landing);
        arena.end();
        arena.begin();
        assert_ne!(land(&mut arena, &WORDS, 8008).1, first);
        assert_ne!(land(&mut arena, &BYTES, 8000).1, first);
        assert!(arena.landing(&WORDS, 8001).is_none(), "no vector of words has this many bytes");
        assert_eq!((arena.free.len(), arena.bytes), (1, 8000));
        assert_eq!(land(&mut arena, &WORDS, 8000).1, first);
        assert_eq!((arena.free.len(), arena.bytes), (0, 0));
    }

    #[test]
    fn buffers_are_used_again_where_they_are_not_much_too_long() {
        let mut arena = Arena::default();
        let buffer = arena.buffer(10_000);
        let first = buffer.as_ptr();
        arena.keep_buffer(buffer);
        arena.keep_buffer(Vec::new());
        drop([arena.buffer(4999), arena.buffer(10_001)]);
        assert_eq!((arena.free.len(), arena.bytes), (1, 10_000));
        let buffer = arena.buffer(5000);
        assert_eq!((buffer.len(), buffer.as_ptr()), (5000, first));
        arena.keep_buffer(buffer);
        let buffer = arena.buffer(10_000);
        assert_eq!((buffer.len(), buffer.as_ptr()), (10_000, first));
        assert!(arena.any_buffer(|_| true).is_empty());
    }

    #[test]
    fn no_more_is_kept_than_is_allowed_and_than_the_last_runs_have_needed() {
        let mut arena = Arena::default();
        for len in (1..=2 * MOST_PARTS).map(|k| 8 * k) {
            let (landing, _) = land(&mut arena, &WORDS, len);
            arena.keep(&WORDS, landing);
        }
        assert_eq!(arena.free.len(), MOST_PARTS);
        assert_eq!(arena.free[0].bytes, 8 * (MOST_PARTS + 1), "the oldest ones have gone");
        for _ in 0..3 {
            arena.keep_buffer(Vec::with_capacity(MOST_BYTES / 2));
        }
        assert_eq!((arena.free.len(), arena.bytes), (2, MOST_BYTES));
        arena.keep_buffer(Vec::with_capacity(MOST_BYTES + 1));
        assert_eq!(arena.bytes, MOST_BYTES);
        for _ in 1..MOST_RUNS {
            arena.begin();
            let used = arena.buffer(MOST_BYTES / 2);
            arena.keep_buffer(used);
            arena.end();
        }
        assert_eq!(arena.free.len(), 2);
        arena.begin();
        arena.end();
        assert_eq!((arena.free.len(), arena.bytes), (1, MOST_BYTES / 2), "the one that was used");
        for _ in 0..MOST_RUNS {
            arena.begin();
            arena.end();
        }
        assert_eq!((arena.free.len(), arena.bytes), (0, 0));
    }
}
