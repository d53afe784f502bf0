//! The simulation of a run, on numbers of tasks.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::graph::{FREE, Limiter, Needs};
use crate::plan::priorities::Priorities;
use crate::plan::simulated::{Part, SimulatedRun};
use crate::plan::transfers::Transfers;
use crate::table::Adjacency;

/// The input of a simulation.
pub(super) struct Model<'a> {
    pub(super) successors: Adjacency<'a>,
    /// How many tasks each task waits for: the number of lists, in `successors` or `transfers`, that contain it.
    pub(super) waits: Vec<u32>,
    pub(super) costs: &'a [u64],
    pub(super) priorities: &'a Priorities,
    pub(super) workers: usize,
    /// The times of outputs to other workers, if they take any.
    pub(super) transfers: Option<Transfers>,
    /// The most parts of each task; empty if no task is divided.
    pub(super) parts: Vec<u32>,
    /// What tasks take of limits, if there are any. There are no transfers then.
    pub(super) needs: Option<&'a Needs>,
}

/// List scheduling: at each time at which tasks end or outputs arrive, all of these events are processed. Then ready
/// tasks start by priority, each on the free worker with the lowest number that can start it.
///
/// A divided task starts on several workers, a part on each, as long as parts are left. Each task or part enters and
/// leaves each heap at most twice.
pub(super) fn simulate(model: Model<'_>) -> SimulatedRun {
    let Model { successors, waits, costs, priorities, workers, transfers, parts, needs } = model;
    let sources: Vec<u32> = (0..costs.len() as u32).filter(|&task| waits[task as usize] == 0).collect();
    let mut run = Simulation {
        ranks: &priorities.ranks,
        by_priority: &priorities.by_priority,
        costs,
        waits,
        last: vec![[None; 2]; if transfers.is_some() { costs.len() } else { 0 }],
        transfers: transfers.as_ref(),
        open: parts.clone(),
        left: parts.clone(),
        parts: &parts,
        is_started: vec![false; costs.len()],
        ready: sources.into_iter().map(|task| Reverse(priorities.ranks[task as usize])).collect(),
        limits: needs.map(|needs| (needs, Limiter::new(needs))),
        ready_on: Vec::new(),
        is_free: Vec::new(),
        free: BinaryHeap::new(),
        candidates: BinaryHeap::new(),
        events: BinaryHeap::new(),
        now: 0,
        simulated: SimulatedRun {
            starts: vec![0; costs.len()],
            finishes: vec![0; costs.len()],
            workers: vec![0; costs.len()],
            order: Vec::with_capacity(costs.len()),
            ..SimulatedRun::default()
        },
    };
    run.start_ready(workers);
    while let Some(&Reverse((now, ..))) = run.events.peek() {
        run.now = now;
        while let Some(&Reverse((_, event, task))) = run.events.peek().filter(|Reverse((at, ..))| *at == now)
        {
            run.events.pop();
            match event {
                Event::Ended(worker) => {
                    run.simulated.makespan = now;
                    run.end(task, worker, successors);
                }
                Event::Arrived(None) => run.ready.push(Reverse(run.ranks[task as usize])),
                Event::Arrived(Some(worker)) => {
                    run.ready_on[worker as usize].push(Reverse(run.ranks[task as usize]));
                    run.add_candidate(worker);
                }
            }
        }
        run.start_ready(workers);
    }
    run.simulated
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A task, or a part of it, has ended on a worker.
    Ended(u32),
    /// A task has all its inputs: on one worker, or on all.
    Arrived(Option<u32>),
}

/// A simulated run. Ready tasks are identified by their ranks, the most urgent one first.
struct Simulation<'a> {
    ranks: &'a [u32],
    by_priority: &'a [u32],
    costs: &'a [u64],
    waits: Vec<u32>,
    transfers: Option<&'a Transfers>,
    parts: &'a [u32],
    /// For each task, how many parts have not ended, and how many have not started; empty if no task is divided.
    open: Vec<u32>,
    left: Vec<u32>,
    /// For each task, the last arrival at other workers than the sender's, and the last such arrival from a different
    /// sender: when and from where.
    last: Vec<[Option<(u64, u32)>; 2]>,
    is_started: Vec<bool>,
    /// Ready on every worker. This and the next heaps may contain tasks that have started.
    ready: BinaryHeap<Reverse<u32>>,
    /// What tasks take of limits, and those that are ready and take some.
    limits: Option<(&'a Needs, Limiter<'a>)>,
    /// Ready on one worker, for workers that have had a task.
    ready_on: Vec<BinaryHeap<Reverse<u32>>>,
    is_free: Vec<bool>,
    /// Workers that had a task and are free again, and possibly busy ones. Unused workers have higher numbers.
    free: BinaryHeap<Reverse<u32>>,
    /// The most urgent task that is ready on only one worker, for each free worker.
    candidates: BinaryHeap<Reverse<(u32, u32)>>,
    events: BinaryHeap<Reverse<(u64, Event, u32)>>,
    now: u64,
    simulated: SimulatedRun,
}

impl Simulation<'_> {
    /// Starts ready tasks on free workers.
    fn start_ready(&mut self, workers: usize) {
        loop {
            while self.ready.peek().is_some_and(|&Reverse(rank)| self.has_started(rank)) {
                self.ready.pop();
            }
            let anywhere = self.ready.peek().map(|&Reverse(rank)| rank);
            if self.limits.is_some() {
                if self.start_limited(anywhere, workers) { continue } else { break }
            }
            let candidate = self.best_candidate();
            let (rank, worker) = match (anywhere, candidate) {
                (None, None) => break,
                (None, Some(candidate)) => candidate,
                (Some(rank), Some(candidate)) if candidate.0 < rank => candidate,
                (Some(rank), _) => match self.lowest_free(workers) {
                    Some(worker) => (rank, worker),
                    None => break,
                },
            };
            self.start(rank, worker);
        }
    }

    /// Starts the most urgent task that is ready and has its units. Returns false if there is none, or no free worker.
    fn start_limited(&mut self, ready: Option<u32>, workers: usize) -> bool {
        let Some((needs, limiter)) = &mut self.limits else { return false };
        if let Some(rank) = ready {
            let kind = needs.kind_of(self.by_priority[rank as usize]);
            if kind != FREE {
                self.ready.pop();
                limiter.wait(kind, rank);
                return true;
            }
        }
        let waiting = limiter.first_rank().filter(|&waiting| ready.is_none_or(|ready| waiting < ready));
        let Some(rank) = waiting.or(ready) else { return false };
        let Some(worker) = self.lowest_free(workers) else { return false };
        let Some((needs, limiter)) = &mut self.limits else { return false };
        let kind = needs.kind_of(self.by_priority[rank as usize]);
        if kind != FREE {
            limiter.start(u32::MAX);
        }
        self.start(rank, worker);
        // The next part takes units of its own.
        if kind != FREE && !self.has_started(rank) {
            if let Some((_, limiter)) = &mut self.limits {
                limiter.wait(kind, rank);
            }
        }
        true
    }

    fn has_started(&self, rank: u32) -> bool {
        self.is_started[self.by_priority[rank as usize] as usize]
    }

    /// The most urgent task that is ready on only one worker, which is free.
    fn best_candidate(&mut self) -> Option<(u32, u32)> {
        while let Some(&Reverse((rank, worker))) = self.candidates.peek() {
            if !self.is_free[worker as usize] {
                self.candidates.pop();
            } else if self.has_started(rank) {
                self.candidates.pop();
                self.add_candidate(worker);
            } else {
                return Some((rank, worker));
            }
        }
        None
    }

    /// Adds the most urgent task that is ready on this worker, if it is free, to the candidates.
    fn add_candidate(&mut self, worker: u32) {
        if !self.is_free[worker as usize] {
            return;
        }
        while let Some(&Reverse(rank)) = self.ready_on[worker as usize].peek() {
            if !self.has_started(rank) {
                self.candidates.push(Reverse((rank, worker)));
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
        let next = self.simulated.busy.len();
        (next < workers).then(|| {
            self.simulated.busy.push(0);
            self.ready_on.push(BinaryHeap::new());
            self.is_free.push(true);
            next as u32
        })
    }

    fn start(&mut self, rank: u32, worker: u32) {
        let task = self.by_priority[rank as usize];
        let i = task as usize;
        let (is_first, cost) = self.take_part(i);
        let finish = self.now.saturating_add(cost);
        self.is_free[worker as usize] = false;
        if is_first {
            self.simulated.starts[i] = self.now;
            self.simulated.workers[i] = worker;
            self.simulated.order.push(task);
        }
        if self.parts.get(i).is_some_and(|&parts| parts > 1) {
            self.simulated.parts.push(Part { task, worker, start: self.now, finish });
        }
        let busy = &mut self.simulated.busy[worker as usize];
        *busy = busy.saturating_add(cost);
        self.events.push(Reverse((finish, Event::Ended(worker), task)));
    }

    /// Takes a part of a task. Returns whether it is the first one, and its cost. After the last part, the task has
    /// started.
    fn take_part(&mut self, i: usize) -> (bool, u64) {
        let Some(&parts) = self.parts.get(i) else {
            self.is_started[i] = true;
            return (true, self.costs[i]);
        };
        let taken = parts - self.left[i];
        self.left[i] -= 1;
        self.is_started[i] = self.left[i] == 0;
        let (even, rest) = (self.costs[i] / u64::from(parts), self.costs[i] % u64::from(parts));
        (taken == 0, even + u64::from(u64::from(taken) < rest))
    }

    fn end(&mut self, task: u32, worker: u32, successors: Adjacency<'_>) {
        self.is_free[worker as usize] = true;
        self.free.push(Reverse(worker));
        if let Some((needs, limiter)) = &mut self.limits {
            let kind = needs.kind_of(task);
            if kind != FREE {
                limiter.give_back(kind);
            }
        }
        if let Some(open) = self.open.get_mut(task as usize) {
            *open -= 1;
            if *open > 0 {
                return;
            }
        }
        self.simulated.finishes[task as usize] = self.now;
        let Some(transfers) = self.transfers else {
            for &successor in successors.of(task) {
                let i = successor as usize;
                self.waits[i] -= 1;
                if self.waits[i] == 0 {
                    self.ready.push(Reverse(self.ranks[i]));
                }
            }
            return;
        };
        for &(user, transfer) in transfers.of(task) {
            let i = user as usize;
            self.waits[i] -= 1;
            let arrival = self.now.saturating_add(transfer);
            let [last, other] = &mut self.last[i];
            match *last {
                Some((at, on)) if arrival < at => {
                    if on != worker && other.is_none_or(|(at, _)| at < arrival) {
                        *other = Some((arrival, worker));
                    }
                }
                before => {
                    if before.is_some_and(|(_, on)| on != worker) {
                        *other = before;
                    }
                    *last = Some((arrival, worker));
                }
            }
            if let (0, Some((anywhere, on))) = (self.waits[i], *last) {
                let here = other.map_or(0, |(at, _)| at).max(self.now);
                if here < anywhere {
                    self.events.push(Reverse((here, Event::Arrived(Some(on)), user)));
                }
                self.events.push(Reverse((anywhere, Event::Arrived(None), user)));
            }
        }
        self.add_candidate(worker);
    }
}
