//! The dependence patterns of Slaughter et al., *Task Bench: A Parameterized Benchmark for Evaluating Parallel
//! Runtime Performance* (SC20), as families over constants.
//!
//! As in the benchmark's core, an output is where its task is, a pair of time step and point, and each task checks
//! that its inputs are just those that its pattern asks for, in order.

use std::slice::from_ref;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

type Point = (usize, usize);

#[derive(Clone, Copy, Debug)]
enum Pattern {
    Trivial,
    NoComm,
    Stencil,
    Periodic,
    Dom,
    Tree,
    Fft,
    Nearest { radix: usize },
    AllToAll,
}

/// A pattern of a number of points and of time steps.
#[derive(Clone, Copy, Debug)]
struct Shape {
    pattern: Pattern,
    width: usize,
    steps: usize,
}

impl Shape {
    /// The points of a time step: fewer than the width where a pattern grows or shrinks.
    fn points(self, t: usize) -> std::ops::Range<usize> {
        let Shape { pattern, width, steps } = self;
        match pattern {
            Pattern::Dom => {
                let first = (t + width).saturating_sub(steps);
                first..first + width.min(t + 1).min(steps - t)
            }
            Pattern::Tree => 0..width.min(1 << t),
            _ => 0..width,
        }
    }

    /// The points of the time step before on which one depends.
    fn dependencies(self, t: usize, x: usize) -> Vec<Point> {
        let Shape { pattern, width, .. } = self;
        let Some(before) = t.checked_sub(1) else { return Vec::new() };
        let (x, last) = (x as isize, width as isize - 1);
        let all: Vec<isize> = match pattern {
            Pattern::Trivial => vec![],
            Pattern::NoComm => vec![x],
            Pattern::Stencil => (x - 1..=x + 1).collect(),
            Pattern::Periodic => {
                let wrapped = [(x == 0).then_some(last), (x == last).then_some(0)];
                (x - 1..=x + 1)
                    .filter(|x| (0..=last).contains(x))
                    .chain(wrapped.into_iter().flatten())
                    .collect()
            }
            Pattern::Dom => vec![x - 1, x],
            Pattern::Tree => vec![x / 2],
            Pattern::Fft => {
                let stages = (0..).find(|&stages| 1 << stages >= width).unwrap();
                let far = 1 << ((t + stages - 1) % stages);
                vec![x - far, x, x + far]
            }
            Pattern::Nearest { radix } => (0..radix as isize).map(|k| x - radix as isize / 2 + k).collect(),
            Pattern::AllToAll => (0..=last).collect(),
        };
        let points = self.points(before);
        let inside = |x: &isize| usize::try_from(*x).is_ok_and(|x| points.contains(&x));
        all.into_iter().filter(inside).map(|x| (before, x as usize)).collect()
    }
}

#[task]
fn point(shape: Shape, t: usize, x: usize, inputs: Vec<&[Point]>) -> Point {
    assert!(shape.points(t).contains(&x));
    assert_eq!(inputs.concat(), shape.dependencies(t, x), "{shape:?}: inputs of {t}, {x}");
    (t, x)
}

/// The graphs of one width.
macro_rules! patterns {
    ($name:ident: $width:literal points, $steps:literal steps) => {
        mod $name {
            use super::*;

            const W: usize = $width;
            const STEPS: usize = $steps;

            const fn shape(pattern: Pattern) -> Shape {
                Shape { pattern, width: W, steps: STEPS }
            }

            const fn least(a: usize, b: usize) -> usize {
                if a < b { a } else { b }
            }

            const fn first(t: usize) -> usize {
                (t + W).saturating_sub(STEPS)
            }

            /// How far apart the partners of a time step are.
            const fn far(t: isize) -> isize {
                let stages = W.next_power_of_two().ilog2() as isize;
                1 << ((t + stages - 1) % stages)
            }

            dag! {
                graph Patterns -> (
                    trivial, no_comm, stencil_1d, stencil_1d_periodic, dom, tree, fft, nearest, nearest_even, all_to_all,
                ) {
                    trivial[t in 0..STEPS, x in 0..W] = point(shape(Pattern::Trivial), t, x, vec![]),
                    no_comm[t in 0..STEPS, x in 0..W] =
                        point(shape(Pattern::NoComm), t, x, if t > 0 { vec![from_ref(&no_comm[t - 1, x])] } else { vec![] }),
                    stencil_1d[t in 0..STEPS, x in 0..W] = point(
                        shape(Pattern::Stencil), t, x,
                        if t > 0 { vec![&stencil_1d[t - 1, x - 1..=x + 1]] } else { vec![] },
                    ),
                    stencil_1d_periodic[t in 0..STEPS, x in 0..W] = point(
                        shape(Pattern::Periodic), t, x,
                        if t > 0 {
                            vec![
                                &stencil_1d_periodic[t - 1, x - 1..=x + 1],
                                if x == 0 { &stencil_1d_periodic[t - 1, (x - 1).rem_euclid(W as isize)..] } else { &[] },
                                if x + 1 == W { from_ref(&stencil_1d_periodic[t - 1, (x + 1) % W]) } else { &[] },
                            ]
                        } else {
                            vec![]
                        },
                    ),
                    dom[t in 0..STEPS, x in first(t)..first(t) + least(least(W, t + 1), STEPS - t)] =
                        point(shape(Pattern::Dom), t, x, if t > 0 { vec![&dom[t - 1, x - 1..=x]] } else { vec![] }),
                    tree[t in 0..STEPS, x in 0..least(W, 1 << t)] =
                        point(shape(Pattern::Tree), t, x, if t > 0 { vec![from_ref(&tree[t - 1, x / 2])] } else { vec![] }),
                    fft[t in 0..STEPS, x in 0..W] = point(
                        shape(Pattern::Fft), t, x,
                        if t == 0 {
                            vec![]
                        } else if x < far(t) {
                            vec![from_ref(&fft[t - 1, x]), &fft[t - 1, x + far(t)..=x + far(t)]]
                        } else if x + far(t) < W as isize {
                            vec![
                                from_ref(&fft[t - 1, x - far(t)]),
                                from_ref(&fft[t - 1, x]),
                                from_ref(&fft[t - 1, x + far(t)]),
                            ]
                        } else {
                            vec![from_ref(&fft[t - 1, x - far(t)]), from_ref(&fft[t - 1, x])]
                        },
                    ),
                    nearest[t in 0..STEPS, x in 0..W] = point(
                        shape(Pattern::Nearest { radix: 5 }), t, x,
                        if t > 0 { vec![&nearest[t - 1, x - 5 / 2..=x + (5 - 1) / 2]] } else { vec![] },
                    ),
                    nearest_even[t in 0..STEPS, x in 0..W] = point(
                        shape(Pattern::Nearest { radix: 4 }), t, x,
                        if t > 0 { vec![&nearest_even[t - 1, x - 2..=x + 1]] } else { vec![] },
                    ),
                    all_to_all[t in 0..STEPS, x in 0..W] =
                        point(shape(Pattern::AllToAll), t, x, if t > 0 { vec![&all_to_all[t - 1, ..]] } else { vec![] }),
                }
            }

            #[test]
            fn inputs_are_those_of_the_pattern() {
                let outputs = Everywhere::new().agree(|executor| {
                    let all = Patterns.run(executor).unwrap();
                    [all.0, all.1, all.2, all.3, all.4, all.5, all.6, all.7, all.8, all.9]
                });
                let patterns = [
                    ("trivial", Pattern::Trivial),
                    ("no_comm", Pattern::NoComm),
                    ("stencil_1d", Pattern::Stencil),
                    ("stencil_1d_periodic", Pattern::Periodic),
                    ("dom", Pattern::Dom),
                    ("tree", Pattern::Tree),
                    ("fft", Pattern::Fft),
                    ("nearest", Pattern::Nearest { radix: 5 }),
                    ("nearest_even", Pattern::Nearest { radix: 4 }),
                    ("all_to_all", Pattern::AllToAll),
                ];
                for ((name, pattern), output) in patterns.into_iter().zip(outputs) {
                    let shape = shape(pattern);
                    let points: Vec<Point> =
                        (0..STEPS).flat_map(|t| shape.points(t).map(move |x| (t, x))).collect();
                    assert_eq!(output, points, "{name}");
                    for (t, x) in points {
                        let task = Patterns::TABLE.find(&format!("{name}[{t}, {x}]")).unwrap();
                        let mut edges: Vec<String> =
                            task.dependencies().map(|task| task.name().to_string()).collect();
                        let mut expected: Vec<String> = shape
                            .dependencies(t, x)
                            .into_iter()
                            .map(|(t, x)| format!("{name}[{t}, {x}]"))
                            .collect();
                        edges.sort();
                        expected.sort();
                        assert_eq!(edges, expected, "{name}[{t}, {x}]");
                    }
                }
            }
        }
    };
}

patterns! { four: 4 points, 9 steps }
patterns! { five: 5 points, 7 steps }
patterns! { six: 6 points, 6 steps }
patterns! { seven: 7 points, 4 steps }
patterns! { eight: 8 points, 8 steps }
