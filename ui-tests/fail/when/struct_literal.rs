//! A condition is what may stand behind `if`.

use dag_runtime::{Serial, dag, task};

#[derive(PartialEq)]
struct Size {
    n: u32,
}

#[task]
fn load(n: u32) -> u32 {
    n
}

dag! {
    graph Literal(n: u32) -> a {
        a = load(n) when Size { n } == (Size { n: 1 }),
    }
}

fn main() {
    assert_eq!(Literal { n: 1 }.run(&Serial).unwrap(), Some(1));
}
