//! An index tells edges, which stand outside of the argument: a local variable of the argument is not known there.

use dag_runtime::{dag, task};

#[task]
fn step(before: Option<&String>) -> String {
    format!("{before:?}")
}

dag! {
    graph Bound {
        a[k in 0..4] = step(if k > 0 { let k = k - 2; Some(&a[k]) } else { None }),
        b[k in 0..4] = step(if k > 0 { (0..k).map(|before| &b[before]).last() } else { None }),
        c[k in 0..4] = step(match k { 0 => None, before => Some(&c[before - 1]) }),
    }
}

fn main() {}
