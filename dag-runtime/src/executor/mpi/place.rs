//! On which rank each task runs, from the table and costs that were given: every rank computes the same.
//!
//! Two placements are made and compared by a simulation of what executors do. *Blocks* cuts each
//! level of the graph, in listing order, into contiguous parts of equal cost: neighbours stay together
//! from level to level, and little crosses. *Earliest finish* gives each task, by descending bottom
//! level, to the rank on which it would finish first, which balances costs that differ: it is HEFT of
//! Topcuoglu, Hariri and Wu, *Performance-effective and low-complexity task scheduling for
//! heterogeneous computing*, IEEE TPDS 13(3), 2002, on equal processors and without insertion.

mod inputs;

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use self::inputs::Inputs;
use super::order::Order;
use super::plan::Uses;
use crate::graph::ANYWHERE;
use crate::plan::Measured;
use crate::table::{Urgency, View};

/// What a message takes where costs are nanoseconds: with the time for which it waits to be sent.
const LATENCY: u64 = 10_000;
/// What of a large one goes to another rank meanwhile.
const BYTES_IN_NANOSECOND: u64 = 1;

/// The rank of each task, among so many, and in which order these prefer them. `pins` says the rank of some tasks;
/// it is empty where there are none. `roots` are on rank 0.
pub(super) fn place(
    view: &View,
    uses: &Uses,
    measured: Option<&Measured>,
    ranks: u32,
    (pins, roots): (&[u32], &[u32]),
) -> (Vec<u32>, Order) {
    let graph = Graph::new(view, uses, measured, ranks, (pins, roots));
    let [blocks, earliest] = [graph.blocks(), graph.earliest_finish()].map(|homes| {
        let order = graph.order(&homes);
        (homes, order)
    });
    let [by_blocks, by_earliest] = [&blocks, &earliest].map(|(homes, order)| graph.simulate(homes, order));
    // Where costs are not stated they are not known, and what crosses costs more than the simulation knows.
    let is_even = graph.costs.windows(2).all(|two| two[0] == two[1]);
    let tolerance = by_earliest.makespan / if is_even { 32 } else { 256 };
    let crosses_less = by_blocks.crossings <= by_earliest.crossings;
    if by_blocks.makespan <= by_earliest.makespan
        || (crosses_less && by_blocks.makespan <= by_earliest.makespan.saturating_add(tolerance))
    {
        blocks
    } else {
        earliest
    }
}

struct Graph<'a> {
    view: &'a View,
    urgency: Urgency<'a>,
    uses: &'a Uses,
    ranks: u32,
    pins: &'a [u32],
    roots: &'a [u32],
    costs: Vec<u64>,
    /// How long an output takes to another rank, beside its size.
    delay: u64,
    /// How much longer each one takes by its size; empty where sizes are not known.
    delays: Vec<u64>,
}

struct Simulation {
    makespan: u64,
    /// How many outputs go to other ranks.
    crossings: u64,
}

impl<'a> Graph<'a> {
    fn new(
        view: &'a View,
        uses: &'a Uses,
        measured: Option<&'a Measured>,
        ranks: u32,
        (pins, roots): (&'a [u32], &'a [u32]),
    ) -> Self {
        // Units are scaled, so that a delay can be a part of one.
        let scaled = |cost: u64| cost.clamp(1, 1 << 40) * 64;
        let Some(measured) = measured else {
            let costs: Vec<u64> = (0..view.len() as u32).map(|i| scaled(view.place(i).line.cost)).collect();
            let total = costs.iter().copied().fold(0, u64::saturating_add);
            let delay = total / (costs.len().max(1) as u64) / 8;
            return Graph {
                view,
                urgency: view.urgency(),
                uses,
                ranks,
                pins,
                roots,
                costs,
                delay,
                delays: Vec::new(),
            };
        };
        let figures = measured.figures();
        Graph {
            view,
            urgency: measured.urgency(view),
            uses,
            ranks,
            pins,
            roots,
            costs: figures.costs.iter().map(|&cost| scaled(cost)).collect(),
            delay: scaled(LATENCY),
            delays: figures.bytes.iter().map(|&bytes| scaled(bytes / BYTES_IN_NANOSECOND)).collect(),
        }
    }

    /// How long the output of a task takes to another rank.
    fn delay(&self, task: u32) -> u64 {
        self.delay + self.delays.get(task as usize).copied().unwrap_or(0)
    }

    fn pin(&self, task: usize) -> u32 {
        match self.pins.get(task) {
            Some(&pin) if pin != ANYWHERE => pin,
            _ if self.roots.contains(&(task as u32)) => 0,
            _ => ANYWHERE,
        }
    }

    fn blocks(&self) -> Vec<u32> {
        let len = self.view.len();
        let depths = self.view.lists().depths;
        let levels = depths.iter().max().map_or(0, |&depth| depth as usize + 1);
        let mut totals = vec![0_u64; levels];
        for task in 0..len {
            let total = &mut totals[depths[task] as usize];
            *total = total.saturating_add(self.costs[task]);
        }
        let mut before = vec![0_u64; levels];
        let mut homes = vec![ANYWHERE; len];
        for task in 0..len {
            let level = depths[task] as usize;
            let middle = u128::from(before[level]) + u128::from(self.costs[task]) / 2;
            before[level] = before[level].saturating_add(self.costs[task]);
            let rank = middle * u128::from(self.ranks) / u128::from(totals[level]);
            homes[task] = match self.pin(task) {
                ANYWHERE => (rank as u32).min(self.ranks - 1),
                pin => pin,
            };
        }
        homes
    }

    fn earliest_finish(&self) -> Vec<u32> {
        let len = self.view.len();
        let mut homes = vec![ANYWHERE; len];
        let mut finish = vec![0_u64; len];
        let mut free_at = vec![0_u64; self.ranks as usize];
        let mut idlest: BinaryHeap<Reverse<(u64, u32)>> =
            (0..self.ranks).map(|rank| Reverse((0, rank))).collect();
        let mut waits = self.uses.counts();
        let mut ready: BinaryHeap<Reverse<u32>> = (0..len as u32)
            .filter(|&i| waits[i as usize] == 0)
            .map(|i| Reverse(self.urgency.rank(i)))
            .collect();
        let mut candidates: Vec<u32> = Vec::new();
        let mut inputs = Inputs::new(self.ranks);
        while let Some(Reverse(rank)) = ready.pop() {
            let task = self.urgency.task(rank);
            candidates.clear();
            inputs.clear();
            for &k in self.uses.of(task) {
                let (home, end) = (homes[k as usize], finish[k as usize]);
                inputs.add(home, end, end.saturating_add(self.delay(k)));
            }
            match self.pin(task as usize) {
                ANYWHERE => {
                    candidates.extend_from_slice(&inputs.homes);
                    // Entries that are out of date are of ranks that have become busier since.
                    while let Some(&Reverse((at, idle))) = idlest.peek() {
                        if at == free_at[idle as usize] {
                            candidates.push(idle);
                            break;
                        }
                        idlest.pop();
                    }
                }
                pin => candidates.push(pin),
            }
            let best = candidates.iter().map(|&home| {
                let start = inputs.complete_on(home).max(free_at[home as usize]);
                (start.saturating_add(self.costs[task as usize]), Reverse(inputs.count_on(home)), home)
            });
            let (end, _, home) = best.min().expect("there is a rank");
            homes[task as usize] = home;
            finish[task as usize] = end;
            free_at[home as usize] = end;
            idlest.push(Reverse((end, home)));
            for &k in self.uses.users_of(task) {
                waits[k as usize] -= 1;
                if waits[k as usize] == 0 {
                    ready.push(Reverse(self.urgency.rank(k)));
                }
            }
        }
        homes
    }

    fn order(&self, homes: &[u32]) -> Order {
        Order::new(self.view.lists().order, self.uses, homes, &self.costs, |task| self.delay(task))
    }

    /// Runs the tasks on their ranks, each rank in this order.
    fn simulate(&self, homes: &[u32], order: &Order) -> Simulation {
        let len = self.view.len();
        let mut waits = self.uses.counts();
        let mut ready: Vec<BinaryHeap<Reverse<u32>>> = vec![BinaryHeap::new(); self.ranks as usize];
        let mut is_busy = vec![false; self.ranks as usize];
        // What happens when: a task ends on its rank, or an output arrives at all others. The first
        // of two at one time is the one of the lower number.
        let mut events: BinaryHeap<Reverse<(u64, u32, bool)>> = BinaryHeap::new();
        let (mut now, mut crossings) = (0_u64, 0);
        let mut woken: Vec<u32> = (0..self.ranks).collect();
        for task in (0..len as u32).filter(|&i| waits[i as usize] == 0) {
            ready[homes[task as usize] as usize].push(Reverse(order.position(task)));
        }
        loop {
            for rank in woken.drain(..) {
                let rank = rank as usize;
                if !is_busy[rank]
                    && let Some(Reverse(next)) = ready[rank].pop()
                {
                    let task = order.task(next);
                    is_busy[rank] = true;
                    events.push(Reverse((now.saturating_add(self.costs[task as usize]), task, false)));
                }
            }
            let Some(Reverse((at, task, arrives))) = events.pop() else { break };
            now = at;
            let home = homes[task as usize];
            if !arrives {
                is_busy[home as usize] = false;
                woken.push(home);
            }
            let mut crosses = false;
            for &user in self.uses.users_of(task) {
                let there = homes[user as usize];
                crosses |= there != home;
                if (there != home) == arrives {
                    waits[user as usize] -= 1;
                    if waits[user as usize] == 0 {
                        ready[there as usize].push(Reverse(order.position(user)));
                        woken.push(there);
                    }
                }
            }
            if crosses && !arrives {
                crossings += 1;
                events.push(Reverse((now.saturating_add(self.delay(task)), task, true)));
            }
        }
        Simulation { makespan: now, crossings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Node, Table};

    #[test]
    fn costs_may_be_as_large_as_they_can_be() {
        let nodes = (0..1 << 18).map(|_| Node { cost: u64::MAX, ..Node::EMPTY }).collect();
        let view = Table::leak("Wide", nodes, Vec::new()).view();
        let (homes, _) = place(view, &Uses::new(view), None, 2, (&[], &[]));
        assert!((0..2).all(|rank| homes.contains(&rank)));
    }
}
