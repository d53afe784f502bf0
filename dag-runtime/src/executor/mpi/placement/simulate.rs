//! How long a placement would take: a simulation of the ranks, each with its own tasks by priority.

use alloc::collections::{BinaryHeap, VecDeque};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::queue::Queue;
use super::{Model, Order};

/// The tasks of each rank that are ready. A rank knows its own ones by where they stand among them.
struct ReadyByRank<'a> {
    homes: &'a [u32],
    /// The tasks of all ranks, those of one after those of another, by priority.
    tasks: Vec<u32>,
    /// Where those of each rank begin.
    starts: Vec<u32>,
    /// Where each task stands among those of its rank.
    positions: Vec<u32>,
    queues: Vec<Queue>,
}

impl<'a> ReadyByRank<'a> {
    fn new(ranks: u32, homes: &'a [u32], order: &Order) -> Self {
        let mut counts = vec![0_u32; ranks as usize];
        homes.iter().for_each(|&home| counts[home as usize] += 1);
        let queues = counts.iter().map(|&count| Queue::new(count as usize)).collect();
        let starts: Vec<u32> =
            counts.iter().scan(0, |end, count| Some(core::mem::replace(end, *end + count))).collect();
        let (mut tasks, mut positions) = (vec![0; homes.len()], vec![0; homes.len()]);
        let mut next = vec![0; ranks as usize];
        for &task in order.tasks() {
            let home = homes[task as usize] as usize;
            tasks[(starts[home] + next[home]) as usize] = task;
            positions[task as usize] = next[home];
            next[home] += 1;
        }
        ReadyByRank { homes, tasks, starts, positions, queues }
    }

    fn push(&mut self, task: u32) {
        self.queues[self.homes[task as usize] as usize].push(self.positions[task as usize]);
    }

    /// The most urgent one of a rank.
    fn pop(&mut self, rank: u32) -> Option<u32> {
        let position = self.queues[rank as usize].pop()?;
        Some(self.tasks[(self.starts[rank as usize] + position) as usize])
    }
}

/// When something happens, to which task, and whether it is that its output arrives on all other ranks, or else that it
/// ends on its own. Of two at one time, the one of the lower number is the first.
type Event = (u64, u32, bool);

/// What is going to happen.
#[derive(Default)]
struct Events {
    /// In order. Where all outputs take equally long, all arrivals are here.
    arrivals: VecDeque<Event>,
    others: BinaryHeap<Reverse<Event>>,
}

impl Events {
    fn push_end(&mut self, at: u64, task: u32) {
        self.others.push(Reverse((at, task, false)));
    }

    fn push_arrival(&mut self, at: u64, task: u32) {
        let event = (at, task, true);
        if self.arrivals.back().is_none_or(|last| *last <= event) {
            self.arrivals.push_back(event);
        } else {
            self.others.push(Reverse(event));
        }
    }

    /// What happens first.
    fn pop(&mut self) -> Option<Event> {
        match (self.arrivals.front(), self.others.peek()) {
            (Some(arrival), other) if other.is_none_or(|Reverse(other)| arrival <= other) => {
                self.arrivals.pop_front()
            }
            _ => self.others.pop().map(|Reverse(event)| event),
        }
    }
}

impl Model<'_> {
    /// Runs the tasks on their ranks, each rank in this order. Gives how long that takes, and how many outputs go to
    /// other ranks.
    pub(super) fn simulate(&self, homes: &[u32], order: &Order) -> (u64, u64) {
        let mut waits = self.uses.counts();
        let mut ready = ReadyByRank::new(self.ranks, homes, order);
        (0..homes.len() as u32).filter(|&task| waits[task as usize] == 0).for_each(|task| ready.push(task));
        let mut is_busy = vec![false; self.ranks as usize];
        let mut events = Events::default();
        let (mut now, mut crossings) = (0_u64, 0);
        let mut woken: Vec<u32> = (0..self.ranks).collect();
        loop {
            for rank in woken.drain(..) {
                if is_busy[rank as usize] {
                    continue;
                }
                if let Some(task) = ready.pop(rank) {
                    is_busy[rank as usize] = true;
                    events.push_end(now.saturating_add(self.costs[task as usize]), task);
                }
            }
            let Some((at, task, arrives)) = events.pop() else { break (now, crossings) };
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
                        ready.push(user);
                        woken.push(there);
                    }
                }
            }
            if crosses && !arrives {
                crossings += 1;
                events.push_arrival(now.saturating_add(self.delay(task)), task);
            }
        }
    }
}
