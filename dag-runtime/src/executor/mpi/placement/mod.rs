//! On which rank each task runs, from the table and costs that were given: every rank computes the same.
//!
//! Two placements are made and compared by a simulation of what executors do. *Blocks* cuts each
//! level of the graph, in listing order, into contiguous parts of equal cost: neighbours stay together
//! from level to level, and little crosses. *Earliest finish* gives each task, by descending bottom
//! level, to the rank on which it would finish first, which balances costs that differ: it is HEFT of
//! Topcuoglu, Hariri and Wu, *Performance-effective and low-complexity task scheduling for
//! heterogeneous computing*, IEEE TPDS 13(3), 2002, on equal processors and without insertion.
//!
//! Where blocks are about as fast as any placement could be, the other one is not made. Where the graph says nearly all
//! ranks, there is nothing to choose.

mod blocks;
mod earliest;
mod inputs;
mod lists;
#[cfg(any(test, feature = "store"))]
mod needed;
mod order;
mod pinned;
mod plan;
mod queue;
mod simulate;
mod sources;
mod together;
mod uses;

use alloc::vec;
use alloc::vec::Vec;

pub(super) use self::order::Order;
pub(super) use self::plan::{Destination, Pins, Plan, PlanKey, Receivers};
pub(super) use self::together::together;
use self::uses::Uses;
use crate::graph::ANYWHERE;
use crate::plan::Measured;
use crate::table::{Urgency, View};

/// What a message takes where costs are nanoseconds: with the time for which it waits to be sent.
const LATENCY: u64 = 10_000;
/// What of a large one goes to another rank meanwhile.
const BYTES_IN_NANOSECOND: u64 = 1;

/// A rank for each task, and in which order ranks prefer their tasks.
struct Placement {
    homes: Vec<u32>,
    order: Order,
    makespan: u64,
    /// How many outputs go to other ranks.
    crossings: u64,
}

/// The rank of each task, among this many, and in which order these prefer them. `pins` says the rank of some tasks;
/// it is empty where there are none. `on_rank_0` are tasks for rank 0.
fn place(
    view: &View,
    uses: &Uses<'_>,
    measured: Option<&Measured>,
    ranks: u32,
    (pins, on_rank_0): (&[u32], &[u32]),
) -> (Vec<u32>, Order) {
    let model = Model::new(view, uses, measured, ranks, (pins, on_rank_0));
    if let Some(homes) = model.pinned() {
        return model.ordered(homes);
    }
    let blocks = model.blocks();
    if model.is_near_optimum_by_levels(&blocks) {
        return model.ordered(blocks);
    }
    let blocks = model.simulated(blocks);
    let chosen = if model.is_near_optimum(blocks.makespan) {
        blocks
    } else {
        model.better_of(blocks, model.simulated(model.earliest_finish()))
    };
    (chosen.homes, chosen.order)
}

/// The graph with its costs, as placements see it.
struct Model<'a> {
    view: &'a View,
    urgency: Urgency<'a>,
    uses: &'a Uses<'a>,
    ranks: u32,
    pins: &'a [u32],
    on_rank_0: &'a [u32],
    costs: Vec<u64>,
    /// How long an output takes to another rank, beside its size.
    delay: u64,
    /// How much longer each one takes by its size; empty where sizes are not known.
    delays: Vec<u64>,
}

impl<'a> Model<'a> {
    fn new(
        view: &'a View,
        uses: &'a Uses<'a>,
        measured: Option<&'a Measured>,
        ranks: u32,
        (pins, on_rank_0): (&'a [u32], &'a [u32]),
    ) -> Self {
        // Units are scaled, so that a delay can be a part of one.
        let scaled = |cost: u64| cost.clamp(1, 1 << 40) * 64;
        let Some(measured) = measured else {
            let costs: Vec<u64> = (0..view.len() as u32).map(|i| scaled(view.place(i).line.cost)).collect();
            let delay = total(&costs) / (costs.len().max(1) as u64) / 8;
            return Model {
                view,
                urgency: view.urgency(),
                uses,
                ranks,
                pins,
                on_rank_0,
                costs,
                delay,
                delays: Vec::new(),
            };
        };
        let figures = measured.figures();
        Model {
            view,
            urgency: measured.urgency(view),
            uses,
            ranks,
            pins,
            on_rank_0,
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
            _ if self.on_rank_0.contains(&(task as u32)) => 0,
            _ => ANYWHERE,
        }
    }

    /// These ranks of the tasks, with the order.
    fn ordered(&self, homes: Vec<u32>) -> (Vec<u32>, Order) {
        let order =
            Order::new(self.view.columns().order, self.uses, &homes, &self.costs, |task| self.delay(task));
        (homes, order)
    }

    /// What these ranks of the tasks would give.
    fn simulated(&self, homes: Vec<u32>) -> Placement {
        let (homes, order) = self.ordered(homes);
        let (makespan, crossings) = self.simulate(&homes, &order);
        Placement { homes, order, makespan, crossings }
    }

    /// By how much blocks may be slower and are taken all the same, since less crosses. Where costs are not stated they are
    /// not known, and what crosses costs more than the simulation knows.
    fn tolerance(&self, makespan: u64) -> u64 {
        let is_even = self.costs.windows(2).all(|two| two[0] == two[1]);
        makespan / if is_even { 32 } else { 256 }
    }

    fn better_of(&self, blocks: Placement, earliest: Placement) -> Placement {
        let crosses_less = blocks.crossings <= earliest.crossings;
        let tolerance = if crosses_less { self.tolerance(earliest.makespan) } else { 0 };
        if blocks.makespan <= earliest.makespan.saturating_add(tolerance) { blocks } else { earliest }
    }

    /// Whether no placement could be faster by more than a 256th: none takes less time than the tasks on all ranks
    /// side by side, or than the longest way through the graph.
    fn is_near_optimum(&self, makespan: u64) -> bool {
        self.is_near_work(makespan) || is_near(makespan, self.longest_way())
    }

    /// Whether no placement could be faster by more than a 256th, since ranks have nothing but work.
    fn is_near_work(&self, makespan: u64) -> bool {
        is_near(makespan, total(&self.costs) / u64::from(self.ranks))
    }

    /// The cost of the most costly way through the graph.
    fn longest_way(&self) -> u64 {
        let mut ends = vec![0_u64; self.costs.len()];
        for &task in self.view.columns().order {
            let start = self.uses.of(task).iter().map(|&before| ends[before as usize]).max().unwrap_or(0);
            ends[task as usize] = start.saturating_add(self.costs[task as usize]);
        }
        ends.into_iter().max().unwrap_or(0)
    }
}

fn is_near(makespan: u64, bound: u64) -> bool {
    makespan <= bound.saturating_add(bound / 256)
}

fn total(costs: &[u64]) -> u64 {
    costs.iter().copied().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Line, Table};

    #[test]
    fn costs_may_be_as_large_as_they_can_be() {
        let nodes = (0..1 << 18).map(|_| Line { cost: u64::MAX, ..Line::EMPTY }).collect();
        let view = Table::leak("Wide", nodes, Vec::new()).view();
        let (homes, _) = place(view, &Uses::new(view), None, 2, (&[], &[]));
        assert!((0..2).all(|rank| homes.contains(&rank)));
    }
}
