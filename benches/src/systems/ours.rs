//! Ours, on each executor, and what a compiler makes of the same without any.

use std::sync::Arc;

use bench_graphs::{Calls, Graph, MakePipeline};
use dag_runtime::Rayon;
use rayon::ThreadPool;

use super::{Contenders, Place, SEED};
use crate::measure::{Contender, timed, timed_inside};

/// The name of a graph of plain lines in tables.
pub(crate) const OURS: &str = "dag-runtime";
/// The name of the same as a family.
pub(crate) const FAMILY: &str = "dag-runtime, a family";

/// The name of loops over the indices of a family in tables.
pub(crate) const LOOPS: &str = "loops by hand";

/// The name of calls in order in tables.
pub(crate) const BY_HAND: &str = "by hand";
/// The name of the pipelines in tables.
pub(crate) const PIPELINE: &str = "pipeline-dsl";

/// A graph of ours.
pub(crate) fn graph(name: &'static str, graph: Graph, pools: &[Arc<ThreadPool>], into: &mut Contenders) {
    let serial = timed(move |times| {
        for _ in 0..times {
            (graph.serial)(SEED).expect("no task fails");
        }
    });
    into.push(Contender::new((name, Place::Serial), serial));
    for pool in pools {
        let count = pool.current_num_threads();
        let runs = move |times, rayon: &Rayon| {
            for _ in 0..times {
                (graph.rayon)(SEED, rayon).expect("no task fails");
            }
        };
        let inside = timed_inside(pool, move |times| runs(times, &Rayon::new()));
        into.push(Contender::new((name, Place::Inside(count)), inside));
        // A pool that was given is always entered; one of its own need not be.
        let rayon = Rayon::with_threads(count).expect("a pool starts");
        let outside = timed(move |times| runs(times, &rayon));
        into.push(Contender::new((name, Place::Outside(count)), outside));
    }
}

/// The calls that the tasks consist of.
pub(crate) fn by_hand(name: &'static str, calls: Calls, into: &mut Contenders) {
    let run = timed(move |times| (0..times).for_each(|_| calls(SEED)));
    into.push(Contender::new((name, Place::Serial), run));
}

/// The stages of a pipeline-dsl.
pub(crate) fn pipeline(make: MakePipeline, into: &mut Contenders) {
    let mut pipeline = make(SEED);
    let run = timed(move |times| (0..times).for_each(|_| pipeline()));
    into.push(Contender::new((PIPELINE, Place::Serial), run));
}
