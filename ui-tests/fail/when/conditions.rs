//! Conditions that lack something.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Conditions(plot: bool, n: Option<u32>) -> a {
        a = load(1) when plot &&,
        b = load(1) when && plot,
        c = load(1) when let Some(x),
        d = load(x) when let Some(x) =,
        e = load(x) when let Some(x) == n,
        f = load(x) when let = n,
        g = load(x) when let Some(x) = n && let && plot,
    }
}

fn main() {
    assert_eq!(Conditions { plot: true, n: None }.run(&Serial).unwrap(), Some(1));
}
