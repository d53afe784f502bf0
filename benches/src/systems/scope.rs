//! What one writes by hand on rayon: a scope, a spawn for each task, a counter for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use bench_graphs::families::cell;
use bench_graphs::shapes::Shape;
use rayon::Scope;

use super::{Contenders, Payload, Place, Threads};
use crate::measure::{Contender, build, timed, timed_inside};

/// The name in tables.
pub(crate) const NAME: &str = "rayon::scope by hand";

struct Node {
    dependencies: Vec<u32>,
    dependents: Vec<u32>,
    waits_for: AtomicU32,
    value: AtomicU64,
}

/// A graph that keeps a number for each task.
pub(crate) struct ByHand {
    nodes: Vec<Node>,
    sources: Vec<u32>,
}

impl ByHand {
    pub(crate) fn new(shape: &Shape) -> Self {
        let dependents = shape.dependents();
        let nodes: Vec<Node> = (shape.dependencies.iter().zip(dependents))
            .map(|(dependencies, dependents)| Node {
                dependencies: dependencies.clone(),
                dependents,
                waits_for: AtomicU32::new(dependencies.len() as u32),
                value: AtomicU64::new(0),
            })
            .collect();
        let sources = (0..).zip(&nodes).filter(|(_, node)| node.dependencies.is_empty());
        let sources = sources.map(|(task, _)| task).collect();
        ByHand { nodes, sources }
    }

    /// Runs all tasks on the current pool.
    pub(crate) fn run(&self, body: impl Fn(&Self, u32) + Copy + Send + Sync) {
        rayon::scope(|scope| {
            for &source in &self.sources {
                scope.spawn(move |scope| self.task(source, body, scope));
            }
        });
    }

    fn task<'scope>(
        &'scope self,
        task: u32,
        body: impl Fn(&Self, u32) + Copy + Send + Sync + 'scope,
        scope: &Scope<'scope>,
    ) {
        body(self, task);
        for &dependent in &self.nodes[task as usize].dependents {
            let node = &self.nodes[dependent as usize];
            if node.waits_for.fetch_sub(1, Ordering::AcqRel) == 1 {
                node.waits_for.store(node.dependencies.len() as u32, Ordering::Relaxed);
                scope.spawn(move |scope| self.task(dependent, body, scope));
            }
        }
    }

    /// What a task gave.
    pub(crate) fn value(&self, task: u32) -> u64 {
        self.nodes[task as usize].value.load(Ordering::Relaxed)
    }

    fn set(&self, task: u32, value: u64) {
        self.nodes[task as usize].value.store(value, Ordering::Relaxed);
    }

    /// A task without an output.
    fn unit(&self, task: u32) {
        <()>::run(task, &[]);
    }

    /// A task that passes a number.
    fn number(&self, task: u32) {
        let value = match *self.nodes[task as usize].dependencies.as_slice() {
            [] => u64::run(task, &[]),
            [a] => u64::run(task, &[self.value(a)]),
            [a, b] => u64::run(task, &[self.value(a), self.value(b)]),
            [a, b, c] => u64::run(task, &[self.value(a), self.value(b), self.value(c)]),
            _ => unreachable!("no task has so many dependencies"),
        };
        self.set(task, value);
    }

    /// A cell of the stencil.
    pub(crate) fn cell(&self, task: u32, iterations: u32) {
        let before = &self.nodes[task as usize].dependencies;
        let before = before.iter().map(|&k| self.value(k));
        self.set(task, cell(before, task as usize % self.sources.len(), iterations));
    }
}

/// The shape on each pool.
pub(crate) fn add<P: Payload>(shape: &Shape, threads: &Threads, into: &mut Contenders) {
    let (graph, built) = build(|| Arc::new(ByHand::new(shape)));
    let passes_numbers = size_of::<P>() > 0;
    let run = move |graph: &ByHand| {
        if passes_numbers { graph.run(ByHand::number) } else { graph.run(ByHand::unit) }
    };
    for pool in &threads.rayon {
        let count = pool.current_num_threads();
        let own = Arc::clone(&graph);
        let inside = timed_inside(pool, move |times| (0..times).for_each(|_| run(&own)));
        into.push(Contender::new((NAME, Place::Inside(count)), inside).built(built));
        let (inner, own) = (Arc::clone(pool), Arc::clone(&graph));
        let outside = timed(move |times| (0..times).for_each(|_| inner.install(|| run(&own))));
        into.push(Contender::new((NAME, Place::Outside(count)), outside).built(built));
    }
}
