//! dagrs. Edges are channels, from which tasks receive what they depend on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bench_graphs::shapes::Shape;
use dagrs::{
    Action, Content, DefaultNode, EnvVar, Graph, InChannels, Node, NodeId, NodeTable, OutChannels, Output,
};

use super::{Contenders, Payload, Place, Threads};
use crate::measure::{Contender, build};

/// The name in tables.
pub(crate) const NAME: &str = "dagrs";

/// A task with the nodes that it depends on.
struct Task<P> {
    task: u32,
    dependencies: Vec<NodeId>,
    passes: std::marker::PhantomData<P>,
}

#[async_trait]
impl<P: Payload> Action for Task<P> {
    async fn run(&self, inputs: &mut InChannels, outputs: &mut OutChannels, _: Arc<EnvVar>) -> Output {
        let mut values = [P::default(); 3];
        for (value, dependency) in values.iter_mut().zip(&self.dependencies) {
            let content = inputs.recv_from(dependency).await.expect("the channel is open");
            *value = *content.get::<P>().expect("tasks pass one type");
        }
        let value = P::run(self.task, &values[..self.dependencies.len()]);
        outputs.broadcast(Content::new(value)).await;
        Output::empty()
    }
}

fn make<P: Payload>(shape: &Shape) -> Graph {
    let mut table = NodeTable::default();
    let mut nodes: Vec<DefaultNode> = Vec::with_capacity(shape.tasks());
    for (task, dependencies) in (0..).zip(&shape.dependencies) {
        let dependencies = dependencies.iter().map(|&k| nodes[k as usize].id()).collect();
        let action = Task::<P> { task, dependencies, passes: std::marker::PhantomData };
        nodes.push(DefaultNode::with_action(task.to_string(), action, &mut table));
    }
    let ids: Vec<NodeId> = nodes.iter().map(|node| node.id()).collect();
    let mut graph = Graph::new();
    for node in nodes {
        graph.add_node(node).expect("nodes are there once");
    }
    for (id, dependents) in
        ids.iter().zip(shape.dependents()).filter(|(_, dependents)| !dependents.is_empty())
    {
        let dependents: Vec<NodeId> = dependents.iter().map(|&k| ids[k as usize]).collect();
        graph.add_edge(*id, dependents).expect("the nodes are there");
    }
    graph.set_env(EnvVar::new(table));
    graph
}

/// The shape on each runtime. A graph is reset after a run, which is not counted.
pub(crate) fn add<P: Payload>(shape: &Shape, threads: &Threads, into: &mut Contenders) {
    for (runtime, count) in threads.tokio.iter().zip(1..) {
        let runtime = Arc::clone(runtime);
        let (graph, built) = build(|| make::<P>(shape));
        let mut graph = Some(graph);
        let run = move |times| {
            let mut taken = Duration::ZERO;
            for _ in 0..times {
                let mut own = graph.take().expect("it is put back");
                let run = async move {
                    let start = Instant::now();
                    own.async_start().await.expect("no task fails");
                    let elapsed = start.elapsed();
                    own.reset().await.expect("no run goes on");
                    (own, elapsed)
                };
                let (own, elapsed) = runtime.block_on(async { tokio::spawn(run).await.expect("no panic") });
                graph = Some(own);
                taken += elapsed;
            }
            taken
        };
        into.push(Contender::new((NAME, Place::Inside(count)), Box::new(run)).built(built));
    }
}
