//! What one writes by hand on MPI: programs for one graph each.

use std::collections::VecDeque;
use std::ops::Range;

use bench_graphs::families::cell;
use bench_graphs::shapes::Shape;
use mpi::collective::SystemOperation;
use mpi::request;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Source};

/// A stencil whose ranks keep a block of cells each, and send those at the ends of it to the ranks beside
/// them in each step.
pub(super) fn stencil(world: &SimpleCommunicator, steps: usize, cells: usize, iterations: u32) -> u64 {
    let Range { start, end } = block(world, cells);
    let (left, right) = (start > 0, end < cells);
    let (rank, own) = (world.rank(), end - start);
    // A place beside the block for each neighbour.
    let mut before = vec![0; own + 2];
    let mut after = vec![0; own + 2];
    for step in 0..steps {
        if step > 0 {
            let (first, last) = (before[1], before[own]);
            let (from_left, rest) = before.split_first_mut().expect("a block has cells");
            let from_right = rest.last_mut().expect("a block has cells");
            request::scope(|scope| {
                let mut receives = Vec::with_capacity(2);
                let mut sends = Vec::with_capacity(2);
                let beside = [(left, -1, from_left, &first), (right, 1, from_right, &last)];
                for (exists, offset, received, sent) in beside {
                    if exists {
                        let neighbour = world.process_at_rank(rank + offset);
                        receives.push(neighbour.immediate_receive_into(scope, received));
                        sends.push(neighbour.immediate_send(scope, sent));
                    }
                }
                for receive in receives {
                    receive.wait();
                }
                for send in sends {
                    send.wait();
                }
            });
        }
        for x in 0..own {
            let low = if x == 0 && !left { 1 } else { x };
            let high = if x + 1 == own && !right { own } else { x + 2 };
            let beside = if step == 0 { &[] } else { &before[low..=high] };
            after[x + 1] = cell(beside.iter().copied(), start + x, iterations);
        }
        std::mem::swap(&mut before, &mut after);
    }
    let own = before[1..=own].iter().fold(0, |sum, &cell| sum ^ cell);
    let mut sum = 0;
    world.all_reduce_into(&own, &mut sum, SystemOperation::bitwise_xor());
    sum
}

/// The cells of this rank.
fn block(world: &SimpleCommunicator, cells: usize) -> Range<usize> {
    let (rank, ranks) = (world.rank() as usize, world.size() as usize);
    let start = |rank: usize| (rank * cells).div_ceil(ranks);
    start(rank)..start(rank + 1)
}

/// Says that there are no more tasks.
const END: u64 = u64::MAX;
/// A task, how many dependencies it has, and what these gave.
type Order = [u64; 5];

/// A stencil whose rank 0 hands out tasks, one at a time to each of the others. It computes none itself, and
/// is the only one to know the sum.
pub(super) fn master(world: &SimpleCommunicator, shape: &Shape, cells: usize, iterations: u32) -> u64 {
    let root = world.process_at_rank(0);
    if world.rank() == 0 {
        return hand_out(world, shape, cells);
    }
    loop {
        let mut order: Order = [0; 5];
        root.receive_into(&mut order);
        let [task, count, values @ ..] = order;
        if task == END {
            return 0;
        }
        let before = values.into_iter().take(count as usize);
        root.send(&[task, cell(before, task as usize % cells, iterations)]);
    }
}

fn hand_out(world: &SimpleCommunicator, shape: &Shape, cells: usize) -> u64 {
    let dependents = shape.dependents();
    let mut waits_for: Vec<usize> = shape.dependencies.iter().map(Vec::len).collect();
    let mut values = vec![0; shape.tasks()];
    let mut ready: VecDeque<usize> = (0..shape.tasks()).filter(|&task| waits_for[task] == 0).collect();
    let mut idle: Vec<i32> = (1..world.size()).collect();
    let mut left = shape.tasks();
    while left > 0 {
        while !ready.is_empty()
            && let Some(worker) = idle.pop()
        {
            let task = ready.pop_front().expect("one is ready");
            let mut order: Order = [task as u64, shape.dependencies[task].len() as u64, 0, 0, 0];
            for (value, &dependency) in order[2..].iter_mut().zip(&shape.dependencies[task]) {
                *value = values[dependency as usize];
            }
            world.process_at_rank(worker).send(&order);
        }
        let mut answer = [0; 2];
        let status = world.any_process().receive_into(&mut answer);
        idle.push(status.source_rank());
        left -= 1;
        let [task, value] = answer;
        values[task as usize] = value;
        for &dependent in &dependents[task as usize] {
            waits_for[dependent as usize] -= 1;
            if waits_for[dependent as usize] == 0 {
                ready.push_back(dependent as usize);
            }
        }
    }
    for worker in 1..world.size() {
        world.process_at_rank(worker).send(&[END, 0, 0, 0, 0]);
    }
    values[shape.tasks() - cells..].iter().fold(0, |sum, &cell| sum ^ cell)
}

/// An array that goes from rank to rank, in buffers that are kept. Only the last rank knows the result.
pub(super) fn transfer(world: &SimpleCommunicator, hops: usize, buffer: &mut [f64]) -> u64 {
    let (rank, ranks) = (world.rank() as usize, world.size() as usize);
    buffer[0] = 0.0;
    for hop in 0..hops {
        if hop % ranks == rank {
            world.process_at_rank(((hop + 1) % ranks) as i32).send(buffer);
        }
        if (hop + 1) % ranks == rank {
            world.process_at_rank((hop % ranks) as i32).receive_into(buffer);
            buffer[0] += 1.0;
        }
    }
    buffer[0] as u64
}
