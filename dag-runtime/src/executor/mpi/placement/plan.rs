//! What a rank does in the runs of a graph: which tasks are its own, what they wait for, and where
//! outputs go. Every rank computes its own plan, from the table and the placement.

use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Deref;

use super::lists::Lists;
use super::order::Order;
use super::uses::Uses;
use super::{place, sources};
use crate::executor::mpi::hash::Hash;
use crate::plan::{Figures, Measured};
use crate::table::View;

/// Up to this many ranks are sent an output by the rank that has it; if there are more, they pass it on.
const MOST_DIRECT: usize = 8;

/// An output with this many readers for each rank is kept to the end of a run with a dynamic schedule.
const READERS_TO_RETAIN: u64 = 4;

/// An output that is kept to the end of a run.
pub(crate) const FOREVER: u32 = 1 << 31;

/// Which ranks get the outputs of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Receivers {
    All,
    One(u32),
}

impl Receivers {
    pub(crate) fn contain(self, rank: u32) -> bool {
        self == Receivers::All || self == Receivers::One(rank)
    }
}

/// What plans are told apart by, beside the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PlanKey {
    pub(crate) receivers: Receivers,
    pub(crate) dynamic: bool,
    pub(crate) pins: Pins,
    /// What was measured of the tasks, where that counts.
    pub(crate) figures: Option<Arc<Figures>>,
}

/// The rank that each task was given, or none; empty where no task was given one. Plans are looked up by it in each run, mostly by
/// one and the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pins(Rc<[u32]>);

impl From<Vec<u32>> for Pins {
    fn from(pins: Vec<u32>) -> Self {
        Pins(pins.into())
    }
}

impl Deref for Pins {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl PartialEq for Pins {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Pins {}

impl PartialOrd for Pins {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pins {
    fn cmp(&self, other: &Self) -> Ordering {
        if Rc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

/// A rank, and whether it needs the output: else it is told that the task has finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) rank: u32,
    pub(crate) needs_output: bool,
}

/// The plan of one rank.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The same on all ranks that agree on everything.
    pub(crate) hash: u64,
    /// The rank of each task.
    pub(crate) homes: Vec<u32>,
    /// Those that have to run on rank 0, though nobody has said so: a few.
    pub(crate) on_rank_0: Vec<u32>,
    /// Which tasks a rank prefers.
    pub(crate) order: Order,
    /// How many tasks are this rank's own.
    pub(crate) own: u32,
    /// How many tasks of other ranks this one hears of.
    pub(crate) arrivals: u32,
    /// For each of its own tasks, how many tasks it waits for.
    pub(crate) waits: Vec<u32>,
    /// For each task, how many of its own read the output; or [`FOREVER`].
    pub(crate) holds: Vec<u32>,
    /// For each task, its own ones that wait for it.
    pub(crate) users: Lists<u32>,
    /// For each task, whom this rank tells of it.
    pub(crate) destinations: Lists<Destination>,
    /// Its own tasks that wait for nothing.
    pub(crate) sources: Vec<u32>,
    /// Whether all ranks that have the output of a task keep it.
    pub(crate) retained: Vec<bool>,
    /// For each of those, the ranks that have it: sorted pairs.
    keepers: Vec<(u32, u32)>,
    /// The lines with tasks whose outputs go to other ranks.
    pub(crate) crossing: Vec<u32>,
}

impl Plan {
    pub(crate) fn new(
        view: &View,
        measured: Option<&Measured>,
        ranks: u32,
        me: u32,
        plan_key: &PlanKey,
        hash: u64,
    ) -> Self {
        let tasks = view.len() as u32;
        let uses = Uses::new(view);
        let on_rank_0 = sources::on_rank_0(view, &uses, &plan_key.pins);
        let (homes, order) = place(view, &uses, measured, ranks, (&plan_key.pins, &on_rank_0));
        let mut plan = Plan {
            hash: hash_of(hash, &homes),
            homes,
            on_rank_0,
            order,
            own: 0,
            arrivals: 0,
            waits: vec![0; view.len()],
            holds: vec![0; view.len()],
            users: Lists::with_capacity(view.len()),
            destinations: Lists::with_capacity(view.len()),
            sources: Vec::new(),
            retained: vec![false; view.len()],
            keepers: Vec::new(),
            crossing: Vec::new(),
        };
        let mut audience = Audience::new(ranks);
        for task in 0..tasks {
            let home = plan.homes[task as usize];
            let is_output = view.place(task).line.output;
            if home == me {
                plan.add_own(view, &uses, task);
            }
            if is_output && plan_key.receivers.contain(me) {
                plan.holds[task as usize] += FOREVER;
            }
            let receivers = is_output.then_some(plan_key.receivers);
            let group = audience.of(task, &uses, &plan.homes, receivers);
            if group.iter().any(|to| to.needs_output) && plan.crossing.last() != Some(&view.line(task)) {
                plan.crossing.push(view.line(task));
            }
            plan.arrivals += u32::from(group.iter().any(|to| to.rank == me));
            tell(group, home, me, |destination| plan.destinations.push(destination));
            plan.destinations.end();
            let readers = uses.readers_of(task).len() as u64;
            if plan_key.dynamic && !is_output && readers >= READERS_TO_RETAIN * u64::from(ranks) {
                plan.retain(task, group);
            }
            for &user in uses.users_of(task) {
                if plan.homes[user as usize] == me {
                    plan.users.push(user);
                }
            }
            plan.users.end();
        }
        plan
    }

    /// Counts what one of its own tasks waits for and reads.
    fn add_own(&mut self, view: &View, uses: &Uses<'_>, task: u32) {
        self.own += 1;
        self.waits[task as usize] = uses.of(task).len() as u32;
        if self.waits[task as usize] == 0 {
            self.sources.push(task);
        }
        view.reads_of(task).iter().for_each(|&output| self.holds[output as usize] += 1);
    }

    /// The output of a task is kept by all ranks that have it: its home, and those that are sent it.
    fn retain(&mut self, task: u32, group: &[Destination]) {
        self.retained[task as usize] = true;
        self.holds[task as usize] += FOREVER;
        let first = self.keepers.len();
        self.keepers.push((task, self.homes[task as usize]));
        self.keepers.extend(group.iter().filter(|to| to.needs_output).map(|to| (task, to.rank)));
        self.keepers[first..].sort_unstable();
    }
}

/// A hash of these ranks of the tasks, and of what has another one.
fn hash_of(hash: u64, homes: &[u32]) -> u64 {
    let mut hash = Hash::from(hash);
    homes.iter().for_each(|&home| hash.add(u64::from(home)));
    hash.finish()
}

/// The other ranks that have to hear of a task.
struct Audience {
    /// For each rank the last task of which it has to hear.
    last: Vec<u32>,
    group: Vec<Destination>,
}

impl Audience {
    fn new(ranks: u32) -> Self {
        Audience { last: vec![u32::MAX; ranks as usize], group: Vec::new() }
    }

    /// Those of a task, by rank. `receivers` get its output, where it is one of the graph's.
    fn of(
        &mut self,
        task: u32,
        uses: &Uses<'_>,
        homes: &[u32],
        receivers: Option<Receivers>,
    ) -> &[Destination] {
        self.group.clear();
        self.last[homes[task as usize] as usize] = task;
        for &reader in uses.readers_of(task) {
            self.add(task, homes[reader as usize], true);
        }
        match receivers {
            Some(Receivers::All) => (0..self.last.len() as u32).for_each(|rank| self.add(task, rank, true)),
            Some(Receivers::One(rank)) => self.add(task, rank, true),
            None => {}
        }
        if !uses.all_read() {
            uses.users_of(task).iter().for_each(|&user| self.add(task, homes[user as usize], false));
        }
        self.group.sort_unstable_by_key(|to| to.rank);
        &self.group
    }

    #[inline]
    fn add(&mut self, task: u32, rank: u32, needs_output: bool) {
        let last = &mut self.last[rank as usize];
        if *last != task {
            *last = task;
            self.group.push(Destination { rank, needs_output });
        }
    }
}

impl Plan {
    /// Whether a rank gets an output and keeps it.
    pub(crate) fn keeps(&self, rank: u32, output: u32) -> bool {
        self.keepers.binary_search(&(output, rank)).is_ok()
    }
}

/// Tells whom `me` has to tell of a task at `home`, where all of `group` have to hear of it: a few by
/// its home, and many along a binomial tree.
fn tell(group: &[Destination], home: u32, me: u32, mut to: impl FnMut(Destination)) {
    if group.len() <= MOST_DIRECT {
        if me == home {
            // Not all ranks begin with the same one.
            let start = group.partition_point(|to| to.rank < home);
            let (before, after) = group.split_at(start);
            after.iter().chain(before).copied().for_each(to);
        }
        return;
    }
    let needs_output = group.iter().any(|to| to.needs_output);
    let position = if me == home {
        0
    } else {
        match group.binary_search_by_key(&me, |to| to.rank) {
            Ok(position) => position + 1,
            Err(_) => return,
        }
    };
    // The children of a position: it, with one more bit set above its highest.
    let mut bit = (position + 1).next_power_of_two();
    while position + bit <= group.len() {
        to(Destination { rank: group[position + bit - 1].rank, needs_output });
        bit *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    #[test]
    fn a_tree_tells_all_once() {
        for len in [9, 10, 16, 17, 100] {
            for home in [0, 3, len] {
                let group: Vec<_> = (0..=len)
                    .filter(|&rank| rank != home)
                    .map(|rank| Destination { rank, needs_output: true })
                    .collect();
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
        let nodes = (0..=LEN).map(|_| Line { cost: 1, ..Line::EMPTY }).collect();
        let edges = (0..LEN).map(|to| RawEdge { node: LEN, to, how: Use::Borrow, ..RawEdge::EMPTY });
        let view = Table::leak("Wide", nodes, edges.collect()).view();
        let plan_key =
            PlanKey { receivers: Receivers::All, dynamic: false, pins: Pins::default(), figures: None };
        let start = std::time::Instant::now();
        let home = Plan::new(view, None, 4, 0, &plan_key, 0).homes[LEN as usize];
        let plan = Plan::new(view, None, 4, home, &plan_key, 0);
        assert!(start.elapsed() < core::time::Duration::from_secs(60));
        assert_eq!(plan.own + plan.arrivals, LEN + 1);
    }

    #[test]
    fn what_is_sent_is_what_arrives() {
        let nodes: Vec<_> =
            (0..60).map(|i| Line { cost: i % 7, output: i % 13 == 0, ..Line::EMPTY }).collect();
        let how = |i: u32| if i.is_multiple_of(5) { Use::Order } else { Use::Borrow };
        let edges = (1..60).flat_map(|i| {
            [i / 2, i / 3, i - 1].map(|to| RawEdge { node: i, to, how: how(i + to), ..RawEdge::EMPTY })
        });
        let view = Table::leak("Graph", nodes, edges.collect()).view();
        for ranks in [1, 2, 3, 8, 20] {
            for receivers in [Receivers::All, Receivers::One(0)] {
                let plan_key = PlanKey { receivers, dynamic: false, pins: Pins::default(), figures: None };
                let plans: Vec<_> =
                    (0..ranks).map(|me| Plan::new(view, None, ranks, me, &plan_key, 0)).collect();
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
