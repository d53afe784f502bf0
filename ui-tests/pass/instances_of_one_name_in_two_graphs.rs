#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

dag! {
    graph First -> total {
        a = number(1),
        b = number(2),
        total = sum(a, b),
    }

    graph Second(n: u32) -> (total, again) {
        b = number(n),
        a = number(b),
        total = sum(a, b),
        again = sum(total, total),
    }
}

fn main() {
    assert_eq!(First.run(&Serial).unwrap(), 3);
    assert_eq!(Second { n: 5 }.run(&Serial).unwrap(), (10, 20));
}
