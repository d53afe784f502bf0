//! operese-dagx, the maintained fork of dagx. A run takes its graph, so each run has a new one, the
//! making of which is not counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bench_graphs::shapes::Shape;
use operese_dagx::{DagRunner, Task, TaskHandle, TaskInput};

use super::{Contenders, Payload, Place, Threads};
use crate::measure::{Contender, build};

/// The name in tables.
pub(crate) const NAME: &str = "operese-dagx";

/// A task with this number.
struct Node(u32);

impl<P: Payload> Task<(P,)> for Node {
    type Output = P;
    async fn run(self, input: TaskInput<'_, (P,)>) -> P {
        let (a, _) = input.next();
        P::run(self.0, &[*a])
    }
}

impl<P: Payload> Task<(P, P)> for Node {
    type Output = P;
    async fn run(self, input: TaskInput<'_, (P, P)>) -> P {
        let (a, rest) = input.next();
        let (b, _) = rest.next();
        P::run(self.0, &[*a, *b])
    }
}

impl<P: Payload> Task<(P, P, P)> for Node {
    type Output = P;
    async fn run(self, input: TaskInput<'_, (P, P, P)>) -> P {
        let (a, rest) = input.next();
        let (b, rest) = rest.next();
        let (c, _) = rest.next();
        P::run(self.0, &[*a, *b, *c])
    }
}

/// A task without dependencies.
struct Source<P>(u32, P);

impl<P: Payload> Task<()> for Source<P> {
    type Output = P;
    async fn run(self, _: TaskInput<'_, ()>) -> P {
        P::run(self.0, &[])
    }
}

fn make<P: Payload>(shape: &Shape) -> DagRunner {
    let mut dag = DagRunner::new();
    let mut handles: Vec<TaskHandle<P>> = Vec::with_capacity(shape.tasks());
    for (task, dependencies) in (0..).zip(&shape.dependencies) {
        let of = |k: u32| &handles[k as usize];
        let handle = match *dependencies.as_slice() {
            [] => dag.add_task(Source(task, P::default())),
            [a] => dag.add_task::<(P,), _>(Node(task)).depends_on(of(a)),
            [a, b] => dag.add_task::<(P, P), _>(Node(task)).depends_on((of(a), of(b))),
            [a, b, c] => dag.add_task::<(P, P, P), _>(Node(task)).depends_on((of(a), of(b), of(c))),
            _ => unreachable!("no task has so many dependencies"),
        };
        handles.push(handle);
    }
    dag
}

/// The shape on each runtime.
pub(crate) fn add<P: Payload>(shape: &Shape, threads: &Threads, into: &mut Contenders) {
    for (runtime, count) in threads.tokio.iter().zip(1..) {
        let (_, built) = build(|| make::<P>(shape));
        let (runtime, shape) = (Arc::clone(runtime), shape.clone());
        let run = move |times| {
            let mut taken = Duration::ZERO;
            for _ in 0..times {
                let dag = make::<P>(&shape);
                let run = async move {
                    let start = Instant::now();
                    let ended = dag.run(|task| async { tokio::spawn(task).await.expect("no task panics") });
                    ended.await.expect("no task fails");
                    start.elapsed()
                };
                taken += runtime.block_on(async { tokio::spawn(run).await.expect("the run does not panic") });
            }
            taken
        };
        into.push(Contender::new((NAME, Place::Inside(count)), Box::new(run)).built(built));
    }
}
