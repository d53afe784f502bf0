//! Indices, families and constants with the names of what an expansion uses, and of each other.
#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

#[task]
fn f(x: usize, y: usize) -> usize {
    10 * x + y
}

#[task]
fn g(ones: &[usize], one: usize) -> usize {
    ones.iter().sum::<usize>() + one
}

const K0: usize = 3;
const N: isize = 2;

dag! {
    graph Names(i: usize) -> (s, cx, node, m, x, each) {
        s[at in 0..N, y in 0..2] = f(at, y),
        cx[k0 in 0..K0] = f(k0, K0),
        node[ok in 0..N, lo in ok..K0] = f(ok, if lo > 0 { s[ok, 0] } else { i }),
        m[hi in 0..2] = g(&s[hi, ..], cx[hi + 1]),
        // Words of the language, where they cannot be meant.
        x[on in 0..2] = f(on, m[on]) after [m] on on,
        each[after in 0..2] = f(after, x[after]),
    }
}

mod inside {
    use super::*;

    pub(super) fn in_a_function(n: usize) -> Vec<usize> {
        const N: usize = 2;
        dag! {
            graph Local(n: usize) -> r#fn {
                r#fn[r#in in 0..N, _k in 0..N] = f(r#in, n),
            }
        }
        Local { n }.run(&Serial).unwrap()
    }
}

fn main() {
    let (s, cx, node, m, x, each) = Names { i: 7 }.run(&Serial).unwrap();
    assert_eq!(s, [0, 1, 10, 11]);
    assert_eq!(cx, [3, 13, 23]);
    assert_eq!(node, [7, 0, 0, 20, 20]);
    assert_eq!(m, [14, 44]);
    assert_eq!(x, [14, 54]);
    assert_eq!(each, [14, 64]);
    assert_eq!(inside::in_a_function(5), [5, 5, 15, 15]);
}
