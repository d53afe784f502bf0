//! Static schedules: a sequence of tasks for each thread, computed before a run.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::assignment::Assignment;
use crate::table::{Line, View};

/// Which tasks each thread runs, and in which order.
///
/// The schedule was made in one order of all tasks in which each task comes after its dependencies. Each thread runs its
/// tasks in that order, so no thread waits for a task that waits for it.
#[derive(Debug)]
pub(crate) struct StaticSchedule(Box<[ThreadSchedule]>);

/// The tasks of one thread.
#[derive(Debug)]
pub(super) struct ThreadSchedule {
    pub(super) tasks: Box<[ScheduledTask]>,
    waits: Box<[Wait]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ScheduledTask {
    pub(super) node: u32,
    /// Whether the thread publishes its progress after this task: another thread waits for it, or it is the last one.
    pub(super) publishes: bool,
    /// The start and the length of its part of [`ThreadSchedule::waits`].
    first: u32,
    count: u32,
}

/// What a task waits for: that another thread has finished its first `count` tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wait {
    pub(super) thread: u32,
    pub(super) count: u32,
}

impl ThreadSchedule {
    #[inline]
    pub(super) fn waits_of(&self, task: &ScheduledTask) -> &[Wait] {
        &self.waits[task.first as usize..(task.first + task.count) as usize]
    }
}

impl StaticSchedule {
    /// The most tasks. For more, it takes too long to compute a schedule.
    const MAX_TASKS: usize = 1 << 15;

    /// A schedule for `threads` threads. None if an output has to be dropped, or a task runs once for each element of an
    /// output: how long that takes is only known during a run.
    pub(crate) fn new(view: &View, threads: u32) -> Option<Self> {
        let is_plain = |i| StaticSchedule::allows(view.place(i).line);
        let fits = threads > 1 && view.len() <= Self::MAX_TASKS && (0..view.len() as u32).all(is_plain);
        fits.then(|| StaticSchedule::of(view, &Assignment::new(view, threads)))
    }

    /// Whether a schedule may have tasks of this line.
    pub(crate) fn allows(line: &Line<'_>) -> bool {
        line.release.is_none() && !line.each
    }

    #[inline]
    pub(super) fn threads(&self) -> &[ThreadSchedule] {
        &self.0
    }

    pub(crate) fn thread_count(&self) -> u32 {
        self.0.len() as u32
    }

    fn of(view: &View, assignment: &Assignment) -> Self {
        let threads = assignment.threads;
        let mut tasks: Vec<Vec<ScheduledTask>> = vec![Vec::new(); threads];
        let mut waits: Vec<Vec<Wait>> = vec![Vec::new(); threads];
        let mut positions = vec![0; view.len()];
        // For each thread, how many tasks of each other thread are known to be done: what an earlier wait implies needs no
        // wait.
        let mut known = vec![vec![0; threads]; threads];
        for &node in &assignment.order {
            let own = assignment.thread_of[node as usize] as usize;
            positions[node as usize] = tasks[own].len() as u32;
            let first = waits[own].len();
            for &k in view.dependencies_of(node).iter().chain(view.reads_of(node)) {
                let other = assignment.thread_of[k as usize] as usize;
                let count = positions[k as usize] + 1;
                if other == own || known[own][other] >= count {
                    continue;
                }
                known[own][other] = count;
                let wait = Wait { thread: other as u32, count };
                match waits[own][first..].iter_mut().find(|wait| wait.thread as usize == other) {
                    Some(shorter) => *shorter = wait,
                    None => waits[own].push(wait),
                }
            }
            let count = (waits[own].len() - first) as u32;
            tasks[own].push(ScheduledTask { node, publishes: false, first: first as u32, count });
        }
        for wait in waits.iter().flatten() {
            tasks[wait.thread as usize][wait.count as usize - 1].publishes = true;
        }
        tasks.iter_mut().filter_map(|tasks| tasks.last_mut()).for_each(|last| last.publishes = true);
        let threads = tasks.into_iter().zip(waits);
        StaticSchedule(
            threads
                .map(|(tasks, waits)| ThreadSchedule { tasks: tasks.into(), waits: waits.into() })
                .collect(),
        )
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::table::{RawEdge, Table, Use};

    fn graph(costs: &[u64], edges: impl IntoIterator<Item = (u32, u32)>) -> &'static View {
        let nodes = costs.iter().map(|&cost| Line { cost, ..Line::EMPTY }).collect();
        let edges =
            edges.into_iter().map(|(node, to)| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY });
        Table::leak("Scheduled", nodes, edges.collect()).view()
    }

    fn stencil(steps: u32, width: u32) -> &'static View {
        let edges = (width..steps * width).flat_map(|i| {
            let before = i / width * width - width;
            let beside = (i % width).saturating_sub(1)..(i % width + 2).min(width);
            beside.map(move |x| (i, before + x))
        });
        graph(&vec![1; (steps * width) as usize], edges)
    }

    /// Simulates a run: each thread in turn runs as many tasks as it can.
    fn check(view: &View, threads: u32) -> StaticSchedule {
        let schedule = StaticSchedule::new(view, threads).unwrap();
        let mut at = vec![0; threads as usize];
        let mut done = vec![false; view.len()];
        let mut published = vec![0; threads as usize];
        while done.contains(&false) {
            let before = at.clone();
            for (k, thread) in schedule.threads().iter().enumerate() {
                while let Some(task) = thread.tasks.get(at[k]) {
                    if thread.waits_of(task).iter().any(|wait| published[wait.thread as usize] < wait.count) {
                        break;
                    }
                    let ready = view.dependencies_of(task.node).iter().all(|&dep| done[dep as usize]);
                    assert!(ready, "task {} does not wait for all", task.node);
                    assert!(!done[task.node as usize], "task {} is scheduled twice", task.node);
                    done[task.node as usize] = true;
                    at[k] += 1;
                    if task.publishes {
                        published[k] = at[k] as u32;
                    }
                }
            }
            assert_ne!(at, before, "the threads wait for each other");
        }
        for (k, thread) in schedule.threads().iter().enumerate() {
            assert_eq!(
                published[k] as usize,
                thread.tasks.len(),
                "thread {k} does not publish that it is done"
            );
        }
        schedule
    }

    #[test]
    fn random_graphs_run_to_the_end() {
        let mut state = 1_u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % n
        };
        for _ in 0..200 {
            let len = 1 + below(60);
            let costs: Vec<u64> = (0..len).map(|_| below(5)).collect();
            let mut edges: Vec<(u32, u32)> = Vec::new();
            for i in 1..len {
                edges.extend((0..below(4)).map(|_| (i as u32, below(i) as u32)));
            }
            let view = graph(&costs, edges);
            for threads in [2, 3, 7] {
                check(view, threads);
            }
        }
        check(graph(&[], []), 2);
    }

    #[test]
    fn neighbours_stay_together() {
        for (width, threads) in [(4, 2), (12, 3), (100, 4)] {
            let schedule = check(stencil(50, width), threads);
            let waits: usize = schedule.threads().iter().map(|thread| thread.waits.len()).sum();
            // In each step, one wait each way at each border between two threads.
            assert!(waits <= 50 * 2 * (threads as usize - 1), "{width} on {threads}: {waits} waits");
            let lens: Vec<_> = schedule.threads().iter().map(|thread| thread.tasks.len()).collect();
            let share = (50 * width / threads) as usize;
            assert!(lens.iter().all(|&len| len.abs_diff(share) <= share / 20), "{lens:?}");
        }
    }

    #[test]
    fn graphs_with_drops_or_elements_have_no_schedule() {
        let mut nodes = vec![Line { cost: 1, ..Line::EMPTY }; 3];
        assert!(StaticSchedule::new(Table::leak("Plain", nodes.clone(), vec![]).view(), 2).is_some());
        nodes[1].release = crate::slot::release_of::<alloc::string::String>();
        assert!(StaticSchedule::new(Table::leak("Drops", nodes.clone(), vec![]).view(), 2).is_none());
        nodes[1] = Line { each: true, ..nodes[0] };
        assert!(StaticSchedule::new(Table::leak("Each", nodes, vec![]).view(), 2).is_none());
    }
}
