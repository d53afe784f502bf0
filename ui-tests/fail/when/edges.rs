//! A condition decides no edge: what it uses is there, whatever it says.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Cycle {
        a = load(1) when b.is_some(),
        b = load(2) when let Some(a) = a && a > 1,
        c = load(3) when c.is_none(),
    }
    graph Index {
        x[i in 0..4] = load(1) when i > 0 && x[i - 1].is_some(),
        y[i in 0..4] = load(x[i + 1].unwrap_or(0)) when i < 3,
    }
    graph Sized[n] {
        z[i in 0..n] = load(1) when i > 0 && z[i].is_some(),
    }
}

fn main() {
    Cycle.run(&Serial).unwrap();
    Index.run(&Serial).unwrap();
    Sized { n: 3 }.run(&Serial).unwrap();
}
