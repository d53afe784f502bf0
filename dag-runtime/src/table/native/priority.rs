//! Priorities of tasks, and the critical path.

use alloc::vec;
use alloc::vec::Vec;

use super::levels::{Level, Levels};
use super::lists::List;
use crate::table::priority::MANY_READERS;

/// Tasks are sorted in one pass if there are at most this many different keys, or as many as tasks.
const FEW_KEYS: usize = 1 << 10;
/// Otherwise a pass sorts by this many bits.
const DIGIT: u32 = 11;

/// All tasks by priority, and the position of each.
#[derive(Debug, Default)]
pub(super) struct Priorities {
    pub(super) by_priority: Vec<u32>,
    pub(super) ranks: Vec<u32>,
}

/// The task frees no output.
const KEEPS: u8 = 1;
/// It only adds to the outputs that are alive, and is not the most urgent one of these.
const ADDS: u8 = 2;

/// The effects of tasks on the outputs that are alive.
#[derive(Debug)]
pub(super) struct Marks(Vec<u8>);

impl Marks {
    /// `reader_counts` say which outputs a run never drops.
    pub(super) fn new(reads: &List, reader_counts: &[u32], levels: &Levels) -> Self {
        let mark = |(task, &readers): (usize, &u32)| {
            if reads.of(task).iter().any(|&output| reader_counts[output as usize] < MANY_READERS) {
                0
            } else if readers > 0 && readers != u32::MAX {
                KEEPS | ADDS
            } else {
                KEEPS
            }
        };
        let mut marks: Vec<u8> = reader_counts.iter().enumerate().map(mark).collect();
        let first = match levels {
            Levels::Short(levels) => first_that_adds(&marks, levels),
            Levels::Long(levels) => first_that_adds(&marks, levels),
        };
        if let Some(first) = first {
            marks[first] = KEEPS;
        }
        Marks(marks)
    }
}

/// The most urgent of the tasks that only add outputs.
fn first_that_adds<L: Level>(marks: &[u8], levels: &[L]) -> Option<usize> {
    let mut first: Option<usize> = None;
    for (task, &mark) in marks.iter().enumerate() {
        if mark & ADDS != 0 && first.is_none_or(|first| levels[task] > levels[first]) {
            first = Some(task);
        }
    }
    first
}

impl Priorities {
    /// By descending bottom level, then tasks that free outputs first, then by number. Tasks that only add outputs come
    /// last, except for the most urgent one.
    pub(super) fn new(levels: &Levels, longest: u64, marks: Option<&Marks>) -> Self {
        match levels {
            Levels::Short(levels) => Priorities::of(levels, longest, marks),
            Levels::Long(levels) => Priorities::of(levels, longest, marks),
        }
    }

    fn of<L: Level>(levels: &[L], longest: u64, marks: Option<&Marks>) -> Self {
        let widest = longest - levels.iter().copied().min().unwrap_or_default().into();
        let distance = |task: u32| longest - levels[task as usize].into();
        let few = levels.len().max(FEW_KEYS) as u64;
        match marks {
            None if widest < few => Priorities::in_one_pass(levels.len(), widest, distance),
            None => Priorities::in_passes(levels.len(), widest, distance, &[]),
            Some(Marks(marks)) if widest < few / 4 => {
                let key = |task: u32| {
                    let mark = marks[task as usize];
                    let back = if mark & ADDS != 0 { 2 * widest + 2 } else { 0 };
                    back + 2 * distance(task) + u64::from(mark & KEEPS)
                };
                Priorities::in_one_pass(levels.len(), 4 * widest + 3, key)
            }
            Some(Marks(marks)) => Priorities::in_passes(levels.len(), widest, distance, marks),
        }
    }

    /// By keys of at most `highest`, and by number.
    fn in_one_pass(len: usize, highest: u64, key: impl Fn(u32) -> u64) -> Self {
        let mut ends = vec![0; highest as usize + 1];
        let (mut by_priority, mut ranks) = (vec![0; len], vec![0; len]);
        count(&mut ends, 0..len as u32, |task| key(task) as usize);
        for (task, rank) in (0..).zip(&mut ranks) {
            let place = &mut ends[key(task) as usize];
            *rank = *place;
            by_priority[*place as usize] = task;
            *place += 1;
        }
        Priorities { by_priority, ranks }
    }

    /// The least significant part of the key comes first, since each pass keeps the order of equal ones.
    fn in_passes(len: usize, widest: u64, distance: impl Fn(u32) -> u64, marks: &[u8]) -> Self {
        let mut starts = vec![0; 1 << DIGIT];
        let (mut from, mut to): (Vec<u32>, _) = ((0..len as u32).collect(), vec![0; len]);
        let mut pass = |digit: &dyn Fn(u32) -> usize| {
            starts.fill(0);
            count(&mut starts, from.iter().copied(), digit);
            for &task in &from {
                let place = &mut starts[digit(task)];
                to[*place as usize] = task;
                *place += 1;
            }
            core::mem::swap(&mut from, &mut to);
        };
        if !marks.is_empty() {
            pass(&|task| (marks[task as usize] & KEEPS).into());
        }
        let mut shift = 0;
        while shift < u64::BITS && widest >> shift > 0 {
            pass(&|task| (distance(task) >> shift) as usize & ((1 << DIGIT) - 1));
            shift += DIGIT;
        }
        if !marks.is_empty() {
            pass(&|task| (marks[task as usize] & ADDS).into());
        }
        let (by_priority, mut ranks) = (from, to);
        for (rank, &task) in (0..).zip(&by_priority) {
            ranks[task as usize] = rank;
        }
        Priorities { by_priority, ranks }
    }
}

/// Computes where the tasks with each digit begin. `starts` holds zeros.
fn count(starts: &mut [u32], tasks: impl Iterator<Item = u32>, digit: impl Fn(u32) -> usize) {
    tasks.for_each(|task| starts[digit(task)] += 1);
    let mut next = 0;
    for start in starts {
        next += core::mem::replace(start, next);
    }
}

/// Of several critical paths, the one through the tasks with the lowest numbers.
pub(super) fn critical_path(
    levels: &Levels,
    longest: u64,
    dependencies: &List,
    successors: &List,
) -> Vec<u32> {
    match levels {
        Levels::Short(levels) => path(levels, longest, dependencies, successors),
        Levels::Long(levels) => path(levels, longest, dependencies, successors),
    }
}

fn path<L: Level>(levels: &[L], longest: u64, dependencies: &List, successors: &List) -> Vec<u32> {
    let level = |task: u32| -> u64 { levels[task as usize].into() };
    // A task of cost 0 can precede others with the highest bottom level.
    let is_first = |&task: &u32| dependencies.of(task as usize).is_empty() && level(task) == longest;
    let first = (0..levels.len() as u32).find(is_first);
    let next = |&task: &u32| {
        let successors = successors.of(task as usize).iter().copied();
        successors.min_by_key(|&other| (core::cmp::Reverse(level(other)), other))
    };
    let mut path: Vec<u32> = core::iter::successors(first, next).collect();
    path.shrink_to_fit();
    path
}
