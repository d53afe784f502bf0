//! A list of tasks for each thread, made before any runs.

use alloc::boxed::Box;
use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::table::View;

/// Which tasks each of some threads runs, and in which order. In the order of all lists together, in which they were
/// made, a task comes after its dependencies: who goes through the lists waits for no task that waits for it.
#[derive(Debug)]
pub(crate) struct Lists(Box<[List]>);

/// The tasks of one thread.
#[derive(Debug)]
pub(super) struct List {
    pub(super) steps: Box<[Step]>,
    waits: Box<[Wait]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) node: u32,
    /// Whether another list waits for this task, or it is the last one.
    pub(super) tells: bool,
    /// Where its waits begin, and how many there are.
    first: u32,
    count: u32,
}

/// What a task of one list waits for: so many tasks of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wait {
    pub(super) list: u32,
    pub(super) count: u32,
}

impl List {
    #[inline]
    pub(super) fn waits_of(&self, step: &Step) -> &[Wait] {
        &self.waits[step.first as usize..(step.first + step.count) as usize]
    }
}

impl Lists {
    /// More tasks take too long to be put in lists.
    const MOST: usize = 1 << 15;

    /// Lists for so many threads. None where an output has to be dropped, or a task runs once for each element of one:
    /// what that takes is known when it runs.
    pub(crate) fn new(view: &View, threads: u32) -> Option<Self> {
        let plain = |i| view.place(i).line.release.is_none() && !view.place(i).line.each;
        let fits = threads > 1 && view.len() <= Self::MOST && (0..view.len() as u32).all(plain);
        fits.then(|| Lists::of(view, &Schedule::new(view, threads)))
    }

    #[inline]
    pub(super) fn each(&self) -> &[List] {
        &self.0
    }

    /// How many threads they are for.
    pub(crate) fn threads(&self) -> u32 {
        self.0.len() as u32
    }

    fn of(view: &View, schedule: &Schedule) -> Self {
        let mut steps: Vec<Vec<Step>> = vec![Vec::new(); schedule.threads];
        let mut waits: Vec<Vec<Wait>> = vec![Vec::new(); schedule.threads];
        let mut positions = vec![0; view.len()];
        // For each list, how many tasks of each other one are known to be done.
        let mut known = vec![vec![0; schedule.threads]; schedule.threads];
        for &node in &schedule.order {
            let home = schedule.homes[node as usize] as usize;
            positions[node as usize] = steps[home].len() as u32;
            let first = waits[home].len();
            for &k in view.dependencies_of(node).iter().chain(view.reads_of(node)) {
                let there = schedule.homes[k as usize] as usize;
                let count = positions[k as usize] + 1;
                if there == home || known[home][there] >= count {
                    continue;
                }
                known[home][there] = count;
                let wait = Wait { list: there as u32, count };
                match waits[home][first..].iter_mut().find(|wait| wait.list as usize == there) {
                    Some(shorter) => *shorter = wait,
                    None => waits[home].push(wait),
                }
            }
            let count = (waits[home].len() - first) as u32;
            steps[home].push(Step { node, tells: false, first: first as u32, count });
        }
        for wait in waits.iter().flatten() {
            steps[wait.list as usize][wait.count as usize - 1].tells = true;
        }
        steps.iter_mut().filter_map(|steps| steps.last_mut()).for_each(|last| last.tells = true);
        let list = |(steps, waits): (Vec<Step>, Vec<Wait>)| List { steps: steps.into(), waits: waits.into() };
        Lists(steps.into_iter().zip(waits).map(list).collect())
    }
}

/// A run as it would go: a thread that is free takes the most urgent task that is ready; of several, one that follows
/// its own tasks.
struct Schedule {
    threads: usize,
    /// The thread of each task.
    homes: Vec<u32>,
    /// The tasks in the order in which they start.
    order: Vec<u32>,
}

impl Schedule {
    fn new(view: &View, threads: u32) -> Self {
        let (len, urgency) = (view.len() as u32, view.urgency());
        let mut homes = vec![0; view.len()];
        let mut order = Vec::with_capacity(view.len());
        let mut left: Vec<u32> = (0..len).map(|i| view.in_degree(i)).collect();
        // Tasks that are ready, by rank, where most of their dependencies were.
        let mut ready: Vec<BinaryHeap<Reverse<u32>>> = vec![BinaryHeap::new(); threads as usize];
        let sources: Vec<u32> = (0..len).filter(|&i| left[i as usize] == 0).collect();
        for (k, &source) in sources.iter().enumerate() {
            let near = k * threads as usize / sources.len();
            ready[near].push(Reverse(urgency.rank(source)));
        }
        let mut free: BinaryHeap<Reverse<(u64, u32)>> = (0..threads).map(|k| Reverse((0, k))).collect();
        let mut running: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        let mut near = vec![0; threads as usize];
        while order.len() < view.len() {
            let Reverse((now, thread)) = free.pop().expect("there is a thread");
            while let Some(&Reverse((_, node))) = running.peek().filter(|Reverse((end, _))| *end <= now) {
                running.pop();
                for &successor in urgency.successors_of(node) {
                    left[successor as usize] -= 1;
                    if left[successor as usize] == 0 {
                        near.fill(0);
                        let of = view.dependencies_of(successor);
                        of.iter().for_each(|&k| near[homes[k as usize] as usize] += 1);
                        // Of several, the first one with the fewest tasks.
                        let best = (0..near.len()).min_by_key(|&k| (Reverse(near[k]), ready[k].len()));
                        ready[best.expect("there is a thread")].push(Reverse(urgency.rank(successor)));
                    }
                }
            }
            let level =
                |k: usize| ready[k].peek().map(|&Reverse(rank)| view.bottom_level(urgency.task(rank)));
            let own = thread as usize;
            let best = (0..ready.len()).max_by_key(|&k| (level(k), k == own)).filter(|&k| level(k).is_some());
            let Some(Reverse(rank)) = best.and_then(|best| ready[best].pop()) else {
                let Reverse((next, _)) = *running.peek().expect("a graph without cycles");
                free.push(Reverse((next, thread)));
                continue;
            };
            let node = urgency.task(rank);
            homes[node as usize] = thread;
            order.push(node);
            let end = now + view.place(node).line.cost.clamp(1, 1 << 40);
            running.push(Reverse((end, node)));
            free.push(Reverse((end, thread)));
        }
        Schedule { threads: threads as usize, homes, order }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    fn graph(costs: &[u64], edges: impl IntoIterator<Item = (u32, u32)>) -> &'static View {
        let nodes = costs.iter().map(|&cost| Line { cost, ..Line::EMPTY }).collect();
        let edges =
            edges.into_iter().map(|(node, to)| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY });
        Table::leak("Lists", nodes, edges.collect()).view()
    }

    fn stencil(steps: u32, width: u32) -> &'static View {
        let edges = (width..steps * width).flat_map(|i| {
            let before = i / width * width - width;
            let beside = (i % width).saturating_sub(1)..(i % width + 2).min(width);
            beside.map(move |x| (i, before + x))
        });
        graph(&vec![1; (steps * width) as usize], edges)
    }

    /// Goes through the lists, each as far as it can, in turns.
    fn check(view: &View, threads: u32) -> Lists {
        let lists = Lists::new(view, threads).unwrap();
        let mut at = vec![0; threads as usize];
        let mut done = vec![false; view.len()];
        let mut told = vec![0; threads as usize];
        while done.contains(&false) {
            let before = at.clone();
            for (k, list) in lists.each().iter().enumerate() {
                while let Some(step) = list.steps.get(at[k]) {
                    if list.waits_of(step).iter().any(|wait| told[wait.list as usize] < wait.count) {
                        break;
                    }
                    let ready = view.dependencies_of(step.node).iter().all(|&dep| done[dep as usize]);
                    assert!(ready, "task {} does not wait for all", step.node);
                    assert!(!done[step.node as usize], "task {} is there twice", step.node);
                    done[step.node as usize] = true;
                    at[k] += 1;
                    if step.tells {
                        told[k] = at[k] as u32;
                    }
                }
            }
            assert_ne!(at, before, "the lists wait for each other");
        }
        for (k, list) in lists.each().iter().enumerate() {
            assert_eq!(told[k] as usize, list.steps.len(), "who has ended does not say so");
        }
        lists
    }

    #[test]
    fn lists_can_be_gone_through() {
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
            let lists = check(stencil(50, width), threads);
            let waits: usize = lists.each().iter().map(|list| list.waits.len()).sum();
            // Each border between two threads is crossed each way, once a step.
            assert!(waits <= 50 * 2 * (threads as usize - 1), "{width} on {threads}: {waits} waits");
            let lens: Vec<_> = lists.each().iter().map(|list| list.steps.len()).collect();
            let share = (50 * width / threads) as usize;
            assert!(lens.iter().all(|&len| len.abs_diff(share) <= share / 20), "{lens:?}");
        }
    }

    #[test]
    fn outputs_that_are_dropped_are_not_for_lists() {
        let mut nodes = vec![Line { cost: 1, ..Line::EMPTY }; 3];
        assert!(Lists::new(Table::leak("Plain", nodes.clone(), vec![]).view(), 2).is_some());
        nodes[1].release = crate::slot::release_of::<alloc::string::String>();
        assert!(Lists::new(Table::leak("Drops", nodes.clone(), vec![]).view(), 2).is_none());
        nodes[1] = Line { each: true, ..nodes[0] };
        assert!(Lists::new(Table::leak("Each", nodes, vec![]).view(), 2).is_none());
    }
}
