//! The dependence patterns of Slaughter et al., *Task Bench: A Parameterized Benchmark for Evaluating Parallel
//! Runtime Performance* (SC20), as families with sizes.
//!
//! As in the benchmark's core, an output is where its task is, a pair of time step and point, and each task checks
//! that its inputs are just those that its pattern asks for, in order.

use std::slice::from_ref;

use dag_runtime::{dag, task};
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

const fn shape(width: usize, steps: usize, pattern: Pattern) -> Shape {
    Shape { pattern, width, steps }
}

const fn least(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

const fn first(t: usize, width: usize, steps: usize) -> usize {
    (t + width).saturating_sub(steps)
}

/// How far apart the partners of a time step are.
const fn far(t: isize, width: usize) -> isize {
    let stages = width.next_power_of_two().ilog2() as isize;
    1 << ((t + stages - 1) % stages)
}

twins! {
    [W, STEPS] two(W = 2, STEPS = 3), four(W = 4, STEPS = 9), five(W = 5, STEPS = 7), six(W = 6, STEPS = 6),
        seven(W = 7, STEPS = 4), eight(W = 8, STEPS = 8);
    graph Patterns () () -> (
        trivial, no_comm, stencil_1d, stencil_1d_periodic, dom, tree, fft, nearest, nearest_even, all_to_all,
    ) {
        trivial[t in 0..STEPS, x in 0..W] = point(shape(W, STEPS, Pattern::Trivial), t, x, vec![]),
        no_comm[t in 0..STEPS, x in 0..W] =
            point(shape(W, STEPS, Pattern::NoComm), t, x, if t > 0 { vec![from_ref(&no_comm[t - 1, x])] } else { vec![] }),
        stencil_1d[t in 0..STEPS, x in 0..W] = point(
            shape(W, STEPS, Pattern::Stencil), t, x,
            if t > 0 { vec![&stencil_1d[t - 1, x - 1..=x + 1]] } else { vec![] },
        ),
        stencil_1d_periodic[t in 0..STEPS, x in 0..W] = point(
            shape(W, STEPS, Pattern::Periodic), t, x,
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
        dom[t in 0..STEPS, x in first(t, W, STEPS)..first(t, W, STEPS) + least(least(W, t + 1), STEPS - t)] =
            point(shape(W, STEPS, Pattern::Dom), t, x, if t > 0 { vec![&dom[t - 1, x - 1..=x]] } else { vec![] }),
        tree[t in 0..STEPS, x in 0..least(W, 1 << t)] =
            point(shape(W, STEPS, Pattern::Tree), t, x, if t > 0 { vec![from_ref(&tree[t - 1, x / 2])] } else { vec![] }),
        fft[t in 0..STEPS, x in 0..W] = point(
            shape(W, STEPS, Pattern::Fft), t, x,
            if t == 0 {
                vec![]
            } else if x < far(t, W) {
                vec![from_ref(&fft[t - 1, x]), &fft[t - 1, x + far(t, W)..=x + far(t, W)]]
            } else if x + far(t, W) < W as isize {
                vec![
                    from_ref(&fft[t - 1, x - far(t, W)]),
                    from_ref(&fft[t - 1, x]),
                    from_ref(&fft[t - 1, x + far(t, W)]),
                ]
            } else {
                vec![from_ref(&fft[t - 1, x - far(t, W)]), from_ref(&fft[t - 1, x])]
            },
        ),
        nearest[t in 0..STEPS, x in 0..W] = point(
            shape(W, STEPS, Pattern::Nearest { radix: 5 }), t, x,
            if t > 0 { vec![&nearest[t - 1, x - 5 / 2..=x + (5 - 1) / 2]] } else { vec![] },
        ),
        nearest_even[t in 0..STEPS, x in 0..W] = point(
            shape(W, STEPS, Pattern::Nearest { radix: 4 }), t, x,
            if t > 0 { vec![&nearest_even[t - 1, x - 2..=x + 1]] } else { vec![] },
        ),
        all_to_all[t in 0..STEPS, x in 0..W] =
            point(shape(W, STEPS, Pattern::AllToAll), t, x, if t > 0 { vec![&all_to_all[t - 1, ..]] } else { vec![] }),
    } with {}
}
