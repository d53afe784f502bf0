//! The lists of a table: dependencies, reads and successors.

use alloc::vec;
use alloc::vec::Vec;

use super::recorded::Recorded;
use crate::table::columns::Adjacency;

/// In a list that is not longer, the same task is searched for.
const SHORT: usize = 16;

/// A list of tasks for each task: see [`Adjacency`].
#[derive(Debug, Default, PartialEq)]
pub(super) struct List {
    pub(super) starts: Vec<u32>,
    pub(super) items: Vec<u32>,
}

impl List {
    #[inline]
    pub(super) fn of(&self, task: usize) -> &[u32] {
        &self.items[self.starts[task] as usize..self.starts[task + 1] as usize]
    }

    pub(super) fn adjacency(&self) -> Adjacency<'_> {
        Adjacency { starts: &self.starts, items: &self.items }
    }
}

/// What the edges as written say.
pub(super) struct Lists {
    pub(super) dependencies: List,
    /// `None` if each task reads the outputs of all its dependencies, and no others.
    pub(super) reads: Option<List>,
    /// Empty if readers were not counted.
    pub(super) reader_counts: Vec<u32>,
    /// Without items. The number of those of task `i` is `starts[i]`.
    pub(super) successors: List,
    /// Whether each task depends on tasks with lower numbers.
    pub(super) in_order: bool,
}

impl Lists {
    /// Counts readers if `counts_readers`.
    pub(super) fn new(recorded: Recorded, counts_readers: bool) -> Self {
        if recorded.are_direct_reads() {
            Lists::of_reads(recorded, counts_readers)
        } else {
            Lists::mixed(recorded, counts_readers)
        }
    }

    /// For edges that all are direct reads.
    fn of_reads(recorded: Recorded, counts_readers: bool) -> Self {
        let Recorded { mut targets, mut starts, .. } = recorded;
        let len = starts.len() - 1;
        let mut degrees = vec![0; len + 1];
        let mut distinct = Distinct::new(len);
        let mut in_order = true;
        let (mut edge, mut count) = (0, 0);
        for task in 0..len {
            let (start, end) = (count, starts[task + 1] as usize);
            distinct.begin(end - edge);
            while edge < end {
                let to = targets[edge];
                if distinct.admits(&targets[start..count], task, to) {
                    if count < edge {
                        targets[count] = to;
                    }
                    count += 1;
                    degrees[to as usize] += 1;
                }
                edge += 1;
            }
            in_order &= distinct.next as usize <= task;
            starts[task + 1] = count as u32;
        }
        targets.truncate(count);
        targets.shrink_to_fit();
        Lists {
            dependencies: List { starts, items: targets },
            reads: None,
            reader_counts: if counts_readers { degrees[..len].to_vec() } else { Vec::new() },
            successors: List { starts: degrees, items: Vec::new() },
            in_order,
        }
    }

    /// For edges of which some only order, or are indirect reads.
    fn mixed(mut recorded: Recorded, counts_readers: bool) -> Self {
        let len = recorded.starts.len() - 1;
        let (mut degrees, mut reader_counts) =
            (vec![0; len + 1], vec![0; if counts_readers { len } else { 0 }]);
        let mut reads = List { starts: vec![0; len + 1], items: Vec::new() };
        let (mut distinct, mut distinct_reads) = (Distinct::new(len), Distinct::new(len));
        let mut in_order = true;
        let (mut edge, mut count) = (0, 0);
        for task in 0..len {
            let (start, first_read, end) = (count, reads.items.len(), recorded.starts[task + 1] as usize);
            distinct.begin(end - edge);
            distinct_reads.begin(end - edge);
            while edge < end {
                let (to, (is_dependency, is_read)) = (recorded.targets[edge], recorded.is(edge));
                if is_dependency && distinct.admits(&recorded.targets[start..count], task, to) {
                    recorded.targets[count] = to;
                    count += 1;
                    degrees[to as usize] += 1;
                }
                if is_read && distinct_reads.admits(&reads.items[first_read..], task, to) {
                    reads.items.push(to);
                    if counts_readers {
                        reader_counts[to as usize] += 1;
                    }
                }
                edge += 1;
            }
            in_order &= distinct.next as usize <= task;
            recorded.starts[task + 1] = count as u32;
            reads.starts[task + 1] = reads.items.len() as u32;
        }
        let Recorded { mut targets, starts, .. } = recorded;
        targets.truncate(count);
        targets.shrink_to_fit();
        reads.items.shrink_to_fit();
        let dependencies = List { starts, items: targets };
        Lists {
            reads: (reads != dependencies).then_some(reads),
            dependencies,
            reader_counts,
            successors: List { starts: degrees, items: Vec::new() },
            in_order,
        }
    }
}

/// Finds out which items of a task's list are in it already.
struct Distinct {
    /// One more than the highest item so far.
    next: u32,
    is_long: bool,
    /// For each item, one more than the last task with a long list that has it. Empty before there is one.
    stamps: Vec<u32>,
    len: usize,
}

impl Distinct {
    fn new(len: usize) -> Self {
        Distinct { next: 0, is_long: false, stamps: Vec::new(), len }
    }

    /// Begins a list of at most this many items.
    #[inline]
    fn begin(&mut self, most: usize) {
        self.next = 0;
        self.is_long = most > SHORT;
        if self.is_long && self.stamps.is_empty() {
            self.stamps = vec![0; self.len];
        }
    }

    /// Whether an item is not in the list of this task, which has these items so far.
    #[inline]
    fn admits(&mut self, list: &[u32], task: usize, item: u32) -> bool {
        let is_new = if self.is_long {
            let before = core::mem::replace(&mut self.stamps[item as usize], task as u32 + 1);
            before != task as u32 + 1
        } else {
            item >= self.next || !is_in(list, item)
        };
        self.next = self.next.max(item + 1);
        is_new
    }
}

/// As `contains`, for short lists.
#[inline(always)]
fn is_in(mut list: &[u32], item: u32) -> bool {
    while let [first, rest @ ..] = list {
        if *first == item {
            return true;
        }
        list = rest;
    }
    false
}

impl List {
    /// Makes room for items, of which `starts` has the counts. From now on these are the ends of the lists, and
    /// [`push_front`](List::push_front) makes them the starts.
    pub(super) fn make_room(&mut self, items: usize) {
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        self.items = vec![0; items];
    }

    #[inline(always)]
    pub(super) fn push_front(&mut self, task: u32, item: u32) {
        let start = &mut self.starts[task as usize];
        *start -= 1;
        self.items[*start as usize] = item;
    }
}

/// Sorts the successors of each task, the most urgent one first.
pub(super) fn sort_successors(ranks: &[u32], successors: &mut List) {
    let mut rest = &mut *successors.items;
    for bounds in successors.starts.windows(2) {
        let (list, others) = core::mem::take(&mut rest).split_at_mut((bounds[1] - bounds[0]) as usize);
        rest = others;
        sort_by_rank(ranks, list);
    }
}

/// Sorts tasks, the most urgent one first.
pub(crate) fn sort_by_rank(ranks: &[u32], list: &mut [u32]) {
    if list.len() > SHORT {
        list.sort_unstable_by_key(|&task| ranks[task as usize]);
        return;
    }
    for sorted in 1..list.len() {
        let task = list[sorted];
        let rank = ranks[task as usize];
        let mut place = sorted;
        while place > 0 && ranks[list[place - 1] as usize] > rank {
            list[place] = list[place - 1];
            place -= 1;
        }
        list[place] = task;
    }
}
