//! An index tells edges, which stand outside of the argument: what is bound or declared inside of it would be
//! another thing there.

use dag_runtime::{dag, task};

mod steps {
    pub const BACK: isize = 2;
}

const BACK: isize = 1;

const fn before(k: isize) -> isize {
    k - 1
}

#[task]
fn step(before: Option<&String>) -> String {
    format!("{before:?}")
}

dag! {
    graph Declared {
        a[k in 0..4] = step(if k > 0 {
            const fn before(_: isize) -> isize { 3 }
            Some(&a[before(k)])
        } else { None }),
        b[k in 0..4] = step(if k > 0 { const BACK: isize = 2; Some(&b[k - BACK]) } else { None }),
        c[k in 0..4] = step(if k > 0 { use steps::BACK; Some(&c[k - BACK]) } else { None }),
        d[k in 0..4] = step(if k > 0 { use steps::*; Some(&d[k - BACK]) } else { None }),
        e[k in 0..4] = step(if k > 0 { let before = |_: isize| 3; Some(&e[before(k)]) } else { None }),
        f[k in 0..4] = step(if k > 0 { let k = k - 2; Some(&f[k]) } else { None }),
        g[k in 0..4] = step(if k > 0 { (0..k).map(|before| &g[before]).last() } else { None }),
    }
}

fn main() {}
