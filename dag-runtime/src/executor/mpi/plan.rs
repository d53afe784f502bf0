//! What a rank does in the runs of a graph: which tasks are its own, what they wait for, and where
//! outputs go. Every rank computes its own plan, from the table and the placement.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::hash::Hash;
use super::order::Order;
use super::place::place;
use super::roots::roots;
use crate::plan::{Figures, Measured};
use crate::table::View;

/// Up to so many ranks are sent an output by the rank that has it; if there are more, they pass it on.
const MOST_DIRECT: usize = 8;

/// An output that is kept to the end of a run.
pub(super) const FOREVER: u32 = 1 << 31;

/// For each task a list.
#[derive(Debug, Default)]
pub(super) struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    #[inline]
    pub(super) fn of(&self, task: u32) -> &[T] {
        let task = task as usize;
        &self.items[self.starts[task] as usize..self.starts[task + 1] as usize]
    }

    /// The lists of so many tasks; `pairs` are given twice, in the same order.
    fn of_pairs<I: Iterator<Item = (u32, T)>>(len: usize, pairs: impl Fn() -> I) -> Self {
        let mut starts = vec![0_u32; len + 2];
        pairs().for_each(|(task, _)| starts[task as usize + 2] += 1);
        for task in 2..len + 2 {
            starts[task] += starts[task - 1];
        }
        let mut items = vec![T::default(); starts[len + 1] as usize];
        for (task, item) in pairs() {
            let end = &mut starts[task as usize + 1];
            items[*end as usize] = item;
            *end += 1;
        }
        starts.truncate(len + 1);
        Lists { starts, items }
    }
}

/// A set of tasks that belongs to one task, and then to another.
struct Marks(Vec<u32>);

impl Marks {
    fn new(len: usize) -> Self {
        Marks(vec![u32::MAX; len])
    }

    /// The set of `task` is this one.
    fn set(&mut self, task: u32, items: &[u32]) {
        items.iter().for_each(|&k| self.0[k as usize] = task);
    }

    /// Whether it has this one.
    fn has(&self, task: u32, item: u32) -> bool {
        self.0[item as usize] == task
    }
}

/// What tasks wait for and who waits for them: dependencies, and outputs that are read without
/// being one, since these can be on other ranks.
#[derive(Debug)]
pub(super) struct Uses {
    of: Lists<u32>,
    users: Lists<u32>,
}

impl Uses {
    pub(super) fn new(view: &View) -> Self {
        let len = view.len();
        let (mut starts, mut items) = (Vec::with_capacity(len + 1), Vec::new());
        let mut marks = Marks::new(len);
        for task in 0..len as u32 {
            starts.push(items.len() as u32);
            let (dependencies, reads) = (view.dependencies_of(task), view.reads_of(task));
            items.extend_from_slice(dependencies);
            // Usually both lists are the same.
            if dependencies != reads {
                marks.set(task, dependencies);
                items.extend(reads.iter().filter(|&&k| !marks.has(task, k)));
            }
        }
        starts.push(items.len() as u32);
        let of = Lists { starts, items };
        let users = Lists::of_pairs(len, || {
            (0..len as u32).flat_map(|task| of.of(task).iter().map(move |&k| (k, task)))
        });
        Uses { of, users }
    }

    /// What a task waits for, each once.
    #[inline]
    pub(super) fn of(&self, task: u32) -> &[u32] {
        self.of.of(task)
    }

    /// The tasks that wait for a task.
    #[inline]
    pub(super) fn users_of(&self, task: u32) -> &[u32] {
        self.users.of(task)
    }

    /// For each task, how many it waits for.
    pub(super) fn counts(&self) -> Vec<u32> {
        (0..self.of.starts.len() as u32 - 1).map(|task| self.of(task).len() as u32).collect()
    }
}

/// Which ranks get the outputs of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Receivers {
    All,
    One(u32),
}

impl Receivers {
    pub(super) fn contain(self, rank: u32) -> bool {
        self == Receivers::All || self == Receivers::One(rank)
    }
}

/// What plans are told apart by, beside the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wishes {
    pub(super) receivers: Receivers,
    pub(super) dynamic: bool,
    /// The rank that each task was given, or none; empty where no task was given one.
    pub(super) pins: Vec<u32>,
    /// What was measured of the tasks, where that counts.
    pub(super) figures: Option<Arc<Figures>>,
}

/// A rank, and whether it needs the output: else it is told that the task has finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) rank: u32,
    pub(super) needs_output: bool,
}

/// The plan of one rank.
#[derive(Debug)]
pub(super) struct Plan {
    /// The same on all ranks that agree on everything.
    pub(super) hash: u64,
    /// The rank of each task.
    pub(super) homes: Vec<u32>,
    /// Those that have to run on rank 0, though nobody has said so: a few.
    pub(super) roots: Vec<u32>,
    /// Which tasks a rank prefers.
    pub(super) order: Order,
    /// How many tasks are this rank's own.
    pub(super) own: u32,
    /// How many tasks of other ranks this one hears of.
    pub(super) arrivals: u32,
    /// For each of its own tasks, how many tasks it waits for.
    pub(super) waits: Vec<u32>,
    /// For each task, how many of its own read the output; or [`FOREVER`].
    pub(super) holds: Vec<u32>,
    /// For each task, its own ones that wait for it.
    pub(super) users: Lists<u32>,
    /// For each task, whom this rank tells of it.
    pub(super) destinations: Lists<Destination>,
    /// Its own tasks that wait for nothing.
    pub(super) sources: Vec<u32>,
    /// Whether all ranks that have the output of a task keep it.
    pub(super) retained: Vec<bool>,
    /// For each of those, the ranks that have it: sorted pairs.
    keepers: Vec<(u32, u32)>,
    /// The lines with tasks whose outputs go to other ranks.
    pub(super) crossing: Vec<u32>,
}

impl Plan {
    pub(super) fn new(
        view: &View,
        measured: Option<&Measured>,
        ranks: u32,
        me: u32,
        wishes: &Wishes,
        hash: u64,
    ) -> Self {
        let len = view.len();
        let uses = Uses::new(view);
        let roots = roots(view, &uses, &wishes.pins);
        let (homes, order) = place(view, &uses, measured, ranks, (&wishes.pins, &roots));
        let is_output = |task: u32| view.place(task).line.output;

        // Who has to hear of which task on another rank.
        let mut hears: Vec<(u32, u32, bool)> = Vec::new();
        let mut reads = Marks::new(len);
        for task in 0..len as u32 {
            let here = homes[task as usize];
            reads.set(task, view.reads_of(task));
            for &k in uses.of(task) {
                if homes[k as usize] != here {
                    hears.push((k, here, reads.has(task, k)));
                }
            }
            if is_output(task) {
                let wants = (0..ranks).filter(|&rank| rank != here && wishes.receivers.contain(rank));
                hears.extend(wants.map(|rank| (task, rank, true)));
            }
        }
        hears.sort_unstable_by_key(|&(task, rank, needs)| (task, rank, !needs));
        hears.dedup_by_key(|&mut (task, rank, _)| (task, rank));

        let mut destinations: Vec<(u32, Destination)> = Vec::new();
        let (mut arrivals, mut crossing) = (0, Vec::new());
        for group in hears.chunk_by(|a, b| a.0 == b.0) {
            let task = group[0].0;
            arrivals += u32::from(group.iter().any(|&(_, rank, _)| rank == me));
            if group.iter().any(|&(.., needs)| needs) {
                crossing.push(view.line(task));
            }
            tell(group, homes[task as usize], me, |destination| destinations.push((task, destination)));
        }

        crossing.dedup();

        let mut holds = vec![0; len];
        let mut waits = vec![0; len];
        let mut own = 0;
        for task in (0..len as u32).filter(|&task| homes[task as usize] == me) {
            own += 1;
            waits[task as usize] = uses.of(task).len() as u32;
            view.reads_of(task).iter().for_each(|&k| holds[k as usize] += 1);
        }
        let mut readers = vec![0_u64; len];
        (0..len as u32).flat_map(|task| view.reads_of(task)).for_each(|&k| readers[k as usize] += 1);
        let shared = 4 * u64::from(ranks);
        let retained: Vec<bool> = (0..len as u32)
            .map(|task| wishes.dynamic && !is_output(task) && readers[task as usize] >= shared)
            .collect();
        let mut keepers: Vec<(u32, u32)> = (0..len as u32).map(|task| (task, homes[task as usize])).collect();
        keepers.extend(hears.iter().filter(|&&(.., needs)| needs).map(|&(task, rank, _)| (task, rank)));
        keepers.retain(|&(task, _)| retained[task as usize]);
        keepers.sort_unstable();
        for task in 0..len as u32 {
            if is_output(task) && wishes.receivers.contain(me) || retained[task as usize] {
                holds[task as usize] += FOREVER;
            }
        }
        let users = Lists::of_pairs(len, || {
            (0..len as u32).flat_map(|task| {
                let users = uses.users_of(task).iter().filter(|&&user| homes[user as usize] == me);
                users.map(move |&user| (task, user))
            })
        });
        let sources =
            (0..len as u32).filter(|&task| homes[task as usize] == me && waits[task as usize] == 0).collect();
        let mut hash = Hash::from(hash);
        homes.iter().for_each(|&home| hash.add(u64::from(home)));
        Plan {
            hash: hash.finish(),
            homes,
            roots,
            order,
            own,
            arrivals,
            waits,
            holds,
            users,
            destinations: Lists::of_pairs(len, || destinations.iter().copied()),
            sources,
            retained,
            keepers,
            crossing,
        }
    }
}

impl Plan {
    /// Whether a rank gets an output and keeps it.
    pub(super) fn keeps(&self, rank: u32, output: u32) -> bool {
        self.keepers.binary_search(&(output, rank)).is_ok()
    }
}

/// Tells whom `me` has to tell of a task at `home`, where all of `group` have to hear of it: a few by
/// its home, and many along a binomial tree.
fn tell(group: &[(u32, u32, bool)], home: u32, me: u32, mut to: impl FnMut(Destination)) {
    if group.len() <= MOST_DIRECT {
        if me == home {
            // Not all ranks begin with the same one.
            let start = group.partition_point(|&(_, rank, _)| rank < home);
            let (before, after) = group.split_at(start);
            for &(_, rank, needs_output) in after.iter().chain(before) {
                to(Destination { rank, needs_output });
            }
        }
        return;
    }
    let needs_output = group.iter().any(|&(.., needs)| needs);
    let position = if me == home {
        0
    } else {
        match group.binary_search_by_key(&me, |&(_, rank, _)| rank) {
            Ok(position) => position + 1,
            Err(_) => return,
        }
    };
    // The children of a position: it, with one more bit set above its highest.
    let mut bit = (position + 1).next_power_of_two();
    while position + bit <= group.len() {
        to(Destination { rank: group[position + bit - 1].1, needs_output });
        bit *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Node, RawEdge, Table, Use};

    #[test]
    fn a_tree_tells_all_once() {
        for len in [9, 10, 16, 17, 100] {
            for home in [0, 3, len] {
                let group: Vec<_> =
                    (0..=len).filter(|&rank| rank != home).map(|rank| (7, rank, true)).collect();
                let mut told = vec![0; len as usize + 1];
                for me in 0..=len {
                    tell(&group, home, me, |destination| told[destination.rank as usize] += 1);
                }
                let once = (0..=len).map(|rank| u32::from(rank != home)).collect::<Vec<_>>();
                assert_eq!(told, once, "{len} ranks, home {home}");
            }
        }
    }

    #[test]
    fn a_task_may_read_very_many() {
        // In a time that grows with their number, and not with its square: that would take minutes.
        const LEN: u32 = 100_000;
        let nodes = (0..=LEN).map(|_| Node { cost: 1, ..Node::EMPTY }).collect();
        let edges = (0..LEN).map(|to| RawEdge { node: LEN, to, how: Use::Borrow, ..RawEdge::EMPTY });
        let view = Table::leak("Wide", nodes, edges.collect()).view();
        let wishes = Wishes { receivers: Receivers::All, dynamic: false, pins: Vec::new(), figures: None };
        let start = std::time::Instant::now();
        let home = Plan::new(view, None, 4, 0, &wishes, 0).homes[LEN as usize];
        let plan = Plan::new(view, None, 4, home, &wishes, 0);
        assert!(start.elapsed() < core::time::Duration::from_secs(60));
        assert_eq!(plan.own + plan.arrivals, LEN + 1);
    }

    #[test]
    fn what_is_sent_is_what_arrives() {
        let nodes: Vec<_> =
            (0..60).map(|i| Node { cost: i % 7, output: i % 13 == 0, ..Node::EMPTY }).collect();
        let how = |i: u32| if i.is_multiple_of(5) { Use::Order } else { Use::Borrow };
        let edges = (1..60).flat_map(|i| {
            [i / 2, i / 3, i - 1].map(|to| RawEdge { node: i, to, how: how(i + to), ..RawEdge::EMPTY })
        });
        let view = Table::leak("Graph", nodes, edges.collect()).view();
        for ranks in [1, 2, 3, 8, 20] {
            for receivers in [Receivers::All, Receivers::One(0)] {
                let wishes = Wishes { receivers, dynamic: false, pins: Vec::new(), figures: None };
                let plans: Vec<_> =
                    (0..ranks).map(|me| Plan::new(view, None, ranks, me, &wishes, 0)).collect();
                assert_eq!(plans.iter().map(|plan| plan.own).sum::<u32>(), 60);
                assert!(plans.iter().all(|plan| plan.hash == plans[0].hash));
                let mut told = vec![0; ranks as usize];
                for plan in &plans {
                    for task in 0..60 {
                        plan.destinations.of(task).iter().for_each(|to| told[to.rank as usize] += 1);
                    }
                }
                assert_eq!(told, plans.iter().map(|plan| plan.arrivals).collect::<Vec<_>>());
            }
        }
    }
}
