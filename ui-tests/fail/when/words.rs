//! Words in another order, or without what belongs to them.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Words(plot: bool) -> (a, b, c) {
        load(1) when,
        a = load(1) when plot when plot,
        b = load(1) when plot after [load],
        c = load(1) on 0 when plot,
        d = load(1) when on 0,
        e = load(1) wehn plot,
        f = load(1) when plot g = load(2),
        h = load(1) if plot,
        i = load(1) when plot;
    }
}

fn main() {
    let (a, b, c) = Words { plot: true }.run(&Serial).unwrap();
    assert_eq!((a, b, c), (Some(1), Some(1), Some(1)));
}
