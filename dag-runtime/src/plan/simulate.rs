//! The simulation of a run, on numbers of tasks.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::plan::priorities::Priorities;
use crate::table::Adjacency;

/// When and where each task runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    pub(super) starts: Vec<u64>,
    pub(super) workers: Vec<u32>,
    /// All tasks, as they start.
    pub(super) order: Vec<u32>,
    /// For how long each worker has tasks, of those that get any.
    pub(super) busy: Vec<u64>,
    pub(super) makespan: u64,
}

/// The schedule that list scheduling gives: at each time at which tasks end or outputs arrive, all of them do, and
/// then ready tasks go, by priority, each to the free worker of the lowest number that can begin with it.
///
/// `waits` says how many tasks each one depends on. An output arrives on other workers than its own `latency`
/// after its task has ended. Each task enters and leaves each heap once or twice.
pub(super) fn simulate(
    successors: Adjacency<'_>,
    waits: Vec<u32>,
    costs: &[u64],
    priorities: &Priorities,
    workers: usize,
    latency: u64,
) -> Schedule {
    let sources: Vec<u32> = (0..costs.len() as u32).filter(|&task| waits[task as usize] == 0).collect();
    let mut run = Run {
        ranks: &priorities.ranks,
        by_priority: &priorities.by_priority,
        costs,
        latency,
        waits,
        last: vec![[None; 2]; if latency == 0 { 0 } else { costs.len() }],
        is_started: vec![false; costs.len()],
        ready: sources.into_iter().map(|task| Reverse(priorities.ranks[task as usize])).collect(),
        ready_on: Vec::new(),
        is_free: Vec::new(),
        free: BinaryHeap::new(),
        offers: BinaryHeap::new(),
        events: BinaryHeap::new(),
        now: 0,
        schedule: Schedule {
            starts: vec![0; costs.len()],
            workers: vec![0; costs.len()],
            order: Vec::with_capacity(costs.len()),
            ..Schedule::default()
        },
    };
    run.start_ready(workers);
    while let Some(&Reverse((now, ..))) = run.events.peek() {
        run.now = now;
        while let Some(&Reverse((at, event, task))) = run.events.peek()
            && at == now
        {
            run.events.pop();
            match event {
                Event::Ended => {
                    run.schedule.makespan = now;
                    run.end(task, successors.of(task));
                }
                Event::Arrived(None) => run.ready.push(Reverse(run.ranks[task as usize])),
                Event::Arrived(Some(worker)) => {
                    run.ready_on[worker as usize].push(Reverse(run.ranks[task as usize]));
                    run.offer(worker);
                }
            }
        }
        run.start_ready(workers);
    }
    run.schedule
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A task has ended.
    Ended,
    /// A task has all that it needs: on a worker, or on all.
    Arrived(Option<u32>),
}

/// A run that is simulated. Tasks that are ready are known by their ranks, the most urgent one first.
struct Run<'a> {
    ranks: &'a [u32],
    by_priority: &'a [u32],
    costs: &'a [u64],
    latency: u64,
    waits: Vec<u32>,
    /// Of each task, which dependency has ended last, and which last on another worker than that: when and where.
    last: Vec<[Option<(u64, u32)>; 2]>,
    is_started: Vec<bool>,
    /// Ready on every worker. Here, and in what follows, there may be tasks that have started.
    ready: BinaryHeap<Reverse<u32>>,
    /// Ready on one worker, of those that have had a task.
    ready_on: Vec<BinaryHeap<Reverse<u32>>>,
    is_free: Vec<bool>,
    /// Workers that had a task and are free again, and maybe others that were. Those that had none have higher numbers.
    free: BinaryHeap<Reverse<u32>>,
    /// What is most urgent of what is ready on one worker, of workers that are free, with the worker.
    offers: BinaryHeap<Reverse<(u32, u32)>>,
    events: BinaryHeap<Reverse<(u64, Event, u32)>>,
    now: u64,
    schedule: Schedule,
}

impl Run<'_> {
    /// Ready tasks go to free workers.
    fn start_ready(&mut self, workers: usize) {
        loop {
            while self.ready.peek().is_some_and(|&Reverse(rank)| self.has_started(rank)) {
                self.ready.pop();
            }
            let anywhere = self.ready.peek().map(|&Reverse(rank)| rank);
            let offer = self.best_offer();
            let (rank, worker) = match (anywhere, offer) {
                (None, None) => break,
                (None, Some(offer)) => offer,
                (Some(rank), Some(offer)) if offer.0 < rank => offer,
                (Some(rank), _) => match self.lowest_free(workers) {
                    Some(worker) => (rank, worker),
                    None => break,
                },
            };
            self.start(rank, worker);
        }
    }

    fn has_started(&self, rank: u32) -> bool {
        self.is_started[self.by_priority[rank as usize] as usize]
    }

    /// The most urgent task that is ready on a free worker alone.
    fn best_offer(&mut self) -> Option<(u32, u32)> {
        while let Some(&Reverse((rank, worker))) = self.offers.peek() {
            if !self.is_free[worker as usize] {
                self.offers.pop();
            } else if self.has_started(rank) {
                self.offers.pop();
                self.offer(worker);
            } else {
                return Some((rank, worker));
            }
        }
        None
    }

    /// Offers the most urgent task that is ready on this worker, if it is free.
    fn offer(&mut self, worker: u32) {
        if !self.is_free[worker as usize] {
            return;
        }
        while let Some(&Reverse(rank)) = self.ready_on[worker as usize].peek() {
            if !self.has_started(rank) {
                self.offers.push(Reverse((rank, worker)));
                break;
            }
            self.ready_on[worker as usize].pop();
        }
    }

    fn lowest_free(&mut self, workers: usize) -> Option<u32> {
        while let Some(Reverse(worker)) = self.free.pop() {
            if self.is_free[worker as usize] {
                return Some(worker);
            }
        }
        let next = self.schedule.busy.len();
        (next < workers).then(|| {
            self.schedule.busy.push(0);
            self.ready_on.push(BinaryHeap::new());
            self.is_free.push(true);
            next as u32
        })
    }

    fn start(&mut self, rank: u32, worker: u32) {
        let task = self.by_priority[rank as usize];
        let (i, cost) = (task as usize, self.costs[task as usize]);
        self.is_started[i] = true;
        self.is_free[worker as usize] = false;
        self.schedule.starts[i] = self.now;
        self.schedule.workers[i] = worker;
        self.schedule.order.push(task);
        let busy = &mut self.schedule.busy[worker as usize];
        *busy = busy.saturating_add(cost);
        self.events.push(Reverse((self.now.saturating_add(cost), Event::Ended, task)));
    }

    fn end(&mut self, task: u32, successors: &[u32]) {
        let worker = self.schedule.workers[task as usize];
        self.is_free[worker as usize] = true;
        self.free.push(Reverse(worker));
        for &successor in successors {
            let i = successor as usize;
            self.waits[i] -= 1;
            let is_last = self.waits[i] == 0;
            if self.latency == 0 {
                if is_last {
                    self.ready.push(Reverse(self.ranks[i]));
                }
                continue;
            }
            let [last, other] = &mut self.last[i];
            if last.is_some_and(|(_, on)| on != worker) {
                *other = *last;
            }
            *last = Some((self.now, worker));
            if is_last {
                let here = other.map_or(0, |(at, _)| at.saturating_add(self.latency)).max(self.now);
                let anywhere = self.now.saturating_add(self.latency);
                if here < anywhere {
                    self.events.push(Reverse((here, Event::Arrived(Some(worker)), successor)));
                }
                self.events.push(Reverse((anywhere, Event::Arrived(None), successor)));
            }
        }
        self.offer(worker);
    }
}
