//! What a graph or a node denies is denied in its lines.

use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    #[deny(unused_variables)]
    graph Denied(n: u32) -> load {
        load({ let first = n; n }),
        #[allow(unused_variables)]
        allowed = load({ let second = n; n }),
    }

    graph Node(n: u32) -> load {
        #[deny(unused_variables)]
        load({ let third = n; n }),
    }
}

fn main() {
    Denied { n: 1 }.run(&Serial).unwrap();
    Node { n: 1 }.run(&Serial).unwrap();
}
