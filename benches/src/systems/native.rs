//! The peers in C++.

use bench_graphs::shapes::Shape;

use super::{Contenders, Place, SEED};
use crate::measure::{Contender, build, timed};
use crate::native::{Library, Payload, Peer};

/// The shape on one thread and on two, with a library.
pub(crate) fn add(library: &'static Library, shape: &Shape, payload: Payload, into: &mut Contenders) {
    for place in [Place::Inside(1), Place::Outside(1), Place::Inside(2), Place::Outside(2)] {
        let (threads, enter_each_run) = match place {
            Place::Serial => continue,
            Place::Inside(threads) => (threads, false),
            Place::Outside(threads) => (threads, true),
        };
        let make = || Peer::new(library, shape, payload, threads as u32, enter_each_run);
        let (mut peer, built) = build(make);
        let contender = Contender::new((library.name, place), timed(move |times| peer.run(times, SEED)));
        into.push(if library.keeps_graph { contender.built(built) } else { contender });
    }
}
