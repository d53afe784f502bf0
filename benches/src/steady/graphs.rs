//! The graphs that are run: nine short tasks, a frame of a game, and two long tasks.

use std::hint::{black_box, spin_loop};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use bench_graphs::mix::mix;
use dag_runtime::{Error, Rayon, Serial, dag, task};

/// The threads of rayon's global pool, and of the pools from inside of which graphs run.
pub(super) const THREADS: usize = 2;

/// Works for this long by the clock. What is compared is when tasks start, and not how fast the machine computes.
#[task]
pub(super) fn spin(length: Duration) {
    let start = Instant::now();
    while start.elapsed() < length {
        spin_loop();
    }
}

/// Runs a graph, and gives what it computes.
pub(super) type OnRayon = fn(&Rayon) -> u64;

#[task]
fn first(seed: u64) -> Vec<u64> {
    vec![seed]
}

#[task]
fn next(a: &[u64]) -> Vec<u64> {
    a.iter().map(|&a| mix(1, a)).collect()
}

#[task]
fn both(a: &[u64], b: &[u64]) -> Vec<u64> {
    a.iter().zip(b).map(|(&a, &b)| mix(a, b)).collect()
}

dag! {
    /// A wavefront of 3 x 3 tasks, the outputs of which are dropped.
    graph Vectors(seed: u64) -> c22 {
        c00 = first(seed),
        c01 = next(&c00),
        c02 = next(&c01),
        c10 = next(&c00),
        c11 = both(&c01, &c10),
        c12 = both(&c02, &c11),
        c20 = next(&c10),
        c21 = both(&c11, &c20),
        c22 = both(&c12, &c21),
    }
}

/// Nine tasks with vectors as outputs, on `Serial` and on `Rayon`.
pub(super) const VECTORS: (fn() -> u64, OnRayon) = (
    || Vectors { seed: black_box(7) }.run(&Serial).expect("no task fails")[0],
    |rayon| Vectors { seed: black_box(7) }.run(rayon).expect("no task fails")[0],
);

#[task]
fn source(length: Duration) -> u64 {
    spin(length);
    1
}

#[task]
fn stage(length: Duration, a: u64) -> u64 {
    spin(length);
    mix(2, a)
}

#[task]
fn merge(length: Duration, a: u64, b: u64, c: u64, d: u64) -> u64 {
    spin(length);
    mix(mix(a, b), mix(c, d))
}

dag! {
    /// A frame of a game: four systems between the input and the picture.
    graph Frame(length: Duration) -> render {
        input = source(length),
        collide = stage(length, input),
        solve = stage(length, collide),
        integrate = stage(length, solve),
        sound = stage(length, input),
        pose = stage(length, input),
        skin = stage(length, pose),
        sense = stage(length, input),
        decide = stage(length, sense),
        gather = merge(length, integrate, sound, skin, decide),
        cull = stage(length, gather),
        render = stage(length, cull),
    }
}

/// A frame with tasks of this length.
pub(super) fn frame(length: Duration, rayon: &Rayon) -> u64 {
    Frame { length }.run(rayon).expect("no task fails")
}

/// The same on the calling thread.
pub(super) fn frame_in_order(length: Duration) -> u64 {
    Frame { length }.run(&Serial).expect("no task fails")
}

/// The same as one would write it on rayon.
pub(super) fn frame_by_hand(length: Duration) -> u64 {
    let input = source(length);
    let next = |a| stage(length, a);
    let physics = || next(next(next(input)));
    let two = || next(next(input));
    let ((integrate, sound), (skin, decide)) =
        rayon::join(|| rayon::join(physics, || next(input)), || rayon::join(two, two));
    next(next(merge(length, integrate, sound, skin, decide)))
}

/// A graph of long tasks. Its input says how long they are.
pub(super) type Long = fn(Duration, &Rayon) -> Result<(), Error>;

/// Graphs of two tasks, alone and after three short ones. Each use of them has graphs of its own, whose runs nothing else is
/// known of.
macro_rules! long {
    ($($module:ident),+) => {
        $(mod $module {
            use super::*;

            dag! {
                /// Two tasks.
                pub(super) graph Two(length: Duration) {
                    left = spin(length),
                    right = spin(length),
                }

                /// Two tasks after short ones.
                pub(super) graph AfterShort(length: Duration) {
                    read = spin(Duration::ZERO),
                    parse = spin(Duration::ZERO) after [read],
                    check = spin(Duration::ZERO) after [parse],
                    left = spin(length) after [check],
                    right = spin(length) after [check],
                }
            }
        })+

        /// Two tasks, and two after a prefix of short ones: a pair for each use.
        pub(super) const LONG: &[[Long; 2]] = &[$([
            |length, rayon| $module::Two { length }.run(rayon),
            |length, rayon| $module::AfterShort { length }.run(rayon),
        ]),+];
    };
}

long!(first_of_global, later_of_global, first_of_own, later_of_own);

#[task]
fn here(length: Duration) -> ThreadId {
    spin(length);
    thread::current().id()
}

#[task]
fn all_on(threads: [ThreadId; 8], caller: ThreadId) -> bool {
    threads.iter().chain([&thread::current().id()]).all(|&thread| thread == caller)
}

dag! {
    /// Nine tasks that say whether all of them ran on the caller.
    graph Where(length: Duration, caller: ThreadId) -> all_on {
        a = here(length),
        b = here(length),
        c = here(length),
        d = here(length),
        e = here(length),
        f = here(length),
        g = here(length),
        h = here(length),
        all_on([a, b, c, d, e, f, g, h], caller),
    }
}

/// Whether nine tasks, eight of them of this length, all ran on the caller.
pub(super) fn ran_on_caller(length: Duration, rayon: &Rayon) -> bool {
    Where { length, caller: thread::current().id() }.run(rayon).expect("no task fails")
}

/// The same on the calling thread.
pub(super) fn ran_in_order(length: Duration) -> bool {
    Where { length, caller: thread::current().id() }.run(&Serial).expect("no task fails")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_give_the_same() {
        let rayon = Rayon::new();
        assert_eq!(VECTORS.0(), VECTORS.1(&rayon));
        let length = Duration::ZERO;
        assert_eq!(frame(length, &rayon), frame_in_order(length));
        assert_eq!(frame_by_hand(length), frame_in_order(length));
        assert!(ran_in_order(length));
    }

    #[test]
    fn a_task_takes_its_time() {
        let start = Instant::now();
        frame_in_order(Duration::from_millis(1));
        assert!(start.elapsed() >= Duration::from_millis(12));
        let start = Instant::now();
        for long in LONG.iter().flatten() {
            long(Duration::from_millis(1), &Rayon::new()).unwrap();
        }
        assert!(start.elapsed() >= Duration::from_millis(8));
    }
}
