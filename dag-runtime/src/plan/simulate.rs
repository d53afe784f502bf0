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

/// The schedule that list scheduling gives: at each time at which tasks end, all of them end, and
/// then ready tasks go, by priority, each to the free worker of the lowest number.
///
/// `waits` says how many tasks each one depends on. Each task enters and leaves three heaps once.
pub(super) fn simulate(
    successors: Adjacency<'_>,
    mut waits: Vec<u32>,
    costs: &[u64],
    priorities: &Priorities,
    workers: usize,
) -> Schedule {
    let mut schedule = Schedule {
        starts: vec![0; costs.len()],
        workers: vec![0; costs.len()],
        order: Vec::with_capacity(costs.len()),
        ..Schedule::default()
    };
    let Priorities { by_priority, ranks, .. } = priorities;
    let sources = by_priority.iter().enumerate().filter(|&(_, &task)| waits[task as usize] == 0);
    let mut ready: BinaryHeap<_> = sources.map(|(rank, _)| Reverse(rank as u32)).collect();
    // Workers that had a task and are free again. All have lower numbers than those that had none.
    let mut free = BinaryHeap::new();
    let mut running = BinaryHeap::new();
    let mut now = 0;
    loop {
        while !ready.is_empty() {
            let worker = match free.pop() {
                Some(Reverse(worker)) => worker,
                None if schedule.busy.len() < workers => {
                    schedule.busy.push(0);
                    schedule.busy.len() as u32 - 1
                }
                None => break,
            };
            let Some(Reverse(rank)) = ready.pop() else { break };
            let task = by_priority[rank as usize];
            let cost = costs[task as usize];
            schedule.starts[task as usize] = now;
            schedule.workers[task as usize] = worker;
            schedule.order.push(task);
            let busy = &mut schedule.busy[worker as usize];
            *busy = busy.saturating_add(cost);
            running.push(Reverse((now.saturating_add(cost), task)));
        }
        let Some(&Reverse((finish, _))) = running.peek() else { break };
        now = finish;
        while let Some(&Reverse((finish, task))) = running.peek()
            && finish == now
        {
            running.pop();
            free.push(Reverse(schedule.workers[task as usize]));
            for &successor in successors.of(task) {
                waits[successor as usize] -= 1;
                if waits[successor as usize] == 0 {
                    ready.push(Reverse(ranks[successor as usize]));
                }
            }
        }
    }
    schedule.makespan = now;
    schedule
}
