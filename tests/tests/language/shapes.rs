//! Graphs that are wide, deep, both or neither.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn mix(salt: u64, of: &[u64]) -> u64 {
    of.iter().fold(salt, |hash, x| (hash ^ x).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17))
}

/// The same by hand, for a grid in which each cell reads the cells above it and to its left.
fn grid(width: usize, height: usize) -> u64 {
    let mut cells = vec![vec![0; width]; height];
    for y in 0..height {
        for x in 0..width {
            let mut of = Vec::new();
            of.extend(y.checked_sub(1).map(|y| cells[y][x]));
            of.extend(x.checked_sub(1).map(|x| cells[y][x]));
            cells[y][x] = mix((10 * y + x) as u64, &of);
        }
    }
    cells[height - 1][width - 1]
}

dag! {
    graph Wavefront -> d3 {
        a0 = mix(0, &[]), a1 = mix(1, &[a0]), a2 = mix(2, &[a1]), a3 = mix(3, &[a2]),
        b0 = mix(10, &[a0]), b1 = mix(11, &[a1, b0]), b2 = mix(12, &[a2, b1]), b3 = mix(13, &[a3, b2]),
        c0 = mix(20, &[b0]), c1 = mix(21, &[b1, c0]), c2 = mix(22, &[b2, c1]), c3 = mix(23, &[b3, c2]),
        d0 = mix(30, &[c0]), d1 = mix(31, &[c1, d0]), d2 = mix(32, &[c2, d1]), d3 = mix(33, &[c3, d2]),
    }
}

#[test]
fn a_wavefront() {
    assert_eq!(Wavefront::TABLE.depth(), 7);
    assert_eq!(Everywhere::new().agree(|executor| Wavefront.run(executor).unwrap()), grid(4, 4));
}

macro_rules! layers {
    ($graph:ident: $first:ident $($name:ident)*) => {
        layers! { $graph [$first = mix(1, &[]),] [$first] $($name)* }
    };
    ($graph:ident [$($line:tt)*] [$($before:ident)*] $name:ident $($rest:ident)*) => {
        layers! { $graph [$($line)* $name = mix(1, &[$($before),*]),] [$($before)* $name] $($rest)* }
    };
    ($graph:ident [$($line:tt)*] [$($before:ident)*]) => {
        dag! {
            graph $graph -> last { $($line)* last = mix(7, &[$($before),*]) }
        }
    };
}

layers! {
    Complete:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9
    c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
}

#[test]
fn a_complete_graph() {
    let mut all = Vec::new();
    for _ in 0..30 {
        all.push(mix(1, &all));
    }
    assert_eq!(Complete::TABLE.depth(), 31);
    assert_eq!(Complete::TABLE.task(29).unwrap().dependencies().len(), 29);
    assert_eq!(Everywhere::new().agree(|executor| Complete.run(executor).unwrap()), mix(7, &all));
}

macro_rules! fan {
    ($graph:ident: $($name:ident)*) => {
        dag! {
            graph $graph -> join { join = mix(0, &[$($name),*]), $($name = mix(5, &[fork]),)* fork = mix(9, &[]) }
        }
    };
}

fan! {
    Fan:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7 d8 d9
    e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3 h4 h5 h6 h7 h8 h9
}

#[test]
fn a_wide_fork_and_join() {
    let leaf = mix(5, &[mix(9, &[])]);
    assert_eq!((Fan::TABLE.depth(), Fan::TABLE.len()), (3, 82));
    for _ in 0..20 {
        assert_eq!(Everywhere::new().agree(|executor| Fan.run(executor).unwrap()), mix(0, &[leaf; 80]));
    }
}
