//! Random graphs whose tasks use two inputs: which are accepted, and that no task is in an input that another one changes.

use std::sync::atomic::{AtomicI32, Ordering};

use dag_runtime::{Rayon, Serial, dag, task};
use dag_tests::pool;

const LEN: usize = 8;

/// What a task does with an input.
enum Use<'u> {
    Not,
    Share(&'u State),
    Change(&'u mut State),
}

/// What tasks have left: plain memory, so that a data race would be one.
#[derive(Clone, Debug, Default, PartialEq)]
struct State {
    value: u64,
    changes: u64,
}

/// How many tasks share an input now, or -1 if one changes it.
#[derive(Default)]
struct Inside(AtomicI32);

impl Inside {
    fn enter(&self, changes: bool) {
        let before =
            if changes { self.0.swap(-1, Ordering::Relaxed) } else { self.0.fetch_add(1, Ordering::Relaxed) };
        assert!(if changes { before == 0 } else { before >= 0 }, "another task is in the input");
        std::thread::yield_now();
    }

    fn leave(&self, changes: bool) {
        if changes {
            self.0.store(0, Ordering::Relaxed);
        } else {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[task]
fn touch(first: Use<'_>, second: Use<'_>, inside: &[Inside; 2], i: usize) -> u64 {
    let mut seen = i as u64;
    for (used, inside) in [first, second].into_iter().zip(inside) {
        match used {
            Use::Not => {}
            Use::Share(state) => {
                inside.enter(false);
                seen = seen.wrapping_mul(31).wrapping_add(state.value);
                inside.leave(false);
            }
            Use::Change(state) => {
                inside.enter(true);
                state.value = state.value.wrapping_mul(31).wrapping_add(i as u64 + 1);
                state.changes += 1;
                inside.leave(true);
            }
        }
    }
    seen
}

dag! {
    graph Random<'a>[n, s, t, p, q, r](a: &'a mut State, b: &'a mut State, inside: &'a [Inside; 2]) -> x {
        x[i in 0..n] = touch(
            if (s * i + t) % 7 == 0 { Use::Change(a) } else if (s * i + t) % 7 < 3 { Use::Share(&*a) } else { Use::Not },
            if (t * i + s) % 5 == 0 { Use::Change(b) } else if (t * i + s) % 5 == 1 { Use::Share(&*b) } else { Use::Not },
            inside,
            i,
        ) after [x[i - 1 - p] if i > p && (i * s + t) % (r + 1) > 0, x[i - 1 - q] if i > q],
    }
}

/// The sizes of a graph.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    n: usize,
    s: usize,
    t: usize,
    p: usize,
    q: usize,
    r: usize,
}

impl Sizes {
    fn random(state: &mut u64) -> Self {
        let mut below = |end: u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((*state >> 33) % end) as usize
        };
        Sizes { n: 1 + below(LEN as u64), s: below(11), t: below(11), p: below(3), q: below(4), r: below(5) }
    }

    /// For both inputs: 0, or 1 for a task that shares it, or 2 for one that changes it.
    fn uses(self, i: usize) -> [u8; 2] {
        let how = |remainder: usize, shares: usize| match remainder {
            0 => 2,
            remainder => u8::from(remainder < shares),
        };
        [how((self.s * i + self.t) % 7, 3), how((self.t * i + self.s) % 5, 2)]
    }

    fn is_ordered(self) -> bool {
        let Sizes { n, s, t, p, q, r } = self;
        let mut upstream = [[false; LEN]; LEN];
        for i in 0..n {
            let first = (i > p && (i * s + t) % (r + 1) > 0).then(|| i - 1 - p);
            let second = (i > q).then(|| i - 1 - q);
            for before in first.into_iter().chain(second) {
                let above = upstream[before];
                upstream[i].iter_mut().zip(above).for_each(|(is, above)| *is |= above);
                upstream[i][before] = true;
            }
        }
        (0..n).all(|i| {
            (0..i).all(|k| {
                let conflict = |input: usize| {
                    let (one, other) = (self.uses(i)[input], self.uses(k)[input]);
                    one > 0 && other > 0 && one + other > 2
                };
                upstream[i][k] || !(conflict(0) || conflict(1))
            })
        })
    }

    fn graph<'a>(self, a: &'a mut State, b: &'a mut State, inside: &'a [Inside; 2]) -> Random<'a> {
        let Sizes { n, s, t, p, q, r } = self;
        Random { n, s, t, p, q, r, a, b, inside }
    }
}

#[test]
fn a_graph_is_accepted_if_all_that_conflicts_is_ordered() {
    let (mut state, mut accepted) = (1, 0);
    for _ in 0..1000 {
        let sizes = Sizes::random(&mut state);
        let Sizes { n, s, t, p, q, r } = sizes;
        let table = Random::table(n, s, t, p, q, r);
        assert_eq!(table.is_ok(), sizes.is_ordered(), "{sizes:?}: {:?}", table.err());
        accepted += u32::from(sizes.is_ordered());
    }
    assert!((200..800).contains(&accepted), "{accepted} of 1000 are accepted");
}

#[test]
fn nobody_is_in_an_input_that_a_task_changes() {
    let mut state = 2;
    let executors = [1, 2, 4].map(|threads| Rayon::on_pool(std::sync::Arc::clone(pool(threads))));
    let mut runs = 0;
    while runs < 60 {
        let sizes = Sizes::random(&mut state);
        if sizes.n < 4 || !sizes.is_ordered() {
            continue;
        }
        runs += 1;
        let (mut a, mut b) = (State::default(), State::default());
        let inside = <[Inside; 2]>::default();
        let serial = sizes.graph(&mut a, &mut b, &inside).run(&Serial).unwrap();
        let changes = |input: usize| (0..sizes.n).filter(|&i| sizes.uses(i)[input] == 2).count() as u64;
        assert_eq!([a.changes, b.changes], [changes(0), changes(1)]);
        for executor in &executors {
            for _ in 0..3 {
                let (mut own_a, mut own_b) = (State::default(), State::default());
                let run = sizes.graph(&mut own_a, &mut own_b, &inside).run(executor);
                assert_eq!(run.unwrap(), serial, "{sizes:?}");
                assert_eq!((&own_a, &own_b), (&a, &b), "{sizes:?}");
            }
        }
    }
}
